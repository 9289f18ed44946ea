"""The virtual environment, one for each version of Python.

This module runs before the environment exists: standard library only.
"""

import hashlib
import os
import shutil
import sys

from . import apt, console, locks, paths, process

OLDEST, NEWEST = (3, 10), (3, 13)
FOLDER = paths.STATE / "venv-{}.{}".format(*sys.version_info)
PYTHON = FOLDER / "bin" / "python"


def inside():
    return sys.prefix == str(FOLDER)


def enter(requirements):
    """Continue this command in the virtual environment, which is made if missing."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        _use_other_python()
    with locks.exclusive("setup"):
        if not PYTHON.exists():
            _create()
        _install(paths.ROOT / requirements)
    os.execv(PYTHON, [str(PYTHON), "-m", "dev", *sys.argv[1:]])


def _use_other_python():
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other and process.output([other, "--version"]):
            os.execv(other, [other, "-m", "dev", *sys.argv[1:]])
    console.fail(
        "Python 3.10, 3.11, 3.12 or 3.13 is needed, and none was found. "
        "Install one, and name it: make PYTHON=/path/to/python3.12 …"
    )


def _create():
    """Make the environment; Debian and Ubuntu keep what that needs in a package."""
    command = [sys.executable, "-m", "venv", "--clear", str(FOLDER)]
    if not process.output([sys.executable, "-c", "import ensurepip; print(True)"]):
        package = "python{}.{}-venv".format(*sys.version_info)
        if not apt.can_install():
            console.fail(f"Python's venv module is missing: sudo apt-get install {package}")
        apt.install(package)
    process.run(command, "Create the virtual environment")


def _install(requirements):
    """Install the pinned libraries, unless these very pins are there already."""
    files = dict.fromkeys([paths.ROOT / "requirements.txt", requirements])
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    stamp = FOLDER / f"{requirements.stem}.sha256"
    if stamp.exists() and stamp.read_text() == digest:
        return
    named = [part for path in files for part in ("-r", str(path))]
    process.run(
        [str(PYTHON), "-m", "pip", "install", "--progress-bar", "off", *named],
        f"Install the Python libraries of {requirements.name}",
        r"^((?:Collecting|Building|Installing|Downloading) \S+)",
    )
    stamp.write_text(digest)
