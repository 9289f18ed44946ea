"""Locks between commands that run at the same time.

The kernel frees them with the process, so a killed command leaves nothing to clean.
"""

import fcntl
from contextlib import contextmanager

from . import console, paths


@contextmanager
def _opened(name):
    folder = paths.STATE / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w") as handle:
        yield handle


def try_lock(handle, mode=fcntl.LOCK_EX):
    try:
        fcntl.flock(handle, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def exclusive(name):
    """Wait until no other command does the same thing."""
    with _opened(name) as handle:
        if not try_lock(handle):
            console.note("Waiting for another command that is doing the same …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def database(name):
    """Refuse to work on a database that another command is using."""
    with _opened(f"database-{name}") as handle:
        if not try_lock(handle):
            console.fail(f"The database {name} is in use by another command: wait, or name a DB=…")
        yield


@contextmanager
def shared(name):
    """Hold a lock together with others; yield the handle, to ask who else has it."""
    with _opened(name) as handle:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield handle
