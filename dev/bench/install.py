"""Installing the add-on on a database with deals, two fifths of them closed."""

import time

from .. import databases
from .fixture import ADDON, LEADS, make_plain
from .work import OURS, Result

TITLE = "Installing on a database with deals"
FULL, EMPTY = "bench_full", "bench_empty"
NO_DEALS = ("TRUNCATE crm_lead CASCADE", "DELETE FROM mail_message WHERE model = 'crm.lead'")


def prepare(server):
    """Return copies of plain CRM with deals, and without any."""
    for name in (FULL, EMPTY):
        databases.copy(server.server, make_plain(server), name)
    for statement in NO_DEALS:
        databases.ask(server.server, EMPTY, statement)
    return {FULL: FULL, EMPTY: EMPTY}


def measure(registries):
    for label, size in ((EMPTY, 0), (FULL, LEADS)):
        registry = registries[label]
        started = time.perf_counter()
        type(registry).new(registry.db_name, update_module=True, install_modules=[ADDON])
        yield Result("Installed", size, {OURS: [(time.perf_counter() - started, None)]})
