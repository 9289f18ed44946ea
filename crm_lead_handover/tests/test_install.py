"""Databases of their own, in which Odoo runs as a process of its own."""

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import odoo
from odoo import sql_db
from odoo.tests import BaseCase, tagged
from odoo.tools import SQL, config

TIMEOUT = 600
RESULT = "RESULT "

USE = """
from odoo import Command

users = env["res.users"].with_context(no_reset_password=True).create([
    {"name": login, "login": login, "email": f"{login}@example.com",
     "group_ids": [Command.link(env.ref("sales_team.group_sale_salesman_all_leads").id)]}
    for login in ("ann", "bob")
])
ann, bob = users
leads = env["crm.lead"].create([
    {"name": name, "type": "opportunity", "user_id": ann.id} for name in ("open", "lost")
])
leads[1].action_set_lost()
leads.with_user(ann).action_hand_over(bob.id)
env.cr.commit()
result = {
    "models": env["ir.model"].search([("model", "like", "closing")]).mapped("model"),
    "modules": env["ir.module.module"].search(
        [("state", "=", "installed"), ("name", "like", "crm_opportunity_close%")]).mapped("name"),
    "users": [lead.user_id.login for lead in leads],
    "lost": [leads[1].won_status, leads[1].lost_reason_id.name],
}
"""

# What the connectors of other calendars would do outside, written down instead.
CONNECTORS = """
from contextlib import ExitStack
from datetime import datetime, timedelta
from unittest.mock import patch

ann, bob = (env["res.users"].search([("login", "=", login)]) for login in ("ann", "bob"))
lead = env["crm.lead"].create({"name": "Connected", "type": "opportunity", "user_id": ann.id})
customer = env["res.partner"].create({"name": "Carol", "email": "carol@example.com"})
start = datetime.now().replace(microsecond=0) + timedelta(days=3)
env["calendar.event"].with_context(dont_notify=True, no_mail_to_attendees=True).create([
    {"name": name, "opportunity_id": lead.id, "start": start, "stop": start + timedelta(hours=1),
     "user_id": ann.id, "partner_ids": [(6, 0, (ann.partner_id + customer).ids)], **values}
    for name, values in (
        ("Google", {"google_id": "g1", "need_sync": False, "need_sync_m": False}),
        ("Outlook", {"microsoft_id": "m1", "ms_universal_event_id": "u1", "need_sync": False,
                     "need_sync_m": False}),
    )
])
env.cr.commit()
calls = []
events, people = type(env["calendar.event"]), type(env["res.users"])

def recorder(name):
    def record(event, *args, **kwargs):
        calls.append([name, event.sudo().name, event.sudo().user_id.login])
    return record

def get_meetings():
    return [
        [event.name, event.user_id.login, sorted(event.partner_ids.mapped("name"))]
        for event in env["calendar.event"].search(
            [("opportunity_id", "=", lead.id)], order="name")
    ]

with ExitStack() as stack:
    for name in ("_google_patch", "_google_insert", "_google_delete",
                 "_microsoft_patch", "_microsoft_insert", "_microsoft_delete"):
        stack.enter_context(patch.object(events, name, recorder(name)))
    for name, answer in (("_get_google_sync_status", "sync_active"),
                         ("_get_microsoft_sync_status", "sync_active"),
                         ("_get_microsoft_calendar_token", "token")):
        stack.enter_context(patch.object(people, name, lambda user, answer=answer: answer))
    handover = lead.with_user(ann).action_hand_over(bob.id)
    there, told = get_meetings(), list(calls)
    recreated = env["calendar.event"].search(
        [("opportunity_id", "=", lead.id), ("name", "=", "Outlook")])
    recreated.with_context(dont_notify=True).write(
        {"microsoft_id": "m2", "ms_universal_event_id": "u2", "need_sync_m": False})
    calls.clear()
    handover.action_take_back()
    back = get_meetings()
env.cr.commit()
result = {"there": there, "back": back, "told": told, "told_back": list(calls)}
"""

UNINSTALL = """
env["ir.module.module"].search([("name", "=", "crm_lead_handover")]) \\
    .button_immediate_uninstall()
"""

AFTERWARDS = """
for model in ("crm.lead", "res.users", "crm.team.member"):
    env[model].get_views([(False, view) for view in ("list", "form", "search")])
lead = env["crm.lead"].search([("name", "=", "open")])
lead.user_id = env["res.users"].search([("login", "=", "ann")])
env["res.users"].search([("login", "=", "bob")]).action_archive()
env.flush_all()
result = lead.user_id.login
"""


@tagged("post_install", "-at_install")
class TestInstall(BaseCase):
    """Handing over is useful without any rule or record of closing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.database = f"{config['db_name'][0]}_handover"
        cls._drop(cls.database)
        cls.addClassCleanup(cls._drop, cls.database)
        cls.log = cls._run("-i", "crm_lead_handover", "--stop-after-init", "--no-http")

    @classmethod
    def _run(cls, *arguments, program=(), given=None):
        conf = os.environ.get("DEV_ODOO_CONF") or config["config"]
        command = [sys.executable, "-m", "odoo", *program, "-c", conf, "-d", cls.database]
        root = str(Path(odoo.__path__[0]).parent)
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        process = subprocess.run(
            [*command, *arguments],
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT,
            env={**os.environ, "PYTHONPATH": path},
        )
        if process.returncode:
            raise AssertionError(process.stdout[-5000:])
        return process.stdout

    @classmethod
    def _shell(cls, script):
        """Run a script in `odoo shell`.

        :return: the log, and what the script left in ``result``
        """
        script += f"\nimport json\nprint({RESULT!r} + json.dumps(locals().get('result')))\n"
        log = cls._run("--no-http", program=("shell",), given=script)
        found = re.findall(f"^{RESULT}(.*)$", log, re.MULTILINE)
        if not found:
            raise AssertionError(log[-5000:])
        return log, json.loads(found[-1])

    @classmethod
    def _drop(cls, name):
        sql_db.close_db(name)
        with closing(sql_db.db_connect("postgres").cursor()) as cr:
            cr._cnx.autocommit = True
            cr.execute(SQL("DROP DATABASE IF EXISTS %s WITH (FORCE)", SQL.identifier(name)))
        shutil.rmtree(config.filestore(name), ignore_errors=True)

    def _query(self, query):
        with closing(sql_db.db_connect(self.database).cursor()) as cr:
            cr.execute(SQL(query))
            return cr.fetchall()

    def _check_quiet(self, log):
        """Check that there is no warning and no error since this add-on was loaded."""
        _before, _mark, own = log.rpartition("Loading module crm_lead_handover")
        noise = re.findall(r"^.* (?:WARNING|ERROR|CRITICAL) .*$", own, re.MULTILINE)
        self.assertFalse(noise, "\n".join(noise))

    def test_alone_and_uninstalled(self):
        self._check_quiet(self.log)
        log, result = self._shell(USE)
        self._check_quiet(log)
        self.assertEqual(
            result,
            {"models": [], "modules": [], "users": ["bob", "bob"], "lost": ["lost", False]},
        )
        self._check_connected_calendars()
        log, _result = self._shell(UNINSTALL)
        self._check_quiet(log)
        log, owner = self._shell(AFTERWARDS)
        self._check_quiet(log)
        self.assertEqual(owner, "ann")
        self.assertFalse(
            self._query(
                """
                SELECT table_name FROM information_schema.tables
                 WHERE table_name LIKE 'crm%%handover%%'
                """
            )
        )

    def _check_connected_calendars(self):
        """Google and Outlook hear of a meeting that changes hands, as of any other change."""
        self._run("-i", "google_calendar,microsoft_calendar", "--stop-after-init", "--no-http")
        log, result = self._shell(CONNECTORS)
        self._check_quiet(log)
        for where, login in (("there", "bob"), ("back", "ann")):
            attendees = sorted(["Carol", login])
            self.assertEqual(
                result[where], [["Google", login, attendees], ["Outlook", login, attendees]]
            )
        for calls, giver, receiver in (("told", "ann", "bob"), ("told_back", "bob", "ann")):
            for call in (
                ["_google_patch", "Google", receiver],
                ["_microsoft_insert", "Outlook", receiver],
                ["_microsoft_delete", "Outlook", giver],
            ):
                self.assertIn(call, result[calls])
