"""make bench: the same work in plain CRM and with our add-ons, side by side.

Two databases on one server hold the same deals; they differ in our add-ons only. The works
are done in turn, core, ours, core, ours …, each side in a process of its own, after a
warm-up. The table and the chart go to `docs/benchmarks`; figures are measured, never typed.

A theme is a module of this package (see `THEMES`) with a `TITLE` and a function
`measure(bench)` that yields results. Most have a list `WORKS` of `work.Work` and leave the
rest to `bench.compare`.
"""

import importlib
import os
from contextlib import ExitStack

from .. import console, locks, odoo
from . import fixture, machine, report
from .side import Side
from .work import Result

# In the order of the report.
THEMES = (
    "window",
    "pipeline",
    "leads",
    "closing",
    "handover",
    "install",
    "load",
    "merging",
    "analysis",
)
LEADS = int(os.environ.get("SIZE") or 50_000)
ROUNDS = int(os.environ.get("ROUNDS") or 5)


def main():
    wanted = os.environ.get("WORK", "").replace(",", " ").split() or THEMES
    unknown = ", ".join(name for name in wanted if name not in THEMES)
    if unknown:
        console.fail(f"There is no work {unknown}. Choose from: {', '.join(THEMES)}")
    with odoo.ready() as server, ExitStack() as stack:
        for name in fixture.DATABASES.values():
            stack.enter_context(locks.database(name))
        bench = Bench(server)
        fixture.prepare(server, bench.leads)
        for name in wanted:
            theme = importlib.import_module(f"dev.bench.{name}")
            fixture.tidy(server)
            console.step(theme.TITLE)
            results = list(_told(theme.measure(bench)))
            report.keep(name, theme.TITLE, results, machine.describe(server))
    report.write(THEMES)
    return 0


def _told(results):
    for result in results:
        console.note(result.line)
        yield result


class Bench:
    """What a theme measures with: the server, how many deals there are, how many rounds."""

    def __init__(self, server):
        self.server = server
        self.leads = LEADS
        self.rounds = ROUNDS

    def compare(self, theme, databases=fixture.DATABASES, most=None):
        """Yield a result for each of a theme's `WORKS`, at each of its sizes.

        :param str theme: the name of its module
        :param dict databases: label of the side → database
        :param int most: the largest size the databases have enough for; by default a tenth
            of the deals, of which there are as many of each kind
        """
        works = importlib.import_module(f"dev.bench.{theme}").WORKS
        most = self.leads // 10 if most is None else most
        with ExitStack() as stack:
            sides = {
                label: stack.enter_context(Side(self.server, database, theme))
                for label, database in databases.items()
            }
            for number, work in enumerate(works):
                turns = work.turns(sides)
                for side, function in turns.values():  # a warm-up
                    side.run(number, function, min(work.sizes))
                for size in work.sizes:
                    if size <= most:
                        yield self._compare(turns, number, work, size)

    def _compare(self, turns, number, work, size):
        runs = {label: [] for label in turns}
        rounds = min(self.rounds, work.rounds.get(size, self.rounds)) * work.times
        for _round in range(rounds):
            for label, (side, function) in turns.items():
                runs[label].append(side.run(number, function, size))
        return Result(work.title, size, runs, work.target(size))
