"""What people do to leads that were there before the add-on, for ``odoo shell``."""

from psycopg2 import Error

from odoo.exceptions import UserError
from odoo.tools import SQL

# The leads that contradict their closings.
BROKEN = """
    SELECT lead.name, lead.won_status, count(closing.id) AS current
      FROM crm_lead AS lead
 LEFT JOIN crm_lead_closing AS closing ON closing.lead_id = lead.id AND closing.is_current
  GROUP BY lead.id
    HAVING CASE WHEN lead.won_status IN ('won', 'lost')
                THEN count(closing.id) <> 1
                     OR max(closing.outcome) <> lead.won_status
                     OR max(closing.date) <> lead.date_closed
                     OR max(closing.closed_revenue) <> lead.closed_revenue
                     OR max(closing.reason_id) IS DISTINCT FROM
                        CASE lead.won_status WHEN 'won' THEN lead.win_reason_id
                                             ELSE lead.lost_reason_id END
                ELSE count(closing.id) > 0 END
 UNION ALL
    SELECT lead.name, closing.outcome, 0
      FROM crm_lead_closing AS closing
 LEFT JOIN crm_lead AS lead ON lead.id = closing.lead_id
     WHERE lead.id IS NULL OR closing.is_current = (closing.reopened_date IS NOT NULL)
"""

FAILURES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, Error)


def lose(lead, another):
    lead.action_set_lost(lost_reason_id=lead.env.ref("crm.lost_reason_2").id)


def win(lead, another):
    lead.action_set_won()


def restore(lead, another):
    lead.action_restore()


def unarchive(lead, another):
    lead.action_unarchive()


def reopen(lead, another):
    lead.action_reopen(note="They called again")


def correct_reason(lead, another):
    lead.lost_reason_id = lead.env.ref("crm.lost_reason_2")


def correct_note(lead, another):
    lead.closing_note = "<p>What we know today</p>"


def change_team(lead, another):
    lead.team_id = lead.env["crm.team"].create({"name": "Another team"})


def merge_with_open(lead, another):
    values = {"name": "New", "type": "opportunity"}
    (lead + lead.create(values)).merge_opportunity()


def merge_alike(lead, another):
    (lead + another).merge_opportunity()


def copy(lead, another):
    lead.copy()


def hand_over(lead, another):
    bob = lead.env["res.users"].search([("login", "=", "bob")])
    if hasattr(lead, "action_hand_over"):
        lead.action_hand_over(bob.id)
    else:
        lead.user_id = bob


def delete(lead, another):
    lead.unlink()


# What is done with one lead of each kind, step by step, and with another in the next line.
MOVES = (
    (lose,),
    (win,),
    (restore,),
    (unarchive,),
    (reopen,),
    (correct_reason, correct_note),
    (change_team,),
    (merge_with_open,),
    (copy, hand_over, delete),
    (merge_alike,),  # with the last of its kind
)


def play(env):
    """Let a sales manager make each move with leads of each kind of which there are enough.

    :return: the kind of lead, the move, its status before, and after it: why it was refused,
        that it failed, or which leads contradict their closings
    :rtype: list[list[str]]
    """
    ann = env["res.users"].search([("login", "=", "ann")])
    leads = env(user=ann.id)["crm.lead"].with_context(active_test=False)
    # Core's own scoring fails where the date of creation is missing.
    kinds = leads.search([("create_date", "!=", False)], order="id").grouped("name")
    return [
        [kind, move.__name__, alike[place].won_status, make(move, alike[place], alike[place + 1])]
        for place, moves in enumerate(MOVES)
        for kind, alike in kinds.items()
        if len(alike) > len(MOVES)
        for move in moves
    ]


def make(move, lead, another):
    try:
        with lead.env.cr.savepoint():
            move(lead, another)
            lead.env.cr.flush()
    except UserError as error:
        result = f"refused: {error}"
    except FAILURES as error:
        result = f"failed: {error!r}"
    else:
        result = lead.exists().won_status or "gone"
    lead.env.invalidate_all()
    broken = lead.env.execute_query(SQL(BROKEN))
    return f"broken: {broken[:3]}" if broken else result
