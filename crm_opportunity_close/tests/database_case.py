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
from odoo.tests import BaseCase
from odoo.tools import SQL, config

TIMEOUT = 600
RESULT = "RESULT "


class DatabaseCase(BaseCase):
    """Tests on databases of their own, with Odoo in a process of its own."""

    ONCE = ("--stop-after-init", "--no-http")

    @classmethod
    def _start(cls, database, *arguments, program=(), module=("-m", "odoo"), **options):
        conf = os.environ.get("DEV_ODOO_CONF") or config["config"]
        command = [sys.executable, *module, *program, "-c", conf, "-d", database]
        root = str(Path(odoo.__path__[0]).parent)
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return subprocess.Popen(
            [*command, *arguments],
            text=True,
            env={**os.environ, "PYTHONPATH": path},
            **{**pipes, **options},
        )

    @classmethod
    def _finish(cls, process, given=None):
        output, _error = process.communicate(given, timeout=TIMEOUT)
        if process.returncode:
            raise AssertionError(output[-5000:])
        return output

    @classmethod
    def _run(cls, database, *arguments):
        return cls._finish(cls._start(database, *arguments))

    @classmethod
    def _shell(cls, database, script, *options):
        """Run a script in `odoo shell`, with these options of Odoo.

        :return: the log, and what the script left in ``result``
        """
        script += f"\nimport json\nprint({RESULT!r} + json.dumps(locals().get('result')))\n"
        process = cls._start(database, "--no-http", *options, program=("shell",))
        log = cls._finish(process, script)
        found = re.findall(f"^{RESULT}(.*)$", log, re.MULTILINE)
        if not found:
            raise AssertionError(log[-5000:])
        return log, json.loads(found[-1])

    @classmethod
    def _query(cls, database, query, *values):
        with closing(sql_db.db_connect(database).cursor()) as cr:
            cr.execute(SQL(query, *values))
            return cr.fetchall()

    @classmethod
    def _administer(cls, query, *names):
        """Run a statement about whole databases, which no transaction may hold."""
        for name in names:
            sql_db.close_db(name)
        with closing(sql_db.db_connect("postgres").cursor()) as cr:
            cr._cnx.autocommit = True
            cr.execute(SQL(query, *map(SQL.identifier, names)))

    @classmethod
    def _drop(cls, name):
        cls._administer("DROP DATABASE IF EXISTS %s WITH (FORCE)", name)
        shutil.rmtree(config.filestore(name), ignore_errors=True)

    def _copy(self, source, name):
        self._drop(name)
        self.addCleanup(self._drop, name)
        self._administer("CREATE DATABASE %s TEMPLATE %s", name, source)
        if Path(config.filestore(source)).exists():
            shutil.copytree(config.filestore(source), config.filestore(name))

    def _check_quiet(self, log):
        """Check that there is no warning and no error since this add-on was loaded."""
        _before, _mark, own = log.rpartition("Loading module crm_opportunity_close (")
        noise = re.findall(r"^.* (?:WARNING|ERROR|CRITICAL) .*$", own, re.MULTILINE)
        self.assertFalse(noise, "\n".join(noise))
