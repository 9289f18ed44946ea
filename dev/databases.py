"""Databases of the PostgreSQL server: make, copy, drop, ask."""

import os
import shutil
from contextlib import closing

import psycopg2
from psycopg2 import sql

from . import console, paths


def _run(server, database, query, values=None, role=None):
    """Run one statement outside a transaction; return its rows."""
    with closing(psycopg2.connect(dbname=database, **server.login(role))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []


def ensure_role(server):
    """Make Odoo's role, where we are allowed to; else it has to be there."""
    try:
        roles = _run(server, "postgres", "SELECT rolname FROM pg_roles", role="postgres")
    except psycopg2.OperationalError:
        _check_login(server)
        return
    if (server.user,) not in roles:
        query = sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(
            sql.Identifier(server.user), sql.Literal(server.password or None)
        )
        _run(server, "postgres", query, role="postgres")


def _check_login(server):
    try:
        _run(server, "postgres", "SELECT 1")
    except psycopg2.OperationalError as error:
        console.fail(
            f"The PostgreSQL server that the PG* variables name refuses: {error}"
            "Correct them, or unset PGHOST and PGPORT to use a server of our own."
        )


def drop(server, name):
    # Not WITH (FORCE), which gives up where PostgreSQL's own autovacuum is at work.
    leave = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = %s AND usename = current_user"
    )
    _run(server, "postgres", leave, (name,))
    query = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    _run(server, "postgres", query)
    shutil.rmtree(_files(name), ignore_errors=True)


def copy(server, source, target):
    drop(server, target)
    query = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(target), sql.Identifier(source)
    )
    _run(server, "postgres", query)
    if _files(source).exists():
        shutil.copytree(_files(source), _files(target), copy_function=os.link)


def analyze(server, name):
    """Let PostgreSQL count what is in a database, and tidy it, before it is measured."""
    _run(server, name, "VACUUM ANALYZE")


def ask(server, name, query, values=None):
    """Return the rows a query finds in a database."""
    return _run(server, name, query, values)


def version(server):
    return _run(server, "postgres", "SHOW server_version")[0][0]


def note(server, name):
    """Return what `set_note` wrote of a database: what it was made of; None without one."""
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    return next((text for (text,) in _run(server, "postgres", query, (name,))), None)


def set_note(server, name, text):
    """Write a note that goes with the database: a copy has none."""
    query = sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(text))
    _run(server, "postgres", query)


def _files(name):
    return paths.STATE / "data" / "filestore" / name


def installed(server, name):
    """Return the names of the modules installed in a database; none if it is missing."""
    query = "SELECT name FROM ir_module_module WHERE state = 'installed'"
    try:
        return {row[0] for row in _run(server, name, query)}
    except (psycopg2.OperationalError, psycopg2.errors.UndefinedTable):
        return set()
