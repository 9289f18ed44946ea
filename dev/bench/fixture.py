"""The deals both sides work on: made once in plain CRM, copied, and ours installed beside."""

import hashlib
from contextlib import contextmanager
from pathlib import Path

from .. import databases, paths, process
from .work import CORE, OURS

ADDON = "crm_opportunity_close"
DATABASES = {CORE: "bench_core", OURS: "bench_ours"}


def prepare(server, leads):
    """Make both databases; the plain one stays from an earlier run if it fits.

    :param int leads: how many deals
    """
    core, ours = DATABASES.values()
    stamp = paths.STATE / f"{core}.sha256"
    source = Path(__file__).with_name("fill.py").read_bytes()
    digest = hashlib.sha256(source + str(leads).encode()).hexdigest()
    known = stamp.read_text() if stamp.exists() else ""
    if known != digest or "crm" not in databases.installed(server.server, core):
        server.renew(core, ["crm"], title="Install plain CRM")
        command, environment = server.module("dev.bench.fill", core, str(leads))
        process.run(command, f"Make {leads} deals", env=environment)
        stamp.write_text(digest)
    databases.copy(server.server, core, ours)
    server.install(ours, [ADDON], title="Install the add-on beside it")


def tidy(server):
    """Sweep away what works that were taken back have left: it would slow down the next."""
    for name in DATABASES.values():
        databases.analyze(server.server, name)


@contextmanager
def copied(server, label, name):
    """Yield a copy of a side's database, to be changed at will."""
    databases.copy(server.server, DATABASES[label], name)
    try:
        yield name
    finally:
        databases.drop(server.server, name)
