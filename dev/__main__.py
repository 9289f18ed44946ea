"""python3 -m dev <command>: what the Makefile calls."""

import argparse
import importlib
import os
import signal
import sys

from . import paths, venv

LIBRARIES, TESTS = "requirements.txt", "requirements-test.txt"
# Each command: the module that has it, and what that needs.
COMMANDS = {
    "run": ("run", LIBRARIES),
    "fill": ("fill", LIBRARIES),
    "bench": ("bench", LIBRARIES),
    "clean": ("clean", None),
    "test": ("testing", TESTS),
    "lint": ("lint", TESTS),
    "check": ("check", TESTS),
    "pot": ("i18n", TESTS),
    "core-test": ("core_test", TESTS),
    "alone-test": ("alone_test", TESTS),
    "neighbours-test": ("neighbours_test", TESTS),
    "upgrade-test": ("upgrade_test", TESTS),
    "docs": ("site", "requirements-docs.txt"),
}


def _leave(number, _frame):
    """Turn a signal into an exception, so that everything started is stopped."""
    raise SystemExit(128 + number)


def main():
    parser = argparse.ArgumentParser(prog="python3 -m dev", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="of check: what to run")
    given = parser.parse_args()
    module, requirements = COMMANDS[given.command]
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, _leave)
    os.chdir(paths.ROOT)
    try:
        if requirements and not venv.inside():
            venv.enter(requirements)
        return importlib.import_module(f"dev.{module}").main(*given.arguments)
    except KeyboardInterrupt:
        return 130


sys.exit(main())
