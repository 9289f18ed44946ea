"""What people ask of the win/loss analysis, on a million closings."""

import os
from datetime import date

from .. import databases, fill, people
from .fixture import ensure, make_ours
from .work import OURS, Work

TITLE = "The win/loss analysis"
DATABASE = "bench_analysis"
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
    return {OURS: DATABASE}


def as_manager(env, _size):
    """The closings of all companies."""
    companies = env["res.company"].sudo().search([])
    env.user.sudo().company_ids = companies
    return env["crm.lead.closing"].with_context(allowed_company_ids=companies.ids)


def as_salesperson(env, size):
    """The closings of one salesperson, with own documents only."""
    closings = as_manager(env, size)
    user = people.as_user(env, people.SELLERS[0]).user
    user.sudo().company_ids = env.user.company_ids
    return closings.with_user(user)


def call(method, *args, **kwargs):
    """What a view asks for."""
    return lambda env, closings: getattr(closings, method)(*args, **kwargs)


open_overview = call("get_overview", {**PERIOD, "team_id": False, "current_only": False})
read_reasons = call("formatted_read_group", LOST, ["reason_id"], ["__count"])
read_months = call("formatted_read_group", THIS_YEAR, ["date:month"], ["win_rate:avg"])
read_pivot = call("formatted_read_grouping_sets", LOST, PIVOT, ["__count", *REVENUE])
# The web client counts no further.
open_list = call("web_search_read", LOST, COLUMNS, limit=80, count_limit=10_001)


WORKS = [
    Work(title, run, prepare_closings, (CLOSINGS,))
    for title, prepare_closings, run in (
        ("Overview, this year", as_manager, open_overview),
        ("Graph: lost by reason", as_manager, read_reasons),
        ("Graph: lost by reason, own", as_salesperson, read_reasons),
        ("Graph: win rate by month", as_manager, read_months),
        ("Pivot table: reasons by quarter", as_manager, read_pivot),
        ("List: the first page", as_manager, open_list),
    )
]
