"""Installing the add-on on a database with deals, two fifths of them closed.

The closings of the past are compared with a bare `INSERT … SELECT` of the same rows into the
same table: its indexes and its foreign keys are most of the work.
"""

import json

from .. import console, databases, process
from . import LEADS, fixture
from .work import CORE, OURS, Result, Work

TITLE = "Installing on a database with deals"
DATABASE = "bench_install"
EMPTY = (
    "TRUNCATE crm_lead CASCADE",
    "DELETE FROM mail_message WHERE model = 'crm.lead'",
)


def forget(env, _size):
    """Keep the closings aside, and empty their table."""
    env.cr.execute("CREATE TEMPORARY TABLE kept AS SELECT * FROM crm_lead_closing")
    env.cr.execute("TRUNCATE crm_lead_closing CASCADE")
    return env(su=True, user=1)


def record(_env, superuser):
    # The process that reads the results has no Odoo.
    from odoo.addons.crm_opportunity_close.history import record_history

    record_history(superuser)


def insert(_env, superuser):
    superuser.cr.execute("INSERT INTO crm_lead_closing SELECT * FROM kept")


WORKS = [
    Work(
        "The closings of the past, recorded",
        record,
        forget,
        (LEADS,),
        bare=insert,
        targets=2,
        rounds={LEADS: 3},
    ),
]


def measure(bench):
    yield from bench.compare("install", {OURS: fixture.DATABASES[OURS]}, LEADS)
    for size in (0, LEADS):
        with fixture.copied(bench.server, CORE, DATABASE):
            if not size:
                for statement in EMPTY:
                    databases.ask(bench.server.server, DATABASE, statement)
            seconds, megabytes = _install(bench.server)
        note = f"The process took up to {megabytes:.0f} MB of memory."
        yield Result("Installed, whole", size, {OURS: [(seconds, None)]}, note=note)


def _install(odoo):
    """:return: seconds, and the most memory the process had, in megabytes"""
    command, environment = odoo.module("dev.bench.installing", DATABASE)
    answer = process.output(command, env=environment)
    if not answer:
        console.fail(f"The add-on does not install on {DATABASE}.")
    return json.loads(answer)
