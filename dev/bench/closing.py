"""Closing and reopening a selection."""

from functools import partial

from .. import people
from .fixture import BATCH
from .work import Work

TITLE = "Closing and reopening a selection of deals"
WITHOUT = [BATCH]
SIZES = (20, 100, 1000, 5000)
ROUNDS = {1000: 3, 5000: 1}
FROM_100 = {100: 0.36, 1000: 0.3, 5000: 0.3}
REOPENED = "Lost deals reopened, with a note (plain CRM: restored)"
NOTE = "<p>They took the cheaper offer, although it does less.</p>"


get_open = partial(people.get_deals, status="pending")
get_lost = partial(people.get_deals, status="lost")


def lose(env, leads):
    """Mark as lost with reason and note, through the window."""
    reason = env.ref("crm.lost_reason_1")
    window = env["crm.lead.lost"].create(
        {"lead_ids": leads.ids, "lost_reason_id": reason.id, "lost_feedback": NOTE}
    )
    window.action_lost_reason_apply()


def win(env, leads):
    leads.action_set_won()


def restore(env, leads):
    leads.action_restore()


def reopen(env, leads):
    leads.action_reopen(note="They called again.")


def get_followed(env, size):
    """Open deals whose salespeople asked to be told of lost deals, by mail."""
    leads = get_open(env, size)
    domain = [("res_model", "=", "crm.lead"), ("res_id", "in", leads.ids)]
    followers = env["mail.followers"].sudo().search(domain)
    followers.subtype_ids += env.ref("crm.mt_lead_lost")
    return leads


WORKS = [
    Work("Lost, with reason and note", lose, get_open, SIZES, targets=FROM_100, rounds=ROUNDS),
    Work("Won", win, get_open, SIZES, targets={1000: 0.2, 5000: 0.2}, rounds=ROUNDS),
    Work("Lost deals restored", restore, get_lost, SIZES, targets=FROM_100, rounds=ROUNDS),
    Work(REOPENED, reopen, get_lost, SIZES, core=restore, targets=FROM_100, rounds=ROUNDS),
    Work("Lost, where salespeople asked for a mail", lose, get_followed, (20, 100)),
]
