"""python3 -m dev check NAME [ARGUMENT…]: one check of ours, or a tool of the environment.

The hooks in .pre-commit-config.yaml are such commands. Among the arguments of a tool,
"{addons}" stands for all our add-ons.
"""

import re
import subprocess
import sys
from pathlib import Path

from lxml import etree

from . import addons, console, eslint, glossary, i18n, paths

REQUIRED = ("README.md", "pyproject.toml", "static/description/icon.png", "tests/__init__.py")
SOURCES = {".py", ".xml", ".js", ".csv", ".scss"}


def main(name, *arguments):
    """Print what a check complains of; return 1 if that is anything."""
    ours = {
        "arrows": find_wrong_arrows,
        "eslint": eslint.find_problems,
        "files": find_missing_files,
        "glossary": glossary.find_strangers,
        "templates": i18n.find_drift,
        "translations": i18n.find_gaps,
        "xml": find_broken_xml,
    }
    problems = list(ours[name](*arguments) if name in ours else run_tool(name, *arguments))
    for problem in problems:
        console.note(problem)
    return int(bool(problems))


def run_tool(name, *arguments):
    """Run a tool of the virtual environment; return its complaints."""
    command = [str(Path(sys.executable).with_name(name))]
    for argument in arguments:
        command += addons.names() if argument == "{addons}" else [argument]
    return get_complaints(command)


def get_complaints(command):
    """Run a linter in the tree's folder; return the lines it prints if it fails."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(command, cwd=paths.ROOT, **pipes)
    return done.stdout.splitlines() or ["failed"] if done.returncode else []


def find_broken_xml():
    """Yield the XML files that are not well-formed."""
    for folder in addons.folders():
        for path in sorted([*folder.rglob("*.xml"), *folder.rglob("*.svg")]):
            try:
                etree.parse(str(path))
            except etree.XMLSyntaxError as error:
                yield f"{path.relative_to(paths.ROOT)}: {error}"


def find_missing_files():
    """Return what an add-on lacks, and which versions differ from the first one's."""
    versions = {name: addons.manifest(name)["version"] for name in addons.names()}
    expected = next(iter(versions.values()))
    others = [f"{name}: {version}" for name, version in versions.items() if version != expected]
    if others:
        return [f"All add-ons have one version, {expected}; but {', '.join(others)}"]
    wanted = [folder / name for folder in addons.folders() for name in REQUIRED]
    return [f"{path.relative_to(paths.ROOT)} is missing" for path in wanted if not path.exists()]


def find_wrong_arrows():
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
