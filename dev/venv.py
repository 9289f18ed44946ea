"""The virtual environment, one for each version of Python.

This module runs before the environment exists: standard library only.
"""

import os
import sys

from . import apt, console, locks, paths, process, stamps

OLDEST, NEWEST = (3, 10), (3, 13)
FOLDER = paths.STATE / "venv-{}.{}".format(*sys.version_info)
PYTHON = FOLDER / "bin" / "python"


def inside():
    return sys.prefix == str(FOLDER)


def enter(requirements):
    """Continue this command in the virtual environment, with the pinned libraries it needs."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        console.fail("Python 3.10 to 3.13 is needed. Name one: make PYTHON=/path/to/python3.12 …")
    files = dict.fromkeys([paths.ROOT / "requirements.txt", paths.ROOT / requirements])

    def install():
        if not PYTHON.exists():
            _create()
        named = [part for path in files for part in ("-r", str(path))]
        process.run(
            [str(PYTHON), "-m", "pip", "install", "--progress-bar", "off", *named],
            f"Install the Python libraries of {requirements}",
            r"^((?:Collecting|Building|Installing|Downloading) \S+)",
        )

    with locks.exclusive("setup"):
        pins = [path.read_text() for path in files]
        stamps.ensure(FOLDER / f"{requirements}.stamp", pins, install)
    os.execv(PYTHON, [str(PYTHON), "-m", "dev", *sys.argv[1:]])


def _create():
    """Make the environment; Debian and Ubuntu keep what that needs in a package."""
    if not process.output([sys.executable, "-c", "import ensurepip; print(True)"]):
        package = "python{}.{}-venv".format(*sys.version_info)
        if not apt.can_install():
            console.fail(f"Python's venv module is missing: sudo apt-get install {package}")
        apt.install(package)
    command = [sys.executable, "-m", "venv", "--clear", str(FOLDER)]
    process.run(command, "Create the virtual environment")
