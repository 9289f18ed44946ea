"""make core-test: Odoo's own suites, without and with our add-ons.

Odoo runs the tests of a module right after loading it, before ours is there. So the
suites run through pytest, on databases in which everything is installed.
"""

import os
import re
import subprocess
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from xml.etree import ElementTree

from . import addons, browser, console, databases, locks, odoo, paths, process, testing

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
DATABASES = WITHOUT, WITH = "core_without", "core_with"
TAGS = {"error": "error", "failure": "failed", "skipped": "skipped"}
SEVERITY = ("passed", "skipped", "failed", "error")
# What stands before the module's name depends on the folder Odoo is in.
NAME = re.compile(r"^.*\baddons\.(?=\w+\.tests\.)")
OUTCOMES = ("passed", "failed", "error", "skipped")


def main():
    browser.ensure()
    modules = re.findall(r"\w+", os.environ.get("MODULES", "")) or MODULES
    with odoo.ready() as server, locks.database(WITHOUT), locks.database(WITH):
        _check(server, modules)
        _install(server, modules)
        without, with_ours = _run_both(server, modules)
        if broken := _broken(without, with_ours):
            with_ours |= _run_again(server, broken)
    return _report(modules, without, with_ours)


def _check(server, modules):
    unknown = [name for name in modules if not server.source.addon(name)]
    if unknown:
        console.fail(f"Odoo has no module {', '.join(unknown)}. Name others: MODULES=…")


def _install(server, modules):
    """Make two databases that differ in our add-ons only."""
    server.renew(WITHOUT, modules, title="Install Odoo's modules, without ours")
    databases.copy(server.server, WITHOUT, WITH)
    server.install(WITH, addons.names(), title="Install ours beside them")


def _run_both(server, modules):
    """Run the suites on both databases at once; return the outcomes of each."""
    progress = console.Progress(f"Run Odoo's tests of {', '.join(modules)}, twice")
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folders = [server.source.addon(name) / "tests" for name in modules]
        children = [stack.enter_context(_started(server, name, folders)) for name in DATABASES]
        while any(child.poll() is None for child in children):
            time.sleep(1)
            progress.show(" | ".join(f"{name}: {_percentage(name)}" for name in DATABASES))
    progress.close()
    return [
        _outcomes(name, child.returncode) for name, child in zip(DATABASES, children, strict=True)
    ]


def _run_again(server, names):
    """Run tests once more, alone on the machine: a browser that was too slow is no proof."""
    targets = []
    for name in names:
        module, _tests, file, *test = name.split(".")
        path = server.source.addon(module) / "tests" / f"{file}.py"
        targets.append("::".join([str(path), *test]))
    console.step(f"Run again, alone: {', '.join(names)}")
    with _started(server, WITH, targets) as child:
        child.wait()
    return _outcomes(WITH, child.returncode)


@contextmanager
def _started(server, database, targets):
    result = paths.LOGS / f"{database}.xml"
    result.unlink(missing_ok=True)
    options = ["-v", "-p", "dev.standard_tests", "-o", "addopts=", f"--junit-xml={result}"]
    command = [*testing.pytest(server, database), *options, *map(str, targets)]
    path = os.pathsep.join([str(paths.ROOT), server.environment["PYTHONPATH"]])
    environment = {**server.environment, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}
    with _log(database).open("w") as log:
        output = {"stdout": log, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL}
        with process.started(command, env=environment, **output) as child:
            yield child


def _log(database):
    return paths.LOGS / f"{database}.log"


def _percentage(database):
    """Return how far pytest has come, as it says at the end of each line."""
    found = re.findall(r"\[ *(\d+%)\]$", _log(database).read_text(errors="replace"), re.M)
    return found[-1] if found else "starting"


def _outcomes(database, status):
    """Read a JUnit file; of several results of one test, the worst counts."""
    path = paths.LOGS / f"{database}.xml"
    if status not in (0, 1) or not path.exists():
        console.fail(f"The tests on {database} did not run. The log: {_log(database)}")
    outcomes = {}
    for case in ElementTree.parse(path).iter("testcase"):
        name = NAME.sub("", f"{case.get('classname')}.{case.get('name')}")
        found = {child.tag for child in case}
        outcome = next((text for tag, text in TAGS.items() if tag in found), "passed")
        known = outcomes.get(name, "passed")
        outcomes[name] = max(outcome, known, key=SEVERITY.index)
    return outcomes


def _report(modules, without, with_ours):
    """Print both columns; return 1 if a test passes without our add-ons only."""
    heads = " ".join(f"{text:>8}" for text in OUTCOMES)
    print(f"\n{'':28} without{'':28} | with\n{'':28} {heads} | {heads}")
    for module in modules:
        columns = (_counts(module, outcomes) for outcomes in (without, with_ours))
        print(f"{module:28} {' | '.join(columns)}")
    broken = _broken(without, with_ours)
    for name in broken:
        outcome = with_ours.get(name, "missing")
        print(f"Passes without our add-ons, {outcome} with them: {name}")
    print(f"\n{len(without)} tests without, {len(with_ours)} with; {len(broken)} broken by ours")
    return 1 if broken else 0


def _broken(without, with_ours):
    """Return the tests that pass without our add-ons only."""
    return [
        name
        for name, outcome in sorted(without.items())
        if outcome == "passed" and with_ours.get(name) != "passed"
    ]


def _counts(module, outcomes):
    own = (outcome for name, outcome in outcomes.items() if name.startswith(f"{module}.tests."))
    counts = Counter(own)
    return " ".join(f"{counts[outcome]:>8}" for outcome in OUTCOMES)
