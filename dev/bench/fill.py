"""python -m dev.bench.fill DATABASE LEADS: realistic deals in plain CRM, in a minute.

The first thousand are made as a person would make them, with the message and the follower
that come with it; the others are copies of those, made in SQL.
"""

import random
import sys

from odoo.tools import SQL
from odoo.tools.sql import table_columns

from . import worker
from .people import MANAGER, SELLERS

BLOCK = 1000  # deals made by Odoo, and copied together
CLOSED_SHARE = 5  # of so many blocks one is lost, and one is won


def main():
    database, leads = sys.argv[1], int(sys.argv[2])
    with worker.open_registry(database).cursor() as cr:
        env = worker.Environment(cr, 1, {})
        fill(env, leads)


def fill(env, leads):
    """Make the people and so many deals; a fifth of them is lost, and a fifth won."""
    random.seed(19)
    users = _make_people(env)
    originals = _make_originals(env, users, min(BLOCK, leads))
    env.flush_all()
    env.cr.flush()
    copy(env, originals.ids, -(-leads // BLOCK) - 1)
    env.cr.execute("SELECT setval('crm_lead_id_seq', (SELECT max(id) FROM crm_lead))")
    close_some(env, originals.ids[0])
    tell_closings(env)


def _make_people(env):
    """Two teams of two salespeople, and a manager who closes deals of all of them."""
    groups = env.ref("sales_team.group_sale_salesman_all_leads") + env.ref("base.group_user")
    users = env["res.users"].with_context(no_reset_password=True)
    users = users.create(
        [
            {
                "name": login.removeprefix("bench_").title(),
                "login": login,
                "password": login,
                "email": f"{login}@example.com",
                "group_ids": [(6, 0, groups.ids)],
            }
            for login in (*SELLERS, MANAGER)
        ]
    )
    users[-1].group_ids += env.ref("sales_team.group_sale_manager")
    teams = env.ref("sales_team.team_sales_department") + env["crm.team"].create({"name": "B"})
    env["crm.team.member"].create(
        [
            {"crm_team_id": teams[number // 2].id, "user_id": user.id}
            for number, user in enumerate(users[:-1])
        ]
    )
    return users[:-1]


def _make_originals(env, users, count):
    companies = env["res.partner"].create(
        [
            {"name": f"Customer {n}", "email": f"{n}@customer.example.com", "is_company": True}
            for n in range(200)
        ]
    )
    stages = env["crm.stage"].search([("is_won", "=", False)])
    tags = env["crm.tag"].create([{"name": f"Tag {n}"} for n in range(6)])
    vals_list = []
    for number in range(count):
        user = users[number % len(users)]
        company = random.choice(companies)
        vals_list.append(
            {
                "name": f"Deal {number}",
                "type": "opportunity",
                "user_id": user.id,
                "team_id": user.sale_team_id.id,
                "partner_id": company.id,
                "stage_id": random.choice(stages).id,
                "expected_revenue": random.randint(1, 500) * 100,
                "tag_ids": [(6, 0, random.sample(tags.ids, 2))],
                "priority": random.choice("0123"),
            }
        )
    return env["crm.lead"].with_context(mail_auto_subscribe_no_notify=True).create(vals_list)


def copy(env, ids, times):
    """Copy deals with their messages, followers and tags, so many times.

    The ids of the copies lie a block apart from each other.
    """
    _copy_rows(env, "crm_lead", "id", ids, times)
    _copy_rows(env, "crm_tag_rel", "lead_id", ids, times)
    _copy_rows(env, "mail_message", "res_id", ids, times, "model")
    _copy_rows(env, "mail_followers", "res_id", ids, times, "res_model")
    env.cr.execute("ANALYZE mail_followers")  # a plan for a few rows takes for ever
    env.cr.execute(
        SQL(
            """
            INSERT INTO mail_followers_mail_message_subtype_rel
            SELECT copied.id, relation.mail_message_subtype_id
              FROM mail_followers AS original
             CROSS JOIN generate_series(1, %(times)s) AS block
              JOIN mail_followers AS copied ON copied.res_model = original.res_model
                   AND copied.res_id = original.res_id + block * %(distance)s
                   AND copied.partner_id = original.partner_id
              JOIN mail_followers_mail_message_subtype_rel AS relation
                ON relation.mail_followers_id = original.id
             WHERE original.res_model = 'crm.lead' AND original.res_id = ANY(%(ids)s)
            """,
            ids=ids,
            times=times,
            distance=BLOCK,
        )
    )


def _copy_rows(env, table, key, ids, times, model_column=None):
    """Copy the rows of a table that belong to deals.

    :param str key: the column that refers to the deal
    :param str model_column: where not all rows are about deals
    """
    names = [name for name in table_columns(env.cr, table) if name != "id" or name == key]
    values = [
        SQL("%s + block * %s", SQL.identifier(name), BLOCK) if name == key else SQL.identifier(name)
        for name in names
    ]
    condition = SQL("AND %s = 'crm.lead'", SQL.identifier(model_column)) if model_column else SQL()
    env.cr.execute(
        SQL(
            "INSERT INTO %(table)s (%(names)s) SELECT %(values)s"
            " FROM %(table)s CROSS JOIN generate_series(1, %(times)s) AS block"
            " WHERE %(key)s = ANY(%(ids)s) %(condition)s ORDER BY block, %(key)s",
            table=SQL.identifier(table),
            names=SQL(", ").join(map(SQL.identifier, names)),
            values=SQL(", ").join(values),
            times=times,
            key=SQL.identifier(key),
            ids=ids,
            condition=condition,
        )
    )


def close_some(env, first_id):
    """Close one block of five as lost, and one of five as won, in the last two years."""
    lost = {
        "active": False,
        "probability": 0,
        "automated_probability": 0,
        "won_status": "lost",
        "lost_reason_id": env["crm.lost.reason"].search([], limit=1).id,
    }
    won = {
        "probability": 100,
        "automated_probability": 100,
        "won_status": "won",
        "stage_id": env["crm.stage"].search([("is_won", "=", True)], limit=1).id,
    }
    for remainder, vals in ((1, lost), (2, won)):
        env.cr.execute(
            SQL(
                """
                UPDATE crm_lead SET (%(names)s) = ROW(%(values)s),
                       date_closed = now() - id %% 730 * interval '1 day',
                       create_date = now() - (id %% 730 + 30) * interval '1 day'
                 WHERE (id - %(first)s) / %(block)s %% %(share)s = %(remainder)s
                """,
                names=SQL(", ").join(map(SQL.identifier, vals)),
                values=SQL(", ").join(SQL("%s", value) for value in vals.values()),
                first=first_id,
                block=BLOCK,
                share=CLOSED_SHARE,
                remainder=remainder,
            )
        )


def tell_closings(env):
    """Write what the chatter says of each closing: who closed the deal, when, and how."""
    field = env["ir.model.fields"]._get("crm.lead", "won_status")
    env.cr.execute(
        SQL(
            """
            WITH told AS (
                INSERT INTO mail_message (
                    model, res_id, subtype_id, message_type, author_id, date, body,
                    is_internal, create_uid, create_date, write_uid, write_date)
                SELECT 'crm.lead', lead.id,
                       CASE lead.won_status WHEN 'won' THEN %(won)s ELSE %(lost)s END,
                       'notification', seller.partner_id, lead.date_closed, '',
                       FALSE, seller.id, lead.date_closed, seller.id, lead.date_closed
                  FROM crm_lead AS lead JOIN res_users AS seller ON seller.id = lead.user_id
                 WHERE lead.won_status <> 'pending' ORDER BY lead.id
                RETURNING id, subtype_id)
            INSERT INTO mail_tracking_value (
                mail_message_id, field_id, old_value_char, new_value_char)
            SELECT id, %(field)s, 'Pending', CASE subtype_id WHEN %(won)s THEN 'Won' ELSE 'Lost' END
              FROM told ORDER BY id
            """,
            won=env.ref("crm.mt_lead_won").id,
            lost=env.ref("crm.mt_lead_lost").id,
            field=field.id,
        )
    )


if __name__ == "__main__":
    main()
