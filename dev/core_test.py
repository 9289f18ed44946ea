"""make core-test: Odoo's own suites, without and with our add-ons.

Odoo runs the tests of a module right after loading it, before ours is there. So the
suites run through pytest, on databases in which everything is installed.
"""

import os
import re
from collections import Counter
from xml.etree import ElementTree

from . import addons, browser, console, databases, locks, odoo, original, paths, process, testing

MODULES = ("crm", "sale_crm", "website_crm", "crm_livechat", "event_crm")
MODULES += ("website_crm_partner_assign", "crm_sms", "crm_mail_plugin")
PLAIN, WITHOUT, WITH = "core", "core_without", "core_with"
TAGS = {"error": "error", "failure": "failed", "skipped": "skipped"}
SEVERITY = ("passed", "skipped", "failed", "error")
# What stands before the module's name depends on the folder Odoo is in.
NAME = re.compile(r"^.*\baddons\.(?=\w+\.tests\.)")


def main():
    browser.ensure()
    modules = re.findall(r"\w+", os.environ.get("MODULES", "")) or MODULES
    with odoo.ready() as server, locks.database(WITHOUT), locks.database(WITH):
        unknown = [name for name in modules if not server.source.addon(name)]
        if unknown:
            console.fail(f"Odoo has no module {', '.join(unknown)}. Name others: MODULES=…")
        original.make(server, PLAIN, modules)
        for database in (WITHOUT, WITH):
            databases.copy(server.server, PLAIN, database)
        server.install(WITH, addons.names())
        folders = [server.source.addon(name) / "tests" for name in modules]
        without, with_ours = (_run(server, name, folders) for name in (WITHOUT, WITH))
        if broken := _get_broken(without, with_ours):
            # A browser that was too slow once is no proof.
            with_ours |= _run(server, WITH, [_find(server, name) for name in broken], " again")
    return _report(modules, without, with_ours)


def _run(server, database, tests, again=""):
    """Run tests on a database; return the outcome of each."""
    report = paths.LOGS / f"{database}.xml"
    report.unlink(missing_ok=True)
    options = ["-v", "-p", "dev.standard_tests", "-o", "addopts=", f"--junit-xml={report}"]
    command = [*testing.pytest(server, database), *options, *map(str, tests)]
    title, percentage = f"Run Odoo's tests in {database}{again}", r"\[ *(\d+%)\]$"
    status, log = process.follow(command, title, percentage, env=server.environment)
    if status not in (0, 1) or not report.exists():
        console.fail(f"The tests did not run. The log: {log}")
    return _read_outcomes(report)


def _find(server, name):
    """Return what to tell pytest of a test that a report names."""
    module, _tests, file, *test = name.split(".")
    return "::".join([str(server.source.addon(module) / "tests" / f"{file}.py"), *test])


def _read_outcomes(report):
    """Read a JUnit file; of several results of one test, the worst counts."""
    outcomes = {}
    for case in ElementTree.parse(report).iter("testcase"):
        name = NAME.sub("", f"{case.get('classname')}.{case.get('name')}")
        outcome = next((TAGS[child.tag] for child in case if child.tag in TAGS), "passed")
        outcomes[name] = max(outcome, outcomes.get(name, "passed"), key=SEVERITY.index)
    return outcomes


def _get_broken(without, with_ours):
    """Return the tests that pass without our add-ons only."""
    passed = sorted(name for name, outcome in without.items() if outcome == "passed")
    return [name for name in passed if with_ours.get(name) != "passed"]


def _report(modules, without, with_ours):
    """Print a line for each module; return 1 if a test passes without our add-ons only."""
    for module in modules:
        print(f"{module:28} without: {_count(module, without)}; with: {_count(module, with_ours)}")
    broken = _get_broken(without, with_ours)
    for name in broken:
        print(f"Passes without ours only, else {with_ours.get(name, 'missing')}: {name}")
    print(f"\n{len(without)} tests without, {len(with_ours)} with; {len(broken)} broken by ours")
    return 1 if broken else 0


def _count(module, outcomes):
    counts = Counter(outcomes[name] for name in outcomes if name.startswith(f"{module}.tests."))
    return ", ".join(f"{counts[outcome]} {outcome}" for outcome in SEVERITY if counts[outcome])
