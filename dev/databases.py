"""Databases of the PostgreSQL server: make, copy, drop, ask."""

import os
import shutil
from contextlib import closing
from dataclasses import dataclass

import psycopg2
from psycopg2 import sql

from . import console, paths, postgres


def ask(server, database, query, values=None, role=None):
    """Run one statement outside a transaction; return its rows."""
    with closing(psycopg2.connect(dbname=database, **server.login(role))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []


def ensure_role(server):
    """Make Odoo's role, where we are allowed to; else it has to be there."""
    try:
        roles = ask(server, "postgres", "SELECT rolname FROM pg_roles", role="postgres")
    except psycopg2.OperationalError:
        _check_login(server)
        return
    if (server.user,) not in roles:
        user, password = sql.Identifier(server.user), sql.Literal(server.password or None)
        query = sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(user, password)
        ask(server, "postgres", query, role="postgres")
        # What is filled by the million (see `filling`) is not looked up by foreign keys.
        query = sql.SQL("GRANT SET ON PARAMETER session_replication_role TO {}").format(user)
        ask(server, "postgres", query, role="postgres")


def _check_login(server):
    try:
        ask(server, "postgres", "SELECT 1")
    except psycopg2.OperationalError as error:
        console.fail(
            f"The PostgreSQL server that the PG* variables name refuses: {error}"
            "Correct them, or unset PGHOST and PGPORT to use a server of our own."
        )


def drop(server, name):
    # Not WITH (FORCE), which gives up where PostgreSQL's own autovacuum is at work.
    leave = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    mine = " WHERE datname = %s AND usename = current_user"
    ask(server, "postgres", leave + mine, (name,))
    ask(server, "postgres", sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
    shutil.rmtree(_files(name), ignore_errors=True)


def copy(server, source, target):
    drop(server, target)
    query = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    ask(server, "postgres", query.format(sql.Identifier(target), sql.Identifier(source)))
    if _files(source).exists():
        shutil.copytree(_files(source), _files(target), copy_function=os.link)


def _files(name):
    return paths.STATE / "data" / "filestore" / name


def installed(server, name):
    """Return the names of the modules installed in a database; none if it is missing."""
    query = "SELECT name FROM ir_module_module WHERE state = 'installed'"
    try:
        return {name for (name,) in ask(server, name, query)}
    except (psycopg2.OperationalError, psycopg2.errors.UndefinedTable):
        return set()


@dataclass
class Stamp:
    """What a database was made of (see `stamps`): it goes with the database, copies have none."""

    server: postgres.Server
    name: str

    def read_text(self):
        query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        return next((text for (text,) in ask(self.server, "postgres", query, (self.name,))), None)

    def exists(self):
        return self.read_text() is not None

    def write_text(self, text):
        query = sql.SQL("COMMENT ON DATABASE {} IS {}")
        query = query.format(sql.Identifier(self.name), sql.Literal(text))
        ask(self.server, "postgres", query)
