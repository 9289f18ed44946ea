"""python -m dev.bench.measure THEME SIDES FILE: measure a theme, beside Odoo.

The sides are label → database, as JSON; so are the results, in the file.
"""

import gc
import importlib
import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path

from odoo.api import Environment

from .. import inside, people
from .fixture import LEADS
from .work import OURS, Result

ROUNDS = int(os.environ.get("ROUNDS") or 5)


def main():
    name, sides, path = sys.argv[1], json.loads(sys.argv[2]), Path(sys.argv[3])
    theme = importlib.import_module(f"dev.bench.{name}")
    bench = Bench(theme, {label: inside.open_registry(sides[label]) for label in sides})
    results = []
    for result in getattr(theme, "measure", Bench.compare)(bench):
        print(result.line, flush=True)
        results.append(asdict(result))
    path.write_text(json.dumps(results))


class Bench:
    """What a theme measures with: the sides' registries, and how often."""

    def __init__(self, theme, registries):
        self.theme = theme
        self.registries = registries

    def compare(self):
        """Yield a result for each of a theme's `WORKS`, at each of its sizes.

        There have to be enough deals: of each kind there are a tenth.
        """
        most = getattr(self.theme, "MOST", LEADS // 10)
        for work in self.theme.WORKS:
            self._run(work, min(work.sizes), 1)  # a warm-up
            for size in work.sizes:
                if size <= most:
                    yield from self._compare(work, size)

    def _run(self, work, size, rounds):
        """Do a work on all sides in turn; return the runs of each."""
        runs = {label: [] for label in self.registries}
        for _round in range(rounds):
            for label, registry in self.registries.items():
                function = work.run if label.startswith(OURS) else work.core or work.run
                runs[label].append(_do(registry, work, function, size))
        return runs

    def _compare(self, work, size):
        """Yield a result of each of our sides, all against the same runs of the other."""
        runs = self._run(work, size, min(ROUNDS, work.rounds.get(size, ROUNDS)) * work.times)
        base = {label: runs[label] for label in runs if not label.startswith(OURS)}
        for label in runs.keys() - base.keys():
            title = work.title + label.removeprefix(OURS)
            yield Result(title, size, {**base, OURS: runs[label]}, work.target(size))


def _do(registry, work, function, size):
    """Do a work once, and take it back.

    :return: the seconds until everything is in the database, messages included, and the
        queries that took
    :rtype: tuple[float, int]
    """
    with registry.cursor() as cr:
        try:
            env = people.as_user(Environment(cr, 1, {}), people.MANAGER)
            data = work.prepare(env, size)
            cr.flush()
            env.invalidate_all()
            gc.collect()
            queries = cr.sql_log_count
            started = time.perf_counter()
            function(env, data)
            cr.flush()
            return time.perf_counter() - started, cr.sql_log_count - queries
        finally:
            cr.rollback()


if __name__ == "__main__":
    main()
