"""What people ask of the win/loss analysis, on a million closings, against SQL by hand."""

import os
from datetime import date, timedelta

from .. import databases, fill, people
from . import analysis_sql as by_hand
from .fixture import ensure, make_ours
from .work import OURS, Work

TITLE = "The win/loss analysis"
DATABASE = "bench_analysis"
BY_HAND = "SQL by hand"
CLOSINGS = MOST = int(os.environ.get("CLOSINGS") or 1_000_000)
THIS_YEAR = [("date", ">=", f"{date.today().year}-01-01 00:00:00"), ("is_mistake", "=", False)]
LOST = [*THIS_YEAR, ("outcome", "=", "lost")]
PIVOT = [[], ["reason_id"], ["date:quarter"], ["reason_id", "date:quarter"]]
REVENUE = ["revenue_lost:sum", "company_currency:array_agg_distinct", "revenue_lost:sum_currency"]
PERIOD = {"date_from": f"{date.today().year}-01-01", "date_to": f"{date.today().year}-12-31"}
COLUMNS = {name: {} for name in ("date", "outcome", "expected_revenue")} | {
    name: {"fields": {"display_name": {}}}
    for name in ("lead_id", "partner_id", "reason_id", "competitor_id", "stage_id", "user_id")
}


def prepare(server):
    """Copy plain CRM with our add-ons, and add the closings; they stay from an earlier run."""
    base = make_ours(server)

    def make():
        databases.copy(server.server, base, DATABASE)
        fill.fill(server, DATABASE, CLOSINGS)

    ensure(server, DATABASE, base, CLOSINGS, make)
    return {BY_HAND: DATABASE, OURS: DATABASE}


def as_manager(env, _size):
    """The closings of all companies. Nothing is written: it would empty the server's caches."""
    companies = env.user.company_ids
    return env["crm.lead.closing"].with_context(allowed_company_ids=companies.ids)


def as_salesperson(env, size):
    """The closings of one salesperson, with own documents only."""
    user = people.as_user(env, people.SELLERS[0]).user
    return as_manager(env, size).with_user(user)


def call(method, *args, **kwargs):
    """What a view asks for."""
    return lambda env, closings: getattr(closings, method)(*args, **kwargs)


read_reasons = call("formatted_read_group", LOST, ["reason_id"], ["__count"])
read_months = call("formatted_read_group", THIS_YEAR, ["date:month"], ["win_rate:avg"])
read_pivot = call("formatted_read_grouping_sets", LOST, PIVOT, ["__count", *REVENUE])
# The web client counts no further.
open_list = call("web_search_read", LOST, COLUMNS, limit=80, count_limit=10_001)


LIST = """
    SELECT closing.id, closing.date, closing.outcome, closing.expected_revenue, lead.name,
           partner.name, reason.name, competitor.name, stage.name, salesperson.login
      FROM crm_lead_closing AS closing JOIN crm_lead AS lead ON lead.id = lead_id
 LEFT JOIN res_partner AS partner ON partner.id = closing.partner_id
 LEFT JOIN crm_lost_reason AS reason ON reason.id = reason_id
 LEFT JOIN crm_competitor AS competitor ON competitor.id = closing.competitor_id
 LEFT JOIN crm_stage AS stage ON stage.id = closing.stage_id
 LEFT JOIN res_users AS salesperson ON salesperson.id = closing.user_id
     WHERE closing.id IN (SELECT id FROM crm_lead_closing
                           WHERE {lost} ORDER BY date DESC, id DESC LIMIT 80)
"""
COUNT = "SELECT count(*) FROM (SELECT FROM crm_lead_closing WHERE {lost} LIMIT 10001) AS found"
REASONS = "SELECT reason_id, count(*) FROM crm_lead_closing WHERE {lost} {own} GROUP BY 1"
OWN = """
    AND lead_id IN (SELECT id FROM crm_lead WHERE user_id = %(user)s OR user_id IS NULL)
"""
MONTHS = """
    SELECT date_trunc('month', date), avg(win_rate) FILTER (WHERE is_counted)
      FROM crm_lead_closing WHERE {period} GROUP BY 1
"""
QUARTERS = """
    {rates}
    SELECT reason_id, date_trunc('quarter', date), count(*), sum(revenue_lost),
           array_agg(DISTINCT company_currency), sum(revenue_lost / coalesce(rate, 1))
      FROM crm_lead_closing LEFT JOIN rates ON currency_id = company_currency
     WHERE {lost} GROUP BY GROUPING SETS ((), (1), (2), (1, 2))
"""
COMPETITION = """
    SELECT competitor_id, outcome, reason_id, loss_type, count(*) FROM crm_lead_closing
     WHERE {counted} AND competitor_id IS NOT NULL GROUP BY 1, 2, 3, 4
"""


def ask(text):
    parts = {"period": by_hand.PERIOD, "lost": by_hand.LOST, "counted": by_hand.COUNTED}
    return by_hand.ask(text.format(own="", rates=by_hand.RATES, **parts))


def get_works():
    """What is asked, as whom, and the same by hand."""
    year, quarter = PERIOD, {**PERIOD, "date_from": by_hand.QUARTER["first"]}
    before = by_hand.QUARTER["first"]
    before = {"first": str(by_hand.QUARTER_START - timedelta(days=92)), "last": before}
    own = by_hand.ask(REASONS.format(lost=by_hand.LOST, own=OWN))
    page = by_hand.ask_all(ask(LIST), ask(COUNT))
    return (
        (
            "Overview, this year",
            as_manager,
            call("get_overview", year),
            by_hand.overview(by_hand.YEAR, by_hand.LAST_YEAR),
        ),
        (
            "Overview, this quarter",
            as_manager,
            call("get_overview", quarter),
            by_hand.overview(by_hand.QUARTER, before),
        ),
        ("Funnel, this year", as_manager, call("get_funnel", year), by_hand.funnel(by_hand.YEAR)),
        (
            "Funnel, this quarter",
            as_manager,
            call("get_funnel", quarter),
            by_hand.funnel(by_hand.QUARTER),
        ),
        (
            "What moves, this quarter",
            as_manager,
            call("get_movers", quarter),
            by_hand.movers(by_hand.QUARTER),
        ),
        (
            "Against competitors, this year",
            as_manager,
            call("get_competition", year),
            ask(COMPETITION),
        ),
        ("Graph: lost by reason", as_manager, read_reasons, ask(REASONS)),
        ("Graph: lost by reason, own", as_salesperson, read_reasons, own),
        ("Graph: win rate by month", as_manager, read_months, ask(MONTHS)),
        ("Pivot table: reasons by quarter", as_manager, read_pivot, ask(QUARTERS)),
        ("List: the first page", as_manager, open_list, page),
    )


WORKS = [
    Work(title, run, prepare_closings, (CLOSINGS,), core, targets=1.5)
    for title, prepare_closings, run, core in get_works()
]
