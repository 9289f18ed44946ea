"""Handing over the deals of a salesperson, in plain CRM and with the add-on."""

from .. import people
from .work import Work

TITLE = "Handing over deals"


def get_planned(env, size):
    """Open deals of which every fourth has a planned activity, and their successor."""
    env = env(context={**env.context, "mail_activity_quick_update": True})
    leads = env["crm.lead"].search(
        [("won_status", "=", "pending"), ("user_id.login", "!=", people.SELLERS[-1])],
        order="id",
        limit=size,
    )
    for lead in leads[::4]:
        lead.activity_schedule("mail.mail_activity_data_call", user_id=lead.user_id.id)
    successor = env["res.users"].search([("login", "=", people.SELLERS[-1])])
    return leads, successor


def hand_over(env, data):
    """Deals, activities and meetings, with a list and one message to the successor."""
    leads, successor = data
    window = env["crm.lead.handover"].create({"lead_ids": leads.ids, "user_id": successor.id})
    window.action_hand_over()


def assign(env, data):
    """What plain CRM has: the deals alone, and one message a deal to the successor."""
    leads, successor = data
    leads.write({"user_id": successor.id})


HANDED_OVER = "Handed over through the window (plain CRM: salesperson changed)"
ROUNDS = {200: 2, 2000: 1}
WORKS = [Work(HANDED_OVER, hand_over, get_planned, (20, 200, 2000), core=assign, rounds=ROUNDS)]
