"""make fill: years of closed deals in a database with our add-ons, to look at and to measure."""

import os

from . import console, databases, locks, odoo, paths, process

CLOSINGS = 100_000


def main():
    database = os.environ.get("DB") or "demo"
    closings = int(os.environ.get("CLOSINGS") or CLOSINGS)
    with odoo.ready() as server, locks.database(database):
        missing = set(paths.addon_names()) - databases.installed(server.server, database)
        if missing:
            console.fail(
                f"The database {database} is not there, or lacks {', '.join(sorted(missing))}. "
                f"Make it first: make run DB={database}"
            )
        fill(server, database, closings)
    return 0


def fill(server, database, closings):
    """Add so many closings, of deals of their own, to a database."""
    command, environment = server.module("dev.filling", database, str(closings))
    process.run(command, f"Add {closings} closings to {database}", env=environment)
    databases.analyze(server.server, database)
