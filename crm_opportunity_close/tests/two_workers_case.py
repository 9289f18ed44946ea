import os
import signal
import socket
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from functools import partial
from itertools import count
from pathlib import Path

import requests

from odoo import sql_db
from odoo.tests import get_db_name
from odoo.tools import SQL

from .database_case import DatabaseCase
from .rpc_case import RefusedError

PATIENCE = 60
# A worker does one thing at a time, on one connection.
WAITING = """
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
# What the server starts again, for the bus, is a file; a module it could not start.
PROGRAM = "from odoo.cli import main\n\nmain()\n"
MANAGERS = """
    SELECT res_id FROM ir_model_data
     WHERE module = 'sales_team' AND name = 'group_sale_manager'
"""
CLOSING_FIELDS = ("outcome", "reason_id", "is_current", "note", "user_id")
CLOSINGS = """
    SELECT outcome, reason_id, is_current, note, user_id
      FROM crm_lead_closing WHERE lead_id = %s ORDER BY id
"""
# How often the chatter of a lead says that its status changed.
STATUS_MESSAGES = """
    SELECT count(*) FROM mail_message AS message
      JOIN mail_tracking_value AS tracking ON tracking.mail_message_id = message.id
      JOIN ir_model_fields AS field ON field.id = tracking.field_id
     WHERE message.model = 'crm.lead' AND message.res_id = %s AND field.name = 'won_status'
"""


class Person:
    """Somebody who is logged in, and speaks JSON-RPC as the web client does."""

    def __init__(self, address, database, login):
        self.address, self.session = address, requests.Session()
        params = {"db": database, "login": login, "password": login}
        self.uid = self._post("/web/session/authenticate", params)["uid"]

    def call(self, model, method, *args, **kwargs):
        """Call a method.

        :raise RefusedError: with what the person reads
        """
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", params)

    def _post(self, path, params):
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        answer = self.session.post(self.address + path, json=body, timeout=PATIENCE).json()
        if "error" in answer:
            error = answer["error"]["data"]
            raise RefusedError(error["message"], error["name"].startswith("odoo."))
        return answer.get("result")


class TwoWorkersCase(DatabaseCase):
    """Two logged-in people act at once on a server with two workers.

    The server is a process of its own, on a copy of the database of the tests.
    """

    numbers = count()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.database = f"{get_db_name()}_workers"
        cls._drop(cls.database)
        cls.addClassCleanup(cls._drop, cls.database)
        cls._administer("CREATE DATABASE %s TEMPLATE %s", cls.database, get_db_name())
        with sql_db.db_connect(cls.database).cursor() as cr:
            cr.execute("UPDATE res_users SET password = login WHERE id = 2 RETURNING login")
            [login] = cr.fetchone()
        address = cls._serve()
        cls.admin = Person(address, cls.database, login)
        logins = ("worker_1", "worker_2")
        group = cls._query(cls.database, MANAGERS)[0][0]
        cls.admin.call(
            "res.users",
            "create",
            [
                {"name": login, "login": login, "password": login, "group_ids": [group]}
                for login in logins
            ],
        )
        cls.first, cls.second = (Person(address, cls.database, login) for login in logins)

    @classmethod
    def _serve(cls):
        """Start the server, and wait until it answers.

        :return: its address
        """
        ports = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
        port, gevent_port = (each.getsockname()[1] for each in ports)
        for each in ports:
            each.close()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        program, log = Path(folder.name, "server.py"), Path(folder.name, "server.log")
        program.write_text(PROGRAM)
        options = (
            "--workers=2",
            "--max-cron-threads=0",
            f"--http-port={port}",
            f"--gevent-port={gevent_port}",
            f"--logfile={log}",
        )
        server = cls._start(
            cls.database,
            *options,
            module=(str(program),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        cls.addClassCleanup(cls._stop, server)
        address, end = f"http://127.0.0.1:{port}", time.monotonic() + PATIENCE
        while time.monotonic() < end and server.poll() is None:
            with suppress(requests.RequestException):
                if requests.get(f"{address}/web/health", timeout=PATIENCE).ok:
                    return address
            time.sleep(0.1)
        raise AssertionError(log.read_text()[-5000:])

    @classmethod
    def _stop(cls, server):
        """End the server with all its workers."""
        with suppress(ProcessLookupError):
            for number in (signal.SIGTERM, signal.SIGKILL):
                os.killpg(server.pid, number)
                with suppress(subprocess.TimeoutExpired):
                    server.wait(10)

    # ------------------------------------------------------------
    # At once
    # ------------------------------------------------------------

    def _new_leads(self, number=1, reason_id=None):
        vals = {"name": "Two workers", "type": "opportunity", "user_id": self.first.uid}
        lead_ids = self.admin.call("crm.lead", "create", [vals] * number)
        if reason_id:
            self.admin.call("crm.lead", "action_set_lost", lead_ids, lost_reason_id=reason_id)
        return lead_ids

    def _new_reasons(self, number):
        vals_list = [{"name": f"Two workers {next(self.numbers)}"} for _ in range(number)]
        return self.admin.call("crm.lost.reason", "create", vals_list)

    def _at_once(self, *acts):
        """Let both act on what was there before either did.

        The rows they need are held until both workers wait for them. Which of the two is
        first then is chance; Odoo retries the other one.

        :param acts: two functions
        :return: what each returned, or what it was refused with
        """

        def run(act):
            try:
                return act()
            except RefusedError as refused:
                return refused

        with ThreadPoolExecutor(2) as pool:
            with closing(sql_db.db_connect(self.database).cursor()) as cr:
                for table in ("crm_lead", "crm_lost_reason"):
                    cr.execute(SQL("SELECT FROM %s FOR NO KEY UPDATE", SQL.identifier(table)))
                futures = [pool.submit(run, act) for act in acts]
                self._await_workers(len(acts))
            results = [future.result(PATIENCE) for future in futures]
        for result in results:
            self.assertTrue(not isinstance(result, RefusedError) or result.is_plain, result)
        return results

    def _await_workers(self, number):
        end = time.monotonic() + PATIENCE
        while self._query(self.database, WAITING)[0][0] < number:
            self.assertLess(time.monotonic(), end, "Two workers must wait for the same rows")
            time.sleep(0.05)

    def _lose(self, person, lead_id, **answers):
        return partial(person.call, "crm.lead", "action_set_lost", [lead_id], **answers)

    # ------------------------------------------------------------
    # What is left
    # ------------------------------------------------------------

    def _check(self, lead_id, messages):
        """Check what is always true of a lead.

        :param int messages: how many messages of its status its chatter has
        :return: its values, and those of its closings, oldest first
        """
        fnames = ["won_status", "user_id", "lost_reason_id", "closing_note"]
        [lead] = self.admin.call("crm.lead", "read", [lead_id], fnames, load=None)
        rows = [
            dict(zip(CLOSING_FIELDS, values, strict=True))
            for values in self._query(self.database, CLOSINGS, lead_id)
        ]
        current = [row for row in rows if row["is_current"]]
        self.assertEqual(len(current), int(lead["won_status"] != "pending"))
        for row in current:
            self.assertEqual(row["outcome"], lead["won_status"])
            self.assertEqual(row["reason_id"], lead["lost_reason_id"])
            self.assertEqual(row["note"] or False, lead["closing_note"])
        self.assertEqual(self._query(self.database, STATUS_MESSAGES, lead_id), [(messages,)])
        return lead, rows
