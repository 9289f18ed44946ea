"""Merging reasons that many closings use."""

from . import analysis
from .work import OURS, Work

TITLE = "Merging reasons that many closings use"


def get_used(env, size):
    """Two reasons that so many closings, and their deals, have between them; and a third."""
    companies = env["res.company"].sudo().search([])
    env.user.sudo().company_ids = companies
    reasons = env["crm.lost.reason"].create([{"name": f"Reason {letter}"} for letter in "ABC"])
    env.flush_all()
    env.cr.execute(
        """
        WITH used AS (
            SELECT id, lead_id FROM crm_lead_closing
             WHERE outcome = 'lost' ORDER BY id LIMIT %(size)s),
        leads AS (
            UPDATE crm_lead SET lost_reason_id = (%(ids)s)[1 + id %% 2]
             WHERE won_status = 'lost' AND id IN (SELECT lead_id FROM used))
        UPDATE crm_lead_closing SET reason_id = (%(ids)s)[1 + lead_id %% 2]
         WHERE id IN (SELECT id FROM used)
        """,
        {"size": size, "ids": reasons[:2].ids},
    )
    return reasons


def merge(env, reasons):
    window = env["crm.lost.reason.merge"].create(
        {"record_ids": reasons.ids, "target_id": reasons[-1].id}
    )
    window.action_merge()


def update(env, reasons):
    """The same rows by hand, two statements."""
    values = {"target": reasons[-1].id, "others": reasons[:-1].ids}
    env.cr.execute(
        "UPDATE crm_lead SET lost_reason_id = %(target)s WHERE lost_reason_id = ANY(%(others)s)",
        values,
    )
    env.cr.execute(
        "UPDATE crm_lead_closing SET reason_id = %(target)s WHERE reason_id = ANY(%(others)s)",
        values,
    )


WORKS = [
    Work(
        "Three reasons merged",
        merge,
        get_used,
        (100, 100_000),
        bare=update,
        rounds={100_000: 3},
    )
]


def measure(bench):
    analysis.prepare(bench.server)
    return bench.compare("merging", {OURS: analysis.DATABASE}, analysis.CLOSINGS)
