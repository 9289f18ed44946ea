"""The deals all sides work on: made once in plain CRM, copied, and ours installed beside."""

import os

from .. import addons, databases, original, paths, stamps
from .work import CORE, OURS

LEADS = int(os.environ.get("SIZE") or 50_000)
DATABASE = "bench_core"
ADDON = "crm_opportunity_close"
BATCH = f"{ADDON}_batch"


def prepare(server, theme):
    """Return the databases of a theme, label → name, ready to be measured.

    A theme may have an add-on less on one more side (`WITHOUT`), or databases of its own
    (`prepare`).
    """
    plain = make_plain(server)
    if hasattr(theme, "prepare"):
        sides = theme.prepare(server)
    else:
        sides = {CORE: plain, OURS: make_ours(server)}
        for name in set(getattr(theme, "WITHOUT", ())).intersection(addons.names()):
            sides[f"{OURS}, without {name}"] = make_ours(server, without=name)
    for name in sides.values():
        # What was rolled back would slow down the next.
        databases.ask(server.server, name, "VACUUM ANALYZE")
    return sides


def make_plain(server):
    """Make plain CRM with deals; it stays from an earlier run if it fits."""

    def make():
        databases.copy(server.server, "crm", DATABASE)
        server.inside(f"Make {LEADS} deals", DATABASE, "filling.fill_plain", str(LEADS))

    original.make(server, "crm", ["crm"])
    ensure(server, DATABASE, "crm", LEADS, make)
    return DATABASE


def ensure(server, database, base, count, make):
    """Fill a copy of another database, unless it is there and as it would be filled."""
    base = databases.Stamp(server.server, base).read_text()
    made_of = [base, str(count), (paths.ROOT / "dev" / "filling.py").read_text()]
    stamps.ensure(databases.Stamp(server.server, database), made_of, make)


def make_ours(server, without=None):
    """Make a copy with our add-ons that CRM alone is enough for, or all but one."""
    names = [name for name in addons.names() if addons.foreign(name) == ["crm"]]
    names = [name for name in names if without not in (name, *addons.below(name))]
    name = f"bench_without_{without}" if without else "bench_ours"
    original.make(server, name, names, "--skip-auto-install", base=DATABASE)
    return name
