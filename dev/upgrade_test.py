"""make upgrade-test: databases of before are upgraded, and say the same afterwards.

Two upgrades: from the last release, built from the commit that CHANGELOG.md names, to this
tree; and from this tree to a made-up later version, in which a field has another name and a
record another XML id. Compared are all rows of closings, the rules of companies, and figures.
"""

import re
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import replace

from . import addons, console, databases, locks, odoo, original, paths

DATABASE = "upgrade"
FOLDER = paths.STATE / "upgrade"
# "Built from commit 0123abc": the newest release is the first of them.
RELEASE = re.compile(r"^Built from commit `?([0-9a-f]{7,40})`?", re.MULTILINE)
CLOSINGS = "1000"
LATER = "19.0.9.0.0"
# Old name → new name, in the made-up later version.
FIELD = ("reopen_note", "reopening_reason")
RECORD = ("lost_reason_no_budget", "lost_reason_budget_cut")
ADDON = "crm_opportunity_close"
MIGRATION = f"""
def migrate(cr, version):
    cr.execute("ALTER TABLE crm_lead_closing RENAME COLUMN {FIELD[0]} TO {FIELD[1]}")
    cr.execute("UPDATE ir_model_fields SET name = '{FIELD[1]}' "
               "WHERE model = 'crm.lead.closing' AND name = '{FIELD[0]}'")
    cr.execute("UPDATE ir_model_data SET name = '{RECORD[1]}' "
               "WHERE module = '{ADDON}' AND name = '{RECORD[0]}'")
"""
FIGURES = """
    SELECT team_id, user_id, reason_id, outcome, count(*), sum(closed_revenue),
           sum(expected_revenue), avg(days_to_close), count(*) FILTER (WHERE is_counted),
           count(*) FILTER (WHERE is_complete), count(*) FILTER (WHERE is_current)
      FROM crm_lead_closing GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
REASONS = """
    SELECT reason.id, reason.name->>'en_US', loss_type, active, sequence, data.name
      FROM crm_lost_reason AS reason
 LEFT JOIN ir_model_data AS data ON data.model = 'crm.lost.reason' AND data.res_id = reason.id
  ORDER BY reason.id, data.name
"""


def main():
    with odoo.ready() as server, locks.database(DATABASE):
        problems = [*_upgrade_to_later(server), *_upgrade_from_release(server)]
    for problem in problems:
        console.note(problem)
    if problems:
        console.fail("The upgrades are not right, or could not be tried; see above.")
    return 0


def _upgrade_to_later(server):
    """Upgrade from this tree to the made-up later version; return what is wrong."""
    original.copy_to(server, DATABASE)
    _live(server)
    before = _read(server)
    with _tree("later") as folder:
        for path in addons.folders():
            shutil.copytree(path, folder / path.name)
        _age(folder)
        _upgrade(_with_addons(server, folder), "a made-up later version")
    after = _read(server, FIELD[::-1])
    moved = [
        [cell if cell != RECORD[0] else RECORD[1] for cell in row] for row in before["reasons"]
    ]
    return _compare({**before, "reasons": moved}, after)


def _upgrade_from_release(server):
    """Upgrade from the last release to this tree; return what is wrong."""
    found = RELEASE.search((paths.ROOT / "CHANGELOG.md").read_text())
    if not found:
        return ["CHANGELOG.md names no commit: there is no release to upgrade from."]
    with _tree("release") as folder:
        archive = ["git", "archive", "--format=tar", found.group(1)]
        files = subprocess.run(archive, cwd=paths.ROOT, stdout=subprocess.PIPE, check=True).stdout
        subprocess.run(["tar", "-x"], cwd=folder, input=files, check=True)
        names = [path.parent.name for path in folder.glob("*/__manifest__.py")]
        databases.copy(server.server, original.PLAIN, DATABASE)
        released = _with_addons(server, folder)
        released.install(DATABASE, names)
        _live(released)
    before = _read(server)
    _upgrade(server, "this tree")
    return _compare(before, _read(server))


@contextmanager
def _tree(name):
    """Yield an empty folder for another version of the add-ons."""
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    yield folder
    shutil.rmtree(folder)


def _age(folder):
    """Turn a copy of the add-ons into the made-up later version."""
    for path in folder.rglob("*"):
        if path.suffix in {".py", ".xml", ".js", ".csv"}:
            text = path.read_text()
            for old, new in (FIELD, RECORD):
                text = re.sub(rf"\b{old}\b", new, text)
            path.write_text(text)
    for path in folder.glob("*/__manifest__.py"):
        path.write_text(re.sub(r"19\.0\.[\d.]+", LATER, path.read_text()))
    migrations = folder / ADDON / "migrations" / LATER
    migrations.mkdir(parents=True, exist_ok=True)
    (migrations / "pre-migrate.py").write_text(MIGRATION)


def _live(server):
    """Close and reopen what a database of years has, and set a rule of a company."""
    server.inside(f"Add closings to {DATABASE}", DATABASE, "filling.fill_closed", CLOSINGS)
    rule = (
        "UPDATE res_company SET close_require_win_reason = true, close_require_lead_reason = true"
    )
    databases.ask(server.server, DATABASE, rule)
    note = "UPDATE crm_lead_closing SET reopen_note = 'why ' || id WHERE NOT is_current"
    databases.ask(server.server, DATABASE, note)


def _with_addons(server, folder):
    """Return Odoo with the add-ons of another folder in the place of ours."""
    path = folder / "odoo.conf"
    places = ",".join(map(str, [*server.source.addons, folder]))
    text = re.sub(
        r"^addons_path = .*$", f"addons_path = {places}", server.conf.read_text(), flags=re.M
    )
    path.touch(0o600)
    path.write_text(text)
    return replace(server, conf=path)


def _upgrade(server, title):
    options = ["-u", ADDON, "--stop-after-init", "--no-http"]
    server.do(f"Upgrade the database {DATABASE} to {title}", DATABASE, *options)


def _read(server, renamed=None):
    """Return what has to be the same after an upgrade.

    :param renamed: (its name now, its name before) of a column that got another name
    """

    def ask(query):
        return [list(row) for row in databases.ask(server.server, DATABASE, query)]

    rows = [row for (row,) in ask("SELECT to_jsonb(c) FROM crm_lead_closing AS c ORDER BY id")]
    if renamed:
        rows = [{renamed[1] if key == renamed[0] else key: row[key] for key in row} for row in rows]
    rules = ask("SELECT to_jsonb(c) FROM res_company AS c ORDER BY id")
    rules = [{key: row[key] for key in row if key.startswith("close_")} for (row,) in rules]
    return {"rows": rows, "rules": rules, "figures": ask(FIGURES), "reasons": ask(REASONS)}


def _compare(before, after):
    """Return a line for each thing that differs, with the first difference in it.

    A column that the later version adds is no difference.
    """
    problems = []
    for name, old in before.items():
        new = after[name]
        pairs = [
            (one, {key: other.get(key) for key in one} if isinstance(one, dict) else other)
            for one, other in zip(old, new, strict=False)
        ]
        changed = [pair for pair in pairs if pair[0] != pair[1]]
        if len(old) != len(new) or changed:
            first = f", first {changed[0]}" if changed else ""
            problems.append(f"{name}: {len(old)} before, {len(new)} after{first}"[:600])
    return problems
