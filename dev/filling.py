"""Deals by the thousand, to look at and to measure with.

The first thousand are made by Odoo, with the message and the follower that come with each;
the others are copies of them, made in SQL. Closed ones are closed at random, but the same
way in the same database: over five years, more and more of them, few reasons behind most
losses, a fifth closed more than once. The chatter tells of it, as the history of a company
does that starts to use our add-on; where that is installed, it records the closings.
"""

import math
import random

from odoo import Command
from odoo.tools import SQL
from odoo.tools.sql import table_columns

from . import people

BLOCK = 1000  # deals made by Odoo, and copied together
AGAIN = 0.2  # the share of closed deals that were lost and reopened before
CUSTOMERS = 200
RIVALS = ("Globex", "Initech", "Umbrella", "Hooli", "Stark", "Wayne", "Acme", "Soylent")


def fill_plain(env, deals):
    """Make open deals and, two of five, closed ones, with all that belongs to them."""
    originals = _make_originals(env)
    _copy_deals(env, originals, int(deals) - len(originals), closed=0.4)
    _add_chatter(env, max(originals.ids))
    _tell_closings(env, max(originals.ids))


def fill_closed(env, closings):
    """Make closed deals that have so many closings between them, and record these."""
    originals = _make_originals(env)
    _copy_deals(env, originals, math.ceil(int(closings) / (1 + AGAIN)), closed=1)
    _tell_closings(env, max(originals.ids))
    from odoo.addons.crm_opportunity_close.history import record_history

    record_history(env)


# ------------------------------------------------------------
# By Odoo: the first deals
# ------------------------------------------------------------


def _make_originals(env):
    """Make a thousand open deals of all salespeople."""
    random.seed(19)
    sellers = people.make(env)
    names = [f"Customer {number + 1}" for number in range(CUSTOMERS)]
    customers = _make(env, "res.partner", names, is_company=True)
    countries = env["res.country"].search([], limit=40)
    for customer in customers - customers.filtered("country_id"):
        customer.country_id = random.choice(countries)
    tags = _make(env, "crm.tag", [f"Tag {number + 1}" for number in range(6)])
    stages = env["crm.stage"].search([("is_won", "=", False)])
    sources = env["utm.source"].search([], limit=12)
    vals_list = []
    for number in range(BLOCK):
        seller = sellers[number % len(sellers)]
        vals_list.append(
            {
                "name": f"Deal {number + 1}",
                "type": "opportunity",
                "user_id": seller.id,
                "team_id": seller.sale_team_id.id,
                "partner_id": random.choice(customers).id,
                "stage_id": random.choice(stages).id,
                "source_id": random.choice(sources).id,
                "expected_revenue": round(math.exp(random.gauss(9, 1)), -2),
                "tag_ids": [Command.set(random.sample(tags.ids, 2))],
                "priority": random.choice("0123"),
            }
        )
    leads = env["crm.lead"].with_context(mail_auto_subscribe_no_notify=True)
    leads = leads.create(vals_list)
    env.flush_all()
    env.cr.flush()
    return leads


def _make(env, model, names, **vals):
    """Make records of these names, those that are not there yet."""
    known = env[model].search([("name", "in", names)], order="id")
    missing = set(names) - set(known.mapped("name"))
    return known + known.create([{**vals, "name": name} for name in names if name in missing])


def _get_europe(env):
    """Return a company that keeps its books in euros."""
    euro = env.ref("base.EUR")
    euro.active = True
    return _make(env, "res.company", ["Fill Europe"], currency_id=euro.id)


# ------------------------------------------------------------
# In SQL: copies, some of them closed
# ------------------------------------------------------------


def _copy_deals(env, originals, count, closed):
    """Copy deals, with their tags; the ids of the copies lie a block apart from each other.

    :param float closed: the share of the copies that are won or lost
    """
    times = -(-count // BLOCK)
    values = _get_closed_values(env)
    names = [name for name in table_columns(env.cr, "crm_lead") if name != "id"]
    columns = [
        SQL("CASE WHEN outcome IS NULL THEN %s ELSE %s END", SQL.identifier(name), values[name])
        if name in values
        else SQL.identifier(name)
        for name in names
    ]
    env.cr.execute("SELECT setseed(0.19)")
    env.cr.execute(
        SQL(
            """
            WITH lots AS (
                SELECT lead.*, id + block * %(block)s AS copy_id, random() AS r1, random() AS r2,
                       random() AS r3, random() AS r4, random() AS r5
                  FROM crm_lead AS lead CROSS JOIN generate_series(1, %(times)s) AS block
                 WHERE id = ANY(%(ids)s) ORDER BY block, id LIMIT %(count)s),
            deal AS (
                SELECT *, CASE WHEN r1 >= %(closed)s THEN NULL
                               WHEN r1 < %(closed)s * 0.5 THEN 'won' ELSE 'lost' END AS outcome,
                       date_trunc('second', now() AT TIME ZONE 'UTC'
                           - power(r2, 1.3) * interval '5 years') AS closed_at,
                       least(700, 1 - ln(1 - r3) * 45) * interval '1 day' AS lasted
                  FROM lots)
            INSERT INTO crm_lead (id, %(names)s) SELECT copy_id, %(columns)s FROM deal
            """,
            block=BLOCK,
            times=times,
            ids=originals.ids,
            count=count,
            closed=closed,
            names=SQL(", ").join(map(SQL.identifier, names)),
            columns=SQL(", ").join(columns),
        )
    )
    env.cr.execute("SELECT setval('crm_lead_id_seq', (SELECT max(id) FROM crm_lead))")
    env.cr.execute(
        SQL(
            """
            INSERT INTO crm_tag_rel (lead_id, tag_id) SELECT lead.id, tag_id FROM crm_tag_rel
             CROSS JOIN generate_series(1, %(times)s) AS block
              JOIN crm_lead AS lead ON lead.id = lead_id + block * %(block)s
             WHERE lead_id = ANY(%(ids)s)
            """,
            block=BLOCK,
            times=times,
            ids=originals.ids,
        )
    )


def _get_closed_values(env):
    """Return what a closed deal has: column → SQL; ours, where they are there."""
    reasons = env["crm.lost.reason"]
    won_stage = env["crm.stage"].search([("is_won", "=", True)], limit=1)
    values = {
        "active": SQL("outcome = 'won'"),
        "probability": SQL("(outcome = 'won')::int * 100"),
        "automated_probability": SQL("(outcome = 'won')::int * 100"),
        "won_status": SQL("outcome"),
        "stage_id": SQL("CASE outcome WHEN 'won' THEN %s ELSE stage_id END", won_stage.id),
        "company_id": SQL("CASE WHEN r4 < 0.2 THEN %s ELSE company_id END", _get_europe(env).id),
        "date_closed": SQL("closed_at"),
        "date_open": SQL("closed_at - lasted"),
        "create_date": SQL("closed_at - lasted"),
        "write_date": SQL("closed_at"),
    }
    domain = []
    if "crm.lead.closing" in env:
        domain = [("outcome", "=", "lost")]
        win_reasons = reasons.search([("outcome", "=", "won")])
        rivals = _make(env, "crm.competitor", RIVALS)
        values |= {
            "win_reason_id": SQL("CASE outcome WHEN 'won' THEN %s END", _pick(win_reasons, "r5")),
            "competitor_id": SQL("CASE WHEN r1 < 0.5 THEN %s END", _pick(rivals, "r4")),
            "closing_note": SQL("CASE WHEN r4 < 0.3 THEN '<p>They decided otherwise.</p>' END"),
            "closed_revenue": SQL("(outcome = 'won')::int * round(expected_revenue * 0.9)"),
        }
    lost_reasons = reasons.search(domain)
    values["lost_reason_id"] = SQL("CASE outcome WHEN 'lost' THEN %s END", _pick(lost_reasons))
    return values


def _pick(records, chance="r5"):
    """SQL for one of some records, of which each is likelier than the next."""
    place = SQL("1 + floor(%s * power(%s, 1.7))::int", len(records), SQL.identifier(chance))
    return SQL("(%s)[%s]", records.ids, place)


def _add_chatter(env, last_id):
    """Give the copies what Odoo gave the first deals: a message, and who follows."""
    subtypes, *_others = env["mail.message.subtype"].default_subtypes("crm.lead")
    env.cr.execute(
        SQL(
            """
            INSERT INTO mail_message (
                model, res_id, subtype_id, message_type, author_id, date, body, is_internal,
                create_uid, create_date, write_uid, write_date)
            SELECT 'crm.lead', lead.id, %(subtype)s, 'notification', seller.partner_id,
                   lead.create_date, '', FALSE, 1, lead.create_date, 1, lead.create_date
              FROM crm_lead AS lead JOIN res_users AS seller ON seller.id = lead.user_id
             WHERE lead.id > %(last_id)s ORDER BY lead.id;
            WITH follower AS (
                INSERT INTO mail_followers (res_model, res_id, partner_id)
                SELECT 'crm.lead', lead.id, seller.partner_id
                  FROM crm_lead AS lead JOIN res_users AS seller ON seller.id = lead.user_id
                 WHERE lead.id > %(last_id)s ORDER BY lead.id RETURNING id)
            INSERT INTO mail_followers_mail_message_subtype_rel
            SELECT id, subtype FROM follower CROSS JOIN unnest(%(subtypes)s) AS subtype
            """,
            subtype=env.ref("crm.mt_lead_create").id,
            subtypes=subtypes.ids,
            last_id=last_id,
        )
    )


def _tell_closings(env, last_id):
    """Write what the chatter says of the copies: closed, and some lost and reopened before."""
    reasons = env["crm.lost.reason"].search([], limit=3).ids
    status, reason = (
        env["ir.model.fields"]._get("crm.lead", name).id
        for name in ("won_status", "lost_reason_id")
    )
    env.cr.execute(
        SQL(
            """
            WITH step AS (
                SELECT lead.*, change.* FROM crm_lead AS lead
                 CROSS JOIN (VALUES (0.4, 'Pending', 'Lost', FALSE),
                                    (0.6, 'Lost', 'Pending', FALSE), (1.0, 'Pending', NULL, TRUE)
                            ) AS change (part, old, new, is_last)
                 WHERE lead.id > %(last_id)s AND won_status <> 'pending'
                   AND (is_last OR id %% 100 < %(again)s)),
            told AS (
                INSERT INTO mail_message (
                    model, res_id, subtype_id, message_type, author_id, date, body,
                    is_internal, create_uid, create_date, write_uid, write_date)
                SELECT 'crm.lead', step.id,
                       CASE WHEN is_last AND won_status = 'won' THEN %(won)s ELSE %(lost)s END,
                       'notification', seller.partner_id,
                       date_trunc('second', step.create_date
                                  + part * (date_closed - step.create_date)), '',
                       FALSE, seller.id, date_closed, seller.id, date_closed
                  FROM step JOIN res_users AS seller ON seller.id = step.user_id
                 ORDER BY date_closed, part
                RETURNING id, res_id, date)
            INSERT INTO mail_tracking_value (
                mail_message_id, field_id, old_value_char, new_value_char, old_value_integer)
            SELECT told.id, field, CASE field WHEN %(status)s THEN old END,
                   CASE field WHEN %(status)s THEN coalesce(new, initcap(won_status)) END,
                   CASE field WHEN %(reason)s THEN coalesce(
                       lost_reason_id, (%(reasons)s)[1 + res_id %% %(count)s]) END
              FROM told JOIN step ON step.id = told.res_id
                   AND told.date = date_trunc('second', step.create_date
                                              + part * (date_closed - step.create_date))
              JOIN unnest(ARRAY[%(status)s, %(reason)s]) AS field
                ON field = %(status)s OR new = 'Pending'
             ORDER BY told.id
            """,
            last_id=last_id,
            again=round(AGAIN * 100),
            won=env.ref("crm.mt_lead_won").id,
            lost=env.ref("crm.mt_lead_lost").id,
            status=status,
            reason=reason,
            reasons=reasons,
            count=len(reasons),
        )
    )
