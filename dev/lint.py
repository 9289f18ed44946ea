"""make lint: everything that can be said of the sources without running them."""

import re
import subprocess
import sys
from pathlib import Path

import polib
from lxml import etree

from . import addons, console, i18n, paths

REQUIRED = ("README.md", "pyproject.toml", "static/description/icon.png", "tests/__init__.py")
SOURCES = {".py", ".xml", ".js", ".csv", ".scss"}


def main():
    """Run all checks, whatever the first ones say, and report each."""
    failed = [title for title, check in _checks() if not _passes(title, check)]
    if failed:
        console.fail("Lint found problems: " + ", ".join(failed))
    console.step("Lint found nothing")
    return 0


def _checks():
    return [
        ("Style (ruff check)", lambda: _tool("ruff", "check", ".")),
        ("Format (ruff format)", lambda: _tool("ruff", "format", "--check", ".")),
        ("Odoo's rules (pylint-odoo)", lambda: _tool("pylint", *addons.names())),
        ("The web client's code (oxlint)", _javascript),
        ("XML", _broken_xml),
        ("What each add-on has to have", _missing_files),
        ("Add-ons name only those they depend on", _wrong_arrows),
        ("Template of the terms", _template_drift),
        ("Translations", _translation_gaps),
    ]


def _passes(title, check):
    console.step(title)
    problems = check()
    for problem in problems:
        console.note(problem)
    console.note("problems found" if problems else "nothing found")
    return not problems


def _tool(name, *arguments):
    """Run a linter; return its complaints."""
    return _complaints([sys.executable, "-m", name, *arguments])


def _complaints(command):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(command, **pipes)
    return done.stdout.splitlines() or ["failed"] if done.returncode else []


def _javascript():
    program = str(Path(sys.executable).with_name("oxlint"))
    options = ["--deny-warnings", "--format=unix", "--no-error-on-unmatched-pattern"]
    return _complaints([program, *options, *addons.names()])


def _broken_xml():
    """Return the XML files that are not well-formed."""
    problems = []
    for folder in addons.folders():
        for path in sorted([*folder.rglob("*.xml"), *folder.rglob("*.svg")]):
            try:
                etree.parse(str(path))
            except etree.XMLSyntaxError as error:
                problems.append(f"{path.relative_to(paths.ROOT)}: {error}")
    return problems


def _missing_files():
    wanted = [folder / name for folder in addons.folders() for name in REQUIRED]
    return [f"{path.relative_to(paths.ROOT)} is missing" for path in wanted if not path.exists()]


def _wrong_arrows():
    """Return where an add-on names one of ours that it does not depend on.

    Its tests may name one beside it, but none that is built on it.
    """
    problems = []
    for folder in addons.folders():
        own = folder.name
        others = set(addons.names()).difference([own, *addons.below(own)])
        built_on_it = {name for name in others if own in addons.below(name)}
        for path in sorted(folder.rglob("*")):
            if path.suffix in SOURCES:
                strangers = built_on_it if folder / "tests" in path.parents else others
                problems += _find_names(path, strangers)
    return problems


def _find_names(path, names):
    named = re.compile(rf"\b(?:{'|'.join(sorted(names) or ['(?!)'])})\b")
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if found := named.search(line):
            yield f"{path.relative_to(paths.ROOT)}:{number} names {found.group()}"


def _template_drift():
    """Return where the templates differ from what the sources export."""
    problems = []
    for addon, fresh in i18n.export_all():
        template = i18n.template_of(addon)
        where = template.relative_to(paths.ROOT)
        if not template.exists():
            problems.append(f"{where} is missing. Write it: make pot")
            continue
        found = i18n.differences(polib.pofile(str(template)), fresh)
        problems += [f"{where}: {difference}" for difference in found]
        if found:
            problems.append("The sources changed. Export the terms again: make pot")
    return problems


def _translation_gaps():
    """Return what the translations lack of the templates."""
    problems = []
    for addon in addons.folders():
        template = i18n.template_of(addon)
        for translation in i18n.translations_of(addon):
            where = translation.relative_to(paths.ROOT)
            if not (template.exists() and translation.exists()):
                problems.append(f"{where} or its template is missing")
                continue
            pair = polib.pofile(str(template)), polib.pofile(str(translation))
            problems += [f"{where}: {gap}" for gap in i18n.incomplete(*pair)]
    return problems
