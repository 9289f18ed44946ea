"""make core-test: Odoo's own suites, without and with our add-ons.

Odoo runs the tests of a module right after loading it, before ours is there. So the
suites run through pytest, on databases in which everything is installed.
"""

import os
import re
import subprocess
import time
from collections import Counter
from contextlib import ExitStack
from xml.etree import ElementTree

from . import addons, browser, console, databases, locks, odoo, original, paths, process, testing

MODULES = (
    "crm",
    "sale_crm",
    "website_crm",
    "crm_livechat",
    "event_crm",
    "website_crm_partner_assign",
    "crm_sms",
    "crm_mail_plugin",
)
PLAIN, WITHOUT, WITH = "core", "core_without", "core_with"
TAGS = {"error": "error", "failure": "failed", "skipped": "skipped"}
SEVERITY = ("passed", "skipped", "failed", "error")
# What stands before the module's name depends on the folder Odoo is in.
NAME = re.compile(r"^.*\baddons\.(?=\w+\.tests\.)")
HEADS = " ".join(f"{outcome:>8}" for outcome in SEVERITY)


def main():
    browser.ensure()
    modules = re.findall(r"\w+", os.environ.get("MODULES", "")) or MODULES
    with odoo.ready() as server, locks.database(WITHOUT), locks.database(WITH):
        unknown = [name for name in modules if not server.source.addon(name)]
        if unknown:
            console.fail(f"Odoo has no module {', '.join(unknown)}. Name others: MODULES=…")
        original.make(server, PLAIN, modules)
        databases.copy(server.server, PLAIN, WITHOUT)
        databases.copy(server.server, PLAIN, WITH)
        server.install(WITH, addons.names())
        folders = [server.source.addon(name) / "tests" for name in modules]
        title = f"Run Odoo's tests of {', '.join(modules)}, twice"
        without, with_ours = _run(server, title, {WITHOUT: folders, WITH: folders})
        if broken := _broken(without, with_ours):
            # Alone on the machine: a browser that was too slow is no proof.
            targets = [_find(server, name) for name in broken]
            [again] = _run(server, f"Run again, alone: {', '.join(broken)}", {WITH: targets})
            with_ours |= again
    return _report(modules, without, with_ours)


def _run(server, title, targets):
    """Run tests on some databases at once; return the outcomes on each."""
    progress = console.Progress(title)
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        children = {}
        for database, tests in targets.items():
            _file(database, "xml").unlink(missing_ok=True)
            log = stack.enter_context(_file(database, "log").open("w"))
            options = ["-v", "-p", "dev.standard_tests", "-o", "addopts="]
            options += [f"--junit-xml={_file(database, 'xml')}", *map(str, tests)]
            command, environment = testing.pytest(server, database), server.environment
            output = {"stdout": log, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL}
            child = process.started([*command, *options], env=environment, **output)
            children[database] = stack.enter_context(child)
        while any(child.poll() is None for child in children.values()):
            time.sleep(1)
            progress.show(" | ".join(f"{name}: {_percentage(name)}" for name in targets))
    progress.close()
    return [_outcomes(name, child.returncode) for name, child in children.items()]


def _file(database, kind):
    return paths.LOGS / f"{database}.{kind}"


def _find(server, name):
    """Return what to tell pytest of a test that a report names."""
    module, _tests, file, *test = name.split(".")
    return "::".join([str(server.source.addon(module) / "tests" / f"{file}.py"), *test])


def _percentage(database):
    """Return how far pytest has come, as it says at the end of each line."""
    found = re.findall(r"\[ *(\d+%)\]$", _file(database, "log").read_text(errors="replace"), re.M)
    return found[-1] if found else "starting"


def _outcomes(database, status):
    """Read a JUnit file; of several results of one test, the worst counts."""
    path = _file(database, "xml")
    if status not in (0, 1) or not path.exists():
        console.fail(f"The tests on {database} did not run. The log: {_file(database, 'log')}")
    outcomes = {}
    for case in ElementTree.parse(path).iter("testcase"):
        name = NAME.sub("", f"{case.get('classname')}.{case.get('name')}")
        found = {child.tag for child in case}
        outcome = next((text for tag, text in TAGS.items() if tag in found), "passed")
        outcomes[name] = max(outcome, outcomes.get(name, "passed"), key=SEVERITY.index)
    return outcomes


def _broken(without, with_ours):
    """Return the tests that pass without our add-ons only."""
    passed = sorted(name for name, outcome in without.items() if outcome == "passed")
    return [name for name in passed if with_ours.get(name) != "passed"]


def _report(modules, without, with_ours):
    """Print both columns; return 1 if a test passes without our add-ons only."""
    print(f"\n{'':28} without{'':28} | with\n{'':28} {HEADS} | {HEADS}")
    for module in modules:
        columns = (_counts(module, outcomes) for outcomes in (without, with_ours))
        print(f"{module:28} {' | '.join(columns)}")
    broken = _broken(without, with_ours)
    for name in broken:
        outcome = with_ours.get(name, "missing")
        print(f"Passes without our add-ons, {outcome} with them: {name}")
    print(f"\n{len(without)} tests without, {len(with_ours)} with; {len(broken)} broken by ours")
    return 1 if broken else 0


def _counts(module, outcomes):
    own = (outcome for name, outcome in outcomes.items() if name.startswith(f"{module}.tests."))
    counts = Counter(own)
    return " ".join(f"{counts[outcome]:>8}" for outcome in SEVERITY)
