"""make bench: the same work in plain CRM and with our add-ons, side by side.

Databases on one server hold the same deals; they differ in our add-ons only. A theme is a
module of this package with a `TITLE` and a list `WORKS` of `work.Work`, or a function
`measure(registries)` that yields results. It is measured by one process, `bench.measure`, that
has all its databases loaded and works in them in turn, core, ours, core, ours …, after a
warm-up. The table goes to `docs/benchmarks`; figures are measured, never typed.
"""

import importlib
import json
import os

from .. import console, locks, odoo, paths, process, venv
from . import fixture, report

THEMES = (
    "window",
    "pipeline",
    "closing",
    "handover",
    "install",
    "analysis",
    "growth",
)  # as reported


def main():
    wanted = os.environ.get("WORK", "").replace(",", " ").split() or THEMES
    unknown = ", ".join(name for name in wanted if name not in THEMES)
    if unknown:
        console.fail(f"There is no work {unknown}. Choose from: {', '.join(THEMES)}")
    with odoo.ready() as server, locks.database("bench"):
        for name in wanted:
            _measure(server, name)
    report.write(THEMES)
    return 0


def _measure(server, name):
    """Measure a theme in a process of its own, and keep the results."""
    theme = importlib.import_module(f"dev.bench.{name}")
    sides = fixture.prepare(server, theme)
    path = paths.LOGS / f"bench-{name}.json"
    command = [str(venv.PYTHON), "-m", "dev.bench.measure", name, json.dumps(sides), str(path)]
    process.run(command, theme.TITLE, env=server.environment)
    report.keep(name, theme.TITLE, json.loads(path.read_text()), server)
