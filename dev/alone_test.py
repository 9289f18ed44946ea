"""make alone-test: each add-on with nothing but what it depends on.

It is installed beside its dependencies alone, its tests run there, and it is uninstalled.
Afterwards the database has to be what it was before: the same tables, fields, views, menus
and rules, and everything that is left can be opened.
"""

import os
import re
import shlex
from zlib import crc32

from . import addons, browser, console, databases, locks, odoo, original, process, testing

DATABASE = "alone"
# Odoo would add what installs itself, its own and ours.
OPTIONS = ("--skip-auto-install",)
NOISE = re.compile(r"^[-\d]+ [:,\d]+ \d+ (?:WARNING|ERROR|CRITICAL) .*$", re.MULTILINE)
COLUMNS = """
    SELECT 'column', table_name || '.' || column_name, data_type || ' ' || is_nullable
      FROM information_schema.columns WHERE table_schema = 'public'
     UNION ALL
    SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
     UNION ALL
    SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
     UNION ALL
    SELECT 'trigger', tgrelid::regclass || '.' || tgname, '' FROM pg_trigger WHERE NOT tgisinternal
"""
# What an add-on is made of, apart from records of its own. Not what changes by itself, and
# not what Odoo forgets to delete: its lists of foreign keys and of mixins.
TABLES = """
    SELECT table_name FROM information_schema.tables
     WHERE table_type = 'BASE TABLE' AND table_schema = 'public'
       AND table_name ~ '^(ir_|res_groups|res_config|mail_(template|activity_type|message_sub)'
                        '|digest_|decimal_precision)'
       AND table_name !~ '^ir_(module|logging|profile|attachment|cron_(progress|trigger))'
       AND table_name !~ '^ir_model_(constraint|inherit)'
"""
FORGOTTEN = '"model": "ir.model.inherit"'
VOLATILE = ("create_date", "write_date", "write_uid", "lastcall", "nextcall")


def main():
    wanted = re.findall(r"\w+", os.environ.get("ADDONS", "")) or addons.names()
    browser.ensure()
    with odoo.ready() as server, locks.database(DATABASE):
        failed = [name for name in wanted if not _passes(server, name)]
    if failed:
        console.fail(f"Not whole when alone: {', '.join(failed)}")
    return 0


def _passes(server, name):
    """Install, test and uninstall one add-on; return whether nothing is wrong."""
    base = _make_base(server, name)
    databases.copy(server.server, base, DATABASE)
    log = server.install(DATABASE, [name], *OPTIONS)
    problems = _get_noise(log)
    status = _test(server, name)
    title = f"Uninstall {name} from the database {DATABASE}"
    program = ("odoo", "module", "uninstall")
    problems += _get_noise(server.do(title, DATABASE, name, program=program))
    problems += _get_noise(server.inside("Open what is left", DATABASE, "tasks.open_all"))
    problems += _compare(server, base)
    for problem in problems:
        console.note(problem)
    return not (problems or status)


def _make_base(server, name):
    """Return a database with what an add-on depends on, kept from an earlier run."""
    plain = _name(foreign := addons.foreign(name))
    original.make(server, plain, foreign, *OPTIONS)
    if ours := addons.below(name):
        original.make(server, _name([*foreign, *ours]), ours, *OPTIONS, base=plain)
    return _name([*foreign, *ours])


def _name(modules):
    return f"{DATABASE}_{crc32(' '.join(modules).encode()):08x}"


def _test(server, name):
    """Run the add-on's tests in a copy, which they may spoil."""
    database = f"{DATABASE}_test"
    databases.copy(server.server, DATABASE, database)
    if browser.wanted():
        server.inside("Build the web client's bundles", database, "tasks.build_bundles")
    console.step(f"Run the tests of {name}")
    arguments = shlex.split(os.environ.get("ARGS", ""))
    command = [*testing.pytest(server, database), f"{name}/tests", *arguments]
    return process.call(command, env=server.environment)


def _get_noise(log):
    """Return the warnings and errors of a log."""
    return NOISE.findall(log.read_text(errors="replace"))


def _compare(server, base):
    """Return what the database has more, and less, than the one it was made from."""
    before, after = _describe(server, base), _describe(server, DATABASE)
    return [f"left behind: {thing}" for thing in sorted(after - before)] + [
        f"lost: {thing}" for thing in sorted(before - after)
    ]


def _describe(server, database):
    found = {" ".join(row) for row in databases.ask(server.server, database, COLUMNS)}
    for (table,) in databases.ask(server.server, database, TABLES):
        query = f"SELECT (to_jsonb(t) - %s::text[])::text FROM {table} AS t"
        rows = databases.ask(server.server, database, query, [list(VOLATILE)])
        found.update(f"{table} {row}" for (row,) in rows if FORGOTTEN not in row)
    return found
