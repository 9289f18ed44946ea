"""python -m dev.bench.worker DATABASE THEME: does works as told on standard input.

Each line names a work; the answer is `[seconds, queries]`. Everything is rolled back, so
that the next run finds what the last one found.
"""

import gc
import importlib
import json
import os
import sys
import time

from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tools import config

from . import people


def read_configuration():
    config.parse_config(["-c", os.environ["DEV_ODOO_CONF"], "--log-level=warn"], setup_logging=True)


def open_registry(database):
    read_configuration()
    return Registry(database)


def main():
    database, theme = sys.argv[1:]
    answers, sys.stdout = sys.stdout, sys.stderr  # nothing else gets between the answers
    registry = open_registry(database)
    works = importlib.import_module(f"dev.bench.{theme}").WORKS
    for line in sys.stdin:
        task = json.loads(line)
        answer = measure(registry, works[task["number"]], task["function"], task["size"])
        print(json.dumps(answer), file=answers, flush=True)


def measure(registry, work, function, size):
    """Do a work once, and take it back.

    :return: the seconds until everything is in the database, messages included, and the
        queries that took
    :rtype: tuple[float, int]
    """
    with registry.cursor() as cr:
        try:
            env = people.as_manager(Environment(cr, 1, {}))
            data = work.prepare(env, size)
            cr.flush()
            env.invalidate_all()
            gc.collect()
            queries = cr.sql_log_count
            started = time.perf_counter()
            getattr(work, function)(env, data)
            cr.flush()
            return time.perf_counter() - started, cr.sql_log_count - queries
        finally:
            cr.rollback()


if __name__ == "__main__":
    main()
