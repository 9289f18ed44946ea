"""make fill: years of closed deals in a database with our add-on, to look at and to measure."""

import os

from . import console, databases, locks, odoo

ADDON = "crm_opportunity_close"
CLOSINGS = 100_000


def main():
    database = os.environ.get("DB") or "demo"
    closings = int(os.environ.get("CLOSINGS") or CLOSINGS)
    with odoo.ready() as server, locks.database(database):
        if ADDON not in databases.installed(server.server, database):
            console.fail(
                f"The database {database} is not there, or lacks {ADDON}. "
                f"Make it first: make run DB={database}"
            )
        fill(server, database, closings)
    return 0


def fill(server, database, closings, older=0):
    """Add so many closings, of deals of their own, to a database, and so many of long ago."""
    title = f"Add {closings + older} closings to {database}"
    server.inside(title, database, "filling.fill_closed", str(closings), str(older))
    databases.ask(server.server, database, "VACUUM ANALYZE")
