"""make core-test: Odoo's own suites, without and with our add-ons.

Odoo runs the tests of a module right after loading it, before ours is there. So the
suites run through pytest, on databases in which everything is installed.
"""

import os
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

from . import browser, console, databases, locks, odoo, paths, process, testing

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
WITHOUT, WITH = "core_without", "core_with"
OUTCOMES = ("passed", "failed", "error", "skipped")


def main():
    browser.ensure()
    modules = re.split(r"[,\s]+", os.environ.get("MODULES", "").strip()) or []
    modules = [name for name in modules if name] or list(MODULES)
    with odoo.ready() as server, locks.database(WITHOUT), locks.database(WITH):
        _check(server, modules)
        _install(server, modules)
        title = f"Run Odoo's tests of {', '.join(modules)}, twice"
        progress = console.Progress(title)
        with ThreadPoolExecutor() as pool:
            runs = [pool.submit(_run, server, name, modules) for name in (WITHOUT, WITH)]
            without, with_ours = (run.result() for run in runs)
        progress.close()
    return _report(modules, without, with_ours)


def _check(server, modules):
    unknown = [name for name in modules if not server.source.addon(name)]
    if unknown:
        console.fail(f"Odoo has no module {', '.join(unknown)}. Name others: MODULES=…")


def _install(server, modules):
    """Make two databases that differ in our add-ons only."""
    server.renew(WITHOUT, modules, title="Install Odoo's modules, without ours")
    databases.copy(server.server, WITHOUT, WITH)
    server.install(WITH, paths.addon_names(), title="Install ours beside them")


def _run(server, database, modules):
    """Run the suites; return the outcome of each test by its name."""
    result = paths.LOGS / f"{database}.xml"
    result.unlink(missing_ok=True)
    folders = [server.source.addon(name) / "tests" for name in modules]
    options = ["-v", "-p", "dev.standard_tests", "-p", "no:cacheprovider", "-o", "addopts="]
    command = [*testing.pytest(server, database), *options, f"--junit-xml={result}"]
    path = os.pathsep.join([str(paths.ROOT), server.environment["PYTHONPATH"]])
    environment = {**server.environment, "PYTHONPATH": path}
    status, log_path = process.follow(
        [*command, *map(str, folders)], f"Tests {database}", r"$^", quiet=True, env=environment
    )
    if status not in (0, 1) or not result.exists():
        console.fail(f"The tests on {database} did not run. The log: {log_path}")
    return _outcomes(result)


def _outcomes(path):
    """Read a JUnit file; of several results of one test, the worst counts."""
    outcomes = {}
    for case in ElementTree.parse(path).iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        found = {child.tag for child in case}
        outcome = next(
            (text for tag, text in _TAGS.items() if tag in found),
            "passed",
        )
        known = outcomes.get(name, "passed")
        outcomes[name] = max(outcome, known, key=_SEVERITY.index)
    return outcomes


_TAGS = {"error": "error", "failure": "failed", "skipped": "skipped"}
_SEVERITY = ("passed", "skipped", "failed", "error")


def _report(modules, without, with_ours):
    """Print both columns; return 1 if a test passes without our add-ons only."""
    heads = " ".join(f"{text:>8}" for text in OUTCOMES)
    print(f"\n{'':28} without{'':28} | with\n{'':28} {heads} | {heads}")
    for module in modules:
        columns = (_counts(module, outcomes) for outcomes in (without, with_ours))
        print(f"{module:28} {' | '.join(columns)}")
    broken = [
        (name, with_ours.get(name, "missing"))
        for name, outcome in sorted(without.items())
        if outcome == "passed" and with_ours.get(name) != "passed"
    ]
    for name, outcome in broken:
        print(f"Passes without our add-ons, {outcome} with them: {name}")
    print(f"\n{len(without)} tests without, {len(with_ours)} with; {len(broken)} broken by ours")
    return 1 if broken else 0


def _counts(module, outcomes):
    prefix = f"odoo.addons.{module}.tests."
    counts = Counter(outcome for name, outcome in outcomes.items() if name.startswith(prefix))
    return " ".join(f"{counts[outcome]:>8}" for outcome in OUTCOMES)
