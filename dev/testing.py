"""make test: the whole suite, in a new database, tours included."""

import os
import shlex

from . import addons, browser, console, locks, odoo, original, paths, process, venv

DATABASE = "test"


def main():
    browser.ensure()
    with odoo.ready() as server, locks.database(DATABASE):
        original.copy_to(server, DATABASE, bundles=browser.wanted())
        console.step("Run the tests")  # in the folders that pyproject.toml names
        coverage = [*(f"--cov={name}" for name in addons.names()), "--cov-report=term"]
        arguments = shlex.split(os.environ.get("ARGS", ""))
        command = [*pytest(server, DATABASE), *coverage, *arguments]
        return process.call(command, env=server.environment)


def pytest(server, database):
    """Return the command that runs tests in a database, with Odoo's HTTP server."""
    settings = ["-c", str(paths.ROOT / "pyproject.toml")]
    options = ["--odoo-config", str(server.conf), "--odoo-database", database, "--odoo-http"]
    if not browser.wanted():
        options += ["-p", "dev.no_browser"]
    return [str(venv.PYTHON), "-m", "pytest", *settings, *options]
