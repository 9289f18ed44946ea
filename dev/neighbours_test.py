"""make neighbours-test: their tests, and ours of every way in, with both add-ons at work."""

import dataclasses

from . import addons, console, databases, locks, odoo, paths, process, testing, venv

DATABASE = "neighbours"
REQUIREMENTS = paths.ROOT / "requirements-neighbours.txt"
FOLDER = paths.STATE / "neighbours"
# crm_stage_probability lets no deal be created in a Won stage, so tests that do are left out.
OURS = ("test_closing.py", "test_entry_paths.py", "test_lost_window.py")


def main():
    _fetch()
    folder = FOLDER / "odoo" / "addons"
    theirs = sorted(manifest.parent.name for manifest in folder.glob("*/__manifest__.py"))
    with odoo.ready() as server, locks.database(DATABASE):
        beside = dataclasses.replace(server, conf=_write_configuration(server, folder))
        databases.drop(server.server, DATABASE)
        beside.install(DATABASE, [*addons.names(), *theirs])
        console.step("Run the tests")
        tests = [str(folder / name / "tests") for name in theirs]
        ours = [str(paths.ROOT / "crm_opportunity_close" / "tests" / name) for name in OURS]
        command = [*testing.pytest(beside, DATABASE), *tests, *ours]
        return process.call(command, env=beside.environment)


def _fetch():
    """Unpack the neighbours' wheels into a folder of their own, without dependencies."""
    pip = [str(venv.PYTHON), "-m", "pip", "install", "--no-deps", "--upgrade"]
    command = [*pip, "--target", str(FOLDER), "-r", str(REQUIREMENTS)]
    process.run(command, "Fetch the neighbours")


def _write_configuration(server, folder):
    text = server.conf.read_text()
    path = paths.STATE / "neighbours.conf"
    path.write_text(text.replace(str(paths.ROOT), f"{paths.ROOT},{folder}", 1))
    path.chmod(0o600)
    return path
