"""make lint: everything that can be said of the sources without running them."""

import subprocess
import sys

import polib
from lxml import etree

from . import console, i18n, paths

LANGUAGES = ("th",)


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
        ("Odoo's rules (pylint-odoo)", lambda: _tool("pylint", *paths.addon_names())),
        ("XML", _broken_xml),
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
    done = subprocess.run(
        [sys.executable, "-m", name, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.stdout.splitlines() or ["failed"] if done.returncode else []


def _broken_xml():
    """Return the XML files that are not well-formed."""
    problems = []
    for folder in paths.addons():
        for path in sorted([*folder.rglob("*.xml"), *folder.rglob("*.svg")]):
            try:
                etree.parse(str(path))
            except etree.XMLSyntaxError as error:
                problems.append(f"{path.relative_to(paths.ROOT)}: {error}")
    return problems


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
    for addon in paths.addons():
        template = i18n.template_of(addon)
        for language in LANGUAGES:
            translation = template.with_name(f"{language}.po")
            where = translation.relative_to(paths.ROOT)
            if not (template.exists() and translation.exists()):
                problems.append(f"{where} or its template is missing")
                continue
            pair = polib.pofile(str(template)), polib.pofile(str(translation))
            problems += [f"{where}: {gap}" for gap in i18n.incomplete(*pair)]
    return problems
