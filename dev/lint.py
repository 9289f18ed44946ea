"""make lint: everything that can be said of the sources without running them.

What is checked is the list of hooks in .pre-commit-config.yaml, and nothing else.
"""

import shlex
import subprocess
import sys

import yaml

from . import console, paths

HOOKS = paths.ROOT / ".pre-commit-config.yaml"


def main():
    """Run all hooks, whatever the first ones say, and report each."""
    failed = [hook["name"] for hook in _get_hooks() if not _passes(hook)]
    if failed:
        console.fail("Lint found problems: " + ", ".join(failed))
    console.step("Lint found nothing")
    return 0


def _get_hooks():
    settings = yaml.safe_load(HOOKS.read_text())
    return [hook for repository in settings["repos"] for hook in repository["hooks"]]


def _passes(hook):
    """Run a hook over all files, with the Python that runs this; tell whether it is content."""
    console.step(hook["name"])
    command = [sys.executable, *shlex.split(hook["entry"])[1:]]
    return subprocess.run(command, cwd=paths.ROOT).returncode == 0
