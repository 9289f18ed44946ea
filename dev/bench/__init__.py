"""make bench: the same work in plain CRM and with our add-ons, side by side.

Databases on one server hold the same deals; they differ in our add-ons only. A theme is a
module of this package with a `TITLE` and a list `WORKS` of `work.Work`, or a function
`measure(bench)` that yields results. It is measured by one process, `bench.measure`, that
has all its databases loaded and works in them in turn, core, ours, core, ours …, after a
warm-up. The table goes to `docs/benchmarks`; figures are measured, never typed.
"""

import importlib
import json
import os
import subprocess

from .. import console, locks, odoo, paths, process, venv
from . import fixture, report
from .work import Result

THEMES = ("window", "pipeline", "closing", "handover", "install", "analysis")  # as reported


def main():
    wanted = os.environ.get("WORK", "").replace(",", " ").split() or THEMES
    unknown = ", ".join(name for name in wanted if name not in THEMES)
    if unknown:
        console.fail(f"There is no work {unknown}. Choose from: {', '.join(THEMES)}")
    with odoo.ready() as server, locks.database("bench"):
        for name in wanted:
            theme = importlib.import_module(f"dev.bench.{name}")
            sides = fixture.prepare(server, theme)
            console.step(theme.TITLE)
            results = list(_measure(server, name, sides))
            report.keep(name, theme.TITLE, results, report.describe_machine(server))
    report.write(THEMES)
    return 0


def _measure(server, theme, sides):
    """Yield the results of a theme, as the process that measures has them."""
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    command = [str(venv.PYTHON), "-m", "dev.bench.measure", theme, json.dumps(sides)]
    path = paths.LOGS / f"bench-{theme}.log"
    with path.open("w") as log:
        pipes = {"stdout": subprocess.PIPE, "stderr": log, "text": True}
        with process.started(command, env=server.environment, **pipes) as child:
            for line in child.stdout:
                result = Result(**json.loads(line))
                console.note(result.line)
                yield result
            if child.wait():
                console.fail(f"The theme {theme} was not measured. The log: {path}")
