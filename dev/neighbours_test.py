"""make neighbours-test: their tests, and ours of every way in, with both add-ons at work."""

import os

from . import addons, console, databases, locks, odoo, paths, process, testing, venv

DATABASE = "neighbours"
FOLDER = paths.STATE / "neighbours"
# crm_stage_probability lets no deal be created in a Won stage, so tests that do are left out.
OURS = [
    f"crm_opportunity_close/tests/test_{theme}.py"
    for theme in ("closing", "entry_paths", "lost_window")
]


def main():
    # Unpacked beside Odoo's own add-ons, where Odoo finds them, and without dependencies.
    pip = [str(venv.PYTHON), "-m", "pip", "install", "--no-deps", "--upgrade"]
    wheels = ["--target", str(FOLDER), "-r", "requirements-neighbours.txt"]
    process.run([*pip, *wheels], "Fetch the neighbours")
    os.environ["PYTHONPATH"] = str(FOLDER)
    theirs = sorted((FOLDER / "odoo" / "addons").glob("*/tests"))
    with odoo.ready() as server, locks.database(DATABASE):
        databases.drop(server.server, DATABASE)
        server.install(DATABASE, [*addons.names(), *(folder.parent.name for folder in theirs)])
        console.step("Run the tests")
        command = [*testing.pytest(server, DATABASE), *map(str, theirs), *OURS]
        return process.call(command, env=server.environment)
