"""The win/loss analysis on a million closings, against SQL written by hand.

The SQL asks the same of the same tables, rules of access included, and puts the rows into
Python. What the views ask is taken from the web client.
"""

import hashlib
import os
from datetime import date
from functools import cache, partial
from pathlib import Path

from .. import addons, databases, fill, paths
from . import fixture
from .work import OURS, Work

TITLE = "The win/loss analysis"
DATABASE = "bench_analysis"
CLOSINGS = int(os.environ.get("CLOSINGS") or 1_000_000)
TARGET = 1.5
LIST_FIELDS = {
    "date": {},
    "outcome": {},
    "expected_revenue": {},
    **{
        name: {"fields": {"display_name": {}}}
        for name in ("lead_id", "partner_id", "reason_id", "competitor_id", "stage_id", "user_id")
    },
}
COUNT_LIMIT = 10_001  # the web client counts no further

# This year: the closing date decides, and mistakes do not count.
FIRST, LAST = f"{date.today().year}-01-01 00:00:00", f"{date.today().year}-12-31 23:59:59"
YEAR = [("is_mistake", "=", False), ("date", ">=", FIRST), ("date", "<=", LAST)]
LOST = [*YEAR, ("outcome", "=", "lost")]
SQL_YEAR = """
    is_mistake IS NOT TRUE AND date >= %(first)s AND date <= %(last)s
    AND (company_id IN %(companies)s OR company_id IS NULL)
"""
SQL_LOST = f"{SQL_YEAR} AND outcome = 'lost'"
SQL_RATES = """
    WITH rates AS (
        SELECT DISTINCT ON (currency_id) currency_id, rate FROM res_currency_rate
         WHERE name <= now() ORDER BY currency_id, company_id, name DESC)
"""
SQL_BASE = "FILTER (WHERE loss_type IS DISTINCT FROM 'disqualified')"


def as_manager(env, _size):
    """The closings of all companies."""
    companies = env["res.company"].sudo().search([])
    env.user.sudo().company_ids = companies
    return env["crm.lead.closing"].with_context(allowed_company_ids=companies.ids)


def as_salesperson(env, size):
    """The closings of one of twenty salespeople, with own documents only."""
    closings = as_manager(env, size)
    user = env["res.users"].sudo().search([("login", "=", "fill_1")])
    user.company_ids = env.user.company_ids
    return closings.with_user(user)


def read(domain, groupby, aggregates):
    """What a graph, or a grouped list or kanban, asks for."""
    return lambda env, closings: closings.formatted_read_group(domain, groupby, aggregates)


def read_pivot(env, closings):
    return closings.formatted_read_grouping_sets(
        LOST,
        [[], ["reason_id"], ["date:quarter"], ["reason_id", "date:quarter"]],
        [
            "__count",
            "revenue_lost:sum",
            "company_currency:array_agg_distinct",
            "revenue_lost:sum_currency",
        ],
    )


def open_list(env, closings):
    return closings.web_search_read(LOST, LIST_FIELDS, limit=80, count_limit=COUNT_LIMIT)


def query(text, env, closings, **bounds):
    values = {
        "user": closings.env.uid,
        "companies": tuple(closings.env.companies.ids),
        "first": FIRST,
        "last": LAST,
        **bounds,
    }
    env.cr.execute(text, values)
    return env.cr.fetchall()


def bare(text):
    return partial(query, text)


def open_overview(env, closings):
    return closings.get_overview(
        {"date_from": FIRST[:10], "date_to": LAST[:10], "team_id": False, "current_only": False}
    )


def bare_overview(env, closings):
    """The year by each dimension, the same part of last year, and the last twelve months."""
    today = date.today()
    figures = """
        count(*), sum(expected_revenue / coalesce(rate, 1)),
        sum(closed_revenue / coalesce(rate, 1)), sum(days_to_close)
        FROM crm_lead_closing LEFT JOIN rates ON currency_id = company_currency
    """
    sets = ", ".join(
        f"(outcome, loss_type{name})"
        for name in ("", ", user_id", ", reason_id", ", stage_id", ", competitor_id")
    )
    query(
        f"""
        {SQL_RATES}
        SELECT outcome, loss_type, user_id, reason_id, stage_id, competitor_id, {figures}
         WHERE {SQL_YEAR} GROUP BY GROUPING SETS ({sets})
        """,
        env,
        closings,
    )
    query(
        f"{SQL_RATES} SELECT outcome, loss_type, {figures} WHERE {SQL_YEAR} GROUP BY 1, 2",
        env,
        closings,
        first=f"{today.year - 1}-01-01",
        last=f"{today.year - 1}-{today:%m}-28 23:59:59",
    )
    query(
        f"""
        {SQL_RATES} SELECT date_trunc('month', date), outcome, loss_type, {figures}
         WHERE {SQL_YEAR} GROUP BY 1, 2, 3
        """,
        env,
        closings,
        first=f"{today.year - 1}-{today.month % 12 + 1:02}-01",
    )


MANAGER, SALESPERSON = {"prepare": as_manager}, {"prepare": as_salesperson}
WORKS = [
    Work(title, run, bare=bare(text), sizes=(CLOSINGS,), targets=TARGET, **who)
    for title, who, run, text in [
        (
            "Graph: lost by reason, this year",
            MANAGER,
            read(LOST, ["reason_id"], ["__count"]),
            f"SELECT reason_id, count(*) FROM crm_lead_closing WHERE {SQL_LOST} GROUP BY 1",
        ),
        (
            "Graph: the same, of one salesperson's own deals",
            SALESPERSON,
            read(LOST, ["reason_id"], ["__count"]),
            f"""
            SELECT reason_id, count(*) FROM crm_lead_closing WHERE {SQL_LOST}
               AND lead_id IN (SELECT id FROM crm_lead
                                WHERE user_id = %(user)s OR user_id IS NULL)
             GROUP BY 1
            """,
        ),
        (
            "Graph: win rate by month, this year",
            MANAGER,
            read(YEAR, ["date:month"], ["__count", "win_rate:avg"]),
            f"""
            SELECT date_trunc('month', date), count(*), avg(win_rate) {SQL_BASE}
              FROM crm_lead_closing WHERE {SQL_YEAR} GROUP BY 1
            """,
        ),
        (
            "Graph: win rate by value by team, this year",
            MANAGER,
            read(YEAR, ["team_id"], ["__count", "win_rate_value:avg"]),
            f"""
            {SQL_RATES}, value AS (
                SELECT team_id,
                       sum(closed_revenue / coalesce(rate, 1)) {SQL_BASE} AS won,
                       sum(revenue_lost / coalesce(rate, 1)) {SQL_BASE} AS lost, count(*)
                  FROM crm_lead_closing LEFT JOIN rates ON currency_id = company_currency
                 WHERE {SQL_YEAR} GROUP BY 1)
            SELECT team_id, count, won / nullif(won + lost, 0) FROM value
            """,
        ),
        (
            "Graph: lost by tag, this year",
            MANAGER,
            read(LOST, ["tag_ids"], ["__count"]),
            f"""
            SELECT tag_id, count(*) FROM crm_lead_closing
              LEFT JOIN crm_tag_rel USING (lead_id) WHERE {SQL_LOST} GROUP BY 1
            """,
        ),
        (
            "Pivot table: reasons by quarter, this year",
            MANAGER,
            read_pivot,
            f"""
            {SQL_RATES}
            SELECT reason_id, date_trunc('quarter', date), count(*), sum(revenue_lost),
                   array_agg(DISTINCT company_currency), sum(revenue_lost / coalesce(rate, 1))
              FROM crm_lead_closing LEFT JOIN rates ON currency_id = company_currency
             WHERE {SQL_LOST} GROUP BY GROUPING SETS ((), (1), (2), (1, 2))
            """,
        ),
        (
            "Cards: the columns by outcome, this year",
            MANAGER,
            read(YEAR, ["outcome"], ["__count", "expected_revenue:sum"]),
            f"""
            SELECT outcome, count(*), sum(expected_revenue) FROM crm_lead_closing
             WHERE {SQL_YEAR} GROUP BY 1
            """,
        ),
    ]
]
WORKS += [
    Work(
        "Overview, this year",
        open_overview,
        as_manager,
        (CLOSINGS,),
        bare=bare_overview,
        targets=TARGET,
    ),
    Work("List: the first page", open_list, as_manager, (CLOSINGS,), alone=True),
]


def measure(bench):
    prepare(bench.server)
    return bench.compare("analysis", {OURS: DATABASE}, CLOSINGS)


@cache
def prepare(server):
    """Copy the deals of `fixture`, and add the closings; they stay from an earlier run."""
    stamp = paths.STATE / f"{DATABASE}.sha256"
    sources = [
        Path(__file__).parents[1] / "filling.py",
        Path(fixture.__file__).with_name("fill.py"),
    ]
    digest = hashlib.sha256(b"".join(map(Path.read_bytes, sources)) + b"%d" % CLOSINGS).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        names = addons.names()
        if set(names) <= databases.installed(server.server, DATABASE):
            server.do("Update the add-ons", DATABASE, "-u", ",".join(names), "--stop-after-init")
            return
    databases.copy(server.server, fixture.DATABASES[OURS], DATABASE)
    fill.fill(server, DATABASE, CLOSINGS)
    stamp.write_text(digest)
