"""Odoo, ready to be run: its code, its libraries, its configuration, a server.

Children find PYTHONPATH, so that `python -m odoo` works, DEV_ODOO_CONF, the
configuration file with the add-ons and the database server, and the PG* variables of
that server, which Odoo prefers to its configuration.
"""

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import databases, locks, odoo_source, paths, postgres, process, venv

VARIABLES = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
LOADING = r"(?:Loading module|loading) (\S+ \(\d+/\d+\))"


@dataclass(eq=False)
class Odoo:
    source: odoo_source.Source
    server: postgres.Server
    conf: Path

    @property
    def environment(self):
        folders = [paths.ROOT, self.source.root, *filter(None, [os.environ.get("PYTHONPATH")])]
        ours = {"PYTHONPATH": os.pathsep.join(map(str, folders)), "DEV_ODOO_CONF": str(self.conf)}
        others = {name: value for name, value in os.environ.items() if name not in VARIABLES}
        return {**others, **ours, **self.server.variables}

    def command(self, database, *arguments, program=("odoo",)):
        """Return the command line of Odoo, or of one of its programs (`odoo shell`)."""
        options = ["-c", str(self.conf), "-d", database]
        return [str(venv.PYTHON), "-m", *program, *options, *arguments]

    def do(self, title, database, *arguments, pattern=LOADING, program=("odoo",)):
        command = self.command(database, *arguments, program=program)
        return process.run(command, title, pattern, env=self.environment)

    def install(self, database, modules, *options):
        title = f"Install {', '.join(modules)} in the database {database}"
        options = ["-i", ",".join(modules), "--stop-after-init", "--no-http", *options]
        return self.do(title, database, *options)

    def inside(self, title, database, function, *arguments):
        """Call a function of ours in a database; see `dev.inside`."""
        command = [str(venv.PYTHON), "-m", "dev.inside", database, function, *arguments]
        return process.run(command, title, env=self.environment)


@contextmanager
def ready():
    """Yield Odoo with a running PostgreSQL; everything that is missing is fetched."""
    with locks.exclusive("setup"):
        source = odoo_source.ensure()
    with postgres.serving() as server:
        with locks.exclusive("setup"):
            databases.ensure_role(server)
            conf = _write_configuration(source, server)
        yield Odoo(source, server, conf)


def _write_configuration(source, server):
    path = paths.STATE / "odoo.conf"
    options = {
        "addons_path": ",".join(map(str, [*source.addons, paths.ROOT])),
        "data_dir": paths.STATE / "data",
        "screenshots": paths.STATE / "screenshots",
        "http_interface": "127.0.0.1",
        "db_host": server.host,
        "db_port": server.port,
        "db_user": server.user,
        "db_password": server.password,
    }
    lines = [f"{name} = {value}" for name, value in options.items() if value]
    path.write_text("\n".join(["[options]", *lines, ""]))
    path.chmod(0o600)
    return path
