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
    registries = {label: inside.open_registry(sides[label]) for label in sides}
    if hasattr(theme, "measure"):
        found = theme.measure(registries)
    else:
        # Of each kind of deals, there are a tenth at least.
        found = compare(theme.WORKS, registries, getattr(theme, "MOST", LEADS // 10))
    results = []
    for result in found:
        print(result.line, flush=True)
        results.append(asdict(result))
    path.write_text(json.dumps(results))


def compare(works, registries, most):
    """Yield a result for each work, at each of its sizes up to the one there is enough for."""
    for work in works:
        _run(work, registries, min(work.sizes), 1)  # a warm-up
        for size in work.sizes:
            if size <= most:
                rounds = min(ROUNDS, work.rounds.get(size, ROUNDS)) * work.times
                runs = _run(work, registries, size, rounds)
                # Each of our sides, all against the same runs of the other.
                base = {label: runs[label] for label in runs if not label.startswith(OURS)}
                for label in (label for label in runs if label not in base):
                    title = work.title + label.removeprefix(OURS)
                    yield Result(title, size, {**base, OURS: runs[label]}, work.target(size))


def _run(work, registries, size, rounds):
    """Do a work on all sides in turn; return the runs of each."""
    runs = {label: [] for label in registries}
    for _round in range(rounds):
        for label, registry in registries.items():
            function = work.run if label.startswith(OURS) else work.core or work.run
            runs[label].append(_do(registry, work, function, size))
    return runs


def _do(registry, work, function, size):
    """Do a work once, and take it back.

    :return: (seconds until all is in the database, messages included; queries)
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
