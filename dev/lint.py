"""make lint: everything that can be said of the sources without running them."""

import re
import subprocess
import sys
from functools import partial
from pathlib import Path

from lxml import etree

from . import addons, console, i18n, paths

REQUIRED = ("README.md", "pyproject.toml", "static/description/icon.png", "tests/__init__.py")
SOURCES = {".py", ".xml", ".js", ".csv", ".scss"}
OXLINT = ("oxlint", "--deny-warnings", "--format=unix", "--no-error-on-unmatched-pattern")


def main():
    """Run all checks, whatever the first ones say, and report each."""
    names = addons.names()
    checks = {
        "Style (ruff check)": partial(_run, "ruff", "check", "."),
        "Format (ruff format)": partial(_run, "ruff", "format", "--check", "."),
        "Odoo's rules (pylint-odoo)": partial(_run, "pylint", *names),
        "The web client's code (oxlint)": partial(_run, *OXLINT, *names),
        "XML": _find_broken_xml,
        "What each add-on has to have": _find_missing_files,
        "Add-ons name only those they depend on": _find_wrong_arrows,
        "Templates of the terms": i18n.find_drift,
        "Translations": i18n.find_gaps,
    }
    failed = []
    for title, check in checks.items():
        console.step(title)
        problems = list(check())
        failed += [title] if problems else []
        for problem in problems:
            console.note(problem)
    if failed:
        console.fail("Lint found problems: " + ", ".join(failed))
    console.step("Lint found nothing")
    return 0


def _run(name, *arguments):
    """Run a linter of the virtual environment; return its complaints."""
    command = [str(Path(sys.executable).with_name(name)), *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(command, **pipes)
    return done.stdout.splitlines() or ["failed"] if done.returncode else []


def _find_broken_xml():
    """Yield the XML files that are not well-formed."""
    for folder in addons.folders():
        for path in sorted([*folder.rglob("*.xml"), *folder.rglob("*.svg")]):
            try:
                etree.parse(str(path))
            except etree.XMLSyntaxError as error:
                yield f"{path.relative_to(paths.ROOT)}: {error}"


def _find_missing_files():
    wanted = [folder / name for folder in addons.folders() for name in REQUIRED]
    return [f"{path.relative_to(paths.ROOT)} is missing" for path in wanted if not path.exists()]


def _find_wrong_arrows():
    """Yield where an add-on names one of ours that it does not depend on.

    Its tests may name one beside it, but none that is built on it.
    """
    for folder in addons.folders():
        own = folder.name
        others = set(addons.names()).difference([own, *addons.below(own)])
        built_on_it = {name for name in others if own in addons.below(name)}
        for path in sorted(folder.rglob("*")):
            if path.suffix in SOURCES:
                strangers = built_on_it if folder / "tests" in path.parents else others
                yield from _find_names(path, strangers)


def _find_names(path, names):
    named = re.compile(rf"\b(?:{'|'.join(sorted(names) or ['(?!)'])})\b")
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if found := named.search(line):
            yield f"{path.relative_to(paths.ROOT)}:{number} names {found.group()}"
