"""Remove everything the tooling made."""

import shutil

from . import console, locks, paths, postgres


def main():
    with locks.shared("postgres-users") as users:
        if not locks.try_lock(users):
            console.fail("Another command is still running. Stop it first.")
        postgres.stop()
        shutil.rmtree(paths.STATE)
    console.step("Removed .dev")
