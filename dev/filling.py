"""python -m dev.filling DATABASE CLOSINGS: what `make fill` runs beside Odoo.

Who sells, to whom, against whom is made by Odoo, the deals and their closings by SQL, at
random, but the same for the same database: five years of more and more deals, many small
and few large, few reasons behind most losses, a fifth of the deals closed more than once,
some by mistake, some without a reason. The second company keeps its books in euros.
"""

import os
import sys
from contextlib import contextmanager

from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tools import SQL, config

TEAMS, SELLERS_PER_TEAM, CUSTOMERS = 4, 5, 500
RIVALS = ("Globex", "Initech", "Umbrella", "Hooli", "Stark", "Wayne", "Acme", "Soylent")
AGAIN = 0.2  # the share of closings that ended: of deals closed once more since
MISTAKES = 0.05  # the share of those that were mistakes


def main():
    database, closings = sys.argv[1], int(sys.argv[2])
    config.parse_config(["-c", os.environ["DEV_ODOO_CONF"], "--log-level=warn"], setup_logging=True)
    with Registry(database).cursor() as cr:
        fill(Environment(cr, 1, {}), closings)


def fill(env, closings):
    """Add closings to a database.

    :param int closings: how many, current ones and those that ended
    """
    cast = _make_cast(env)
    env.flush_all()
    again = round(closings * AGAIN)
    env.cr.execute("SELECT setseed(0.19)")
    _draw(env, closings - again, again)
    with _bare(env, "crm_lead", "crm_tag_rel", "crm_lead_closing"):
        _insert_deals(env, cast)
        _insert_closings(env, cast)
    env.cr.execute("SELECT setval('crm_lead_id_seq', (SELECT max(id) FROM crm_lead))")
    env.cr.execute("DROP TABLE drawn")


@contextmanager
def _bare(env, *tables):
    """Take indexes and foreign keys off, and put them back: filling is so ten times as fast."""
    env.cr.execute(
        """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
         WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)
        """,
        [list(tables)],
    )
    keys = env.cr.fetchall()
    env.cr.execute(
        """
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
         WHERE indrelid::regclass::text = ANY(%s) AND NOT indisprimary
        """,
        [list(tables)],
    )
    indexes = env.cr.fetchall()
    for table, name, _definition in keys:
        names = SQL.identifier(table), SQL.identifier(name)
        env.cr.execute(SQL("ALTER TABLE %s DROP CONSTRAINT %s", *names))
    for name, _definition in indexes:
        env.cr.execute(SQL("DROP INDEX %s", SQL.identifier(name)))
    yield
    env.cr.execute("SET LOCAL maintenance_work_mem = '256MB'")
    for _name, definition in indexes:
        env.cr.execute(definition)
    for table, name, definition in keys:
        names = SQL.identifier(table), SQL.identifier(name)
        env.cr.execute(SQL("ALTER TABLE %s ADD CONSTRAINT %s %s", *names, SQL(definition)))


def _make_cast(env):
    """Make who and what deals refer to.

    :return: name → ids, in the order in which they are likely
    :rtype: dict[str, list[int]]
    """
    euro = env.ref("base.EUR")
    euro.active = True
    europe = {"name": "Fill Europe", "currency_id": euro.id}
    companies = env["res.company"]
    company = companies.search([("name", "=", europe["name"])]) or companies.create(europe)
    reasons = env["crm.lost.reason"].with_context(active_test=True)
    losing = reasons.search([("outcome", "=", "lost"), ("loss_type", "!=", "unspecified")])
    sellers, teams = _make_sellers(env)
    return {
        "companies": [env.company.id, env.company.id, env.company.id, company.id],
        "sellers": sellers.ids,
        "teams": teams.ids,
        "customers": _make(env, "res.partner", _number("Customer", CUSTOMERS)).ids,
        "rivals": _make(env, "crm.competitor", RIVALS).ids,
        "lost": [*losing.ids, reasons._get_unspecified("lost").id],
        "won": reasons.search([("outcome", "=", "won")]).ids,
        "stages": env["crm.stage"].search([("is_won", "=", False)]).ids,
        "won_stages": env["crm.stage"].search([("is_won", "=", True)]).ids,
        "sources": env["utm.source"].search([], limit=12).ids,
        "mediums": env["utm.medium"].search([], limit=8).ids,
        "campaigns": _make(env, "utm.campaign", _number("Campaign", 10)).ids,
        "countries": env["res.country"].search([], limit=40).ids,
        "tags": env["crm.tag"].search([]).ids or _make(env, "crm.tag", _number("Tag", 6)).ids,
    }


def _make(env, model, names):
    """Make records of these names, those that are not there yet."""
    known = env[model].search([("name", "in", names)], order="id")
    missing = set(names) - set(known.mapped("name"))
    return known + known.create([{"name": name} for name in names if name in missing])


def _number(title, count):
    return [f"{title} {number + 1}" for number in range(count)]


def _make_sellers(env):
    """Make teams of salespeople with own documents only, unless they are there."""
    teams = _make(env, "crm.team", _number("Team", TEAMS))
    users = env["res.users"].with_context(no_reset_password=True)
    known = users.search([("login", "=like", "fill_%")], order="id")
    group = env.ref("sales_team.group_sale_salesman") + env.ref("base.group_user")
    sellers = known or users.create(
        [
            {
                "name": f"Seller {number + 1}",
                "login": f"fill_{number + 1}",
                # Hashing takes long: the first one may log in.
                **({"password": "fill_1"} if not number else {}),
                "group_ids": [(6, 0, group.ids)],
            }
            for number in range(TEAMS * SELLERS_PER_TEAM)
        ]
    )
    return sellers, teams


def _pick(cast, name, chance):
    """SQL for one of the cast: each is likelier than the next.

    :param str chance: a column between 0 and 1
    """
    return SQL(
        "(%(ids)s)[1 + floor(%(count)s * power(%(chance)s, 1.7))::int]",
        ids=cast[name],
        count=len(cast[name]),
        chance=SQL.identifier(chance),
    )


def _draw(env, deals, again):
    """Draw the lots: one row a deal, whatever is random about it in a column."""
    env.cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE drawn AS
            SELECT (SELECT coalesce(max(id), 0) FROM crm_lead) + n AS id, n <= %(again)s AS again,
                   CASE WHEN r1 < 0.34 THEN 'won' ELSE 'lost' END AS outcome,
                   date_trunc('second', now() AT TIME ZONE 'UTC'
                       - power(r2, 1.3) * interval '5 years') AS date,
                   least(700, -ln(1 - r3) * 45) AS days,
                   round((100 + exp(6 + 2.6 * (r4 + r5 + r6)))::numeric / 50) * 50 AS revenue,
                   r7, r8, r9, r10, r11, r12, r13, r14
              FROM (SELECT n, random() AS r1, random() AS r2, random() AS r3, random() AS r4,
                           random() AS r5, random() AS r6, random() AS r7, random() AS r8,
                           random() AS r9, random() AS r10, random() AS r11, random() AS r12,
                           random() AS r13, random() AS r14
                      FROM generate_series(1, %(deals)s) AS n) AS lots
             ORDER BY date
            """,
            deals=deals,
            again=again,
        )
    )


def _insert_deals(env, cast):
    team = SQL(
        "(%(ids)s)[1 + (floor(r7 * %(count)s)::int / %(size)s)]",
        ids=cast["teams"],
        count=len(cast["sellers"]),
        size=SELLERS_PER_TEAM,
    )
    env.cr.execute(
        SQL(
            """
            INSERT INTO crm_lead (
                id, name, type, active, probability, automated_probability, won_status,
                stage_id, user_id, team_id, company_id, partner_id, country_id, source_id,
                medium_id, campaign_id, expected_revenue, closed_revenue, lost_reason_id,
                win_reason_id, competitor_id, closing_note, date_closed, date_open, priority,
                create_uid, write_uid, create_date, write_date)
            SELECT id, 'Deal ' || id, CASE WHEN r14 < 0.04 THEN 'lead' ELSE 'opportunity' END,
                   outcome = 'won', (outcome = 'won')::int * 100, (outcome = 'won')::int * 100,
                   outcome, CASE outcome WHEN 'won' THEN %(won_stage)s ELSE %(stage)s END,
                   (%(sellers)s)[1 + floor(r7 * %(seller_count)s)::int], %(team)s, %(company)s,
                   %(customer)s, %(country)s, %(source)s, %(medium)s,
                   CASE WHEN r13 < 0.4 THEN %(campaign)s END, revenue,
                   CASE outcome WHEN 'won' THEN round(revenue * (0.8 + r12 * 0.3)::numeric, 2)
                        ELSE 0 END,
                   CASE outcome WHEN 'lost' THEN %(lost)s END,
                   CASE WHEN outcome = 'won' AND r13 < 0.7 THEN %(won)s END,
                   CASE WHEN r12 < 0.3 THEN %(rival)s END,
                   CASE WHEN r13 < 0.3 THEN '<p>They decided otherwise.</p>' END,
                   date, date - days * interval '1 day', '0', 1, 1,
                   date - days * interval '1 day', date
              FROM drawn
            """,
            sellers=cast["sellers"],
            seller_count=len(cast["sellers"]),
            team=team,
            won_stage=cast["won_stages"][0],
            stage=_pick(cast, "stages", "r8"),
            company=_pick(cast, "companies", "r9"),
            customer=_pick(cast, "customers", "r10"),
            country=_pick(cast, "countries", "r11"),
            source=_pick(cast, "sources", "r12"),
            medium=_pick(cast, "mediums", "r13"),
            campaign=_pick(cast, "campaigns", "r14"),
            lost=_pick(cast, "lost", "r10"),
            won=_pick(cast, "won", "r11"),
            rival=_pick(cast, "rivals", "r9"),
        )
    )
    env.cr.execute(
        SQL(
            "INSERT INTO crm_tag_rel (lead_id, tag_id) SELECT id, %s FROM drawn WHERE r11 < 0.5",
            _pick(cast, "tags", "r14"),
        )
    )


def _insert_closings(env, cast):
    """One closing a deal, and for some the loss that went before: reopened in between."""
    past = SQL(
        """
        SELECT id AS lead_id, 'lost' AS outcome,
               date_trunc('second', date - days * 0.4 * interval '1 day') AS date,
               FALSE AS is_current,
               date_trunc('second', date - days * 0.2 * interval '1 day') AS reopened_date,
               %(lost)s AS reason_id, days * 0.6 AS days
          FROM drawn WHERE again
        """,
        lost=_pick(cast, "lost", "r12"),
    )
    current = SQL(
        """
        SELECT lead.id, outcome, date, TRUE, NULL, coalesce(lost_reason_id, win_reason_id), days
          FROM drawn JOIN crm_lead AS lead ON lead.id = drawn.id
        """
    )
    env.cr.execute(
        SQL(
            """
            INSERT INTO crm_lead_closing (
                lead_id, outcome, date, closed_by_id, user_id, team_id, company_id, partner_id,
                lead_type, stage_id, source_id, medium_id, campaign_id, country_id, reason_id,
                loss_type, competitor_id, note, company_currency, expected_revenue,
                closed_revenue, revenue_lost, days_to_close, is_counted, win_rate,
                win_rate_value, recovered_count, is_current, is_complete, is_mistake, reopened_date,
                reopened_by_id, create_uid, write_uid, create_date, write_date)
            SELECT closing.lead_id, closing.outcome, closing.date, lead.user_id, lead.user_id,
                   lead.team_id, lead.company_id, lead.partner_id, lead.type, %(stage)s,
                   lead.source_id, lead.medium_id, lead.campaign_id, lead.country_id,
                   closing.reason_id,
                   CASE closing.outcome WHEN 'lost' THEN reason.loss_type END,
                   lead.competitor_id, lead.closing_note, company.currency_id,
                   lead.expected_revenue,
                   CASE closing.outcome WHEN 'won' THEN lead.closed_revenue ELSE 0 END,
                   CASE WHEN closing.outcome = 'lost'
                             AND reason.loss_type IS DISTINCT FROM 'disqualified'
                             AND (closing.is_current OR r9 >= %(mistakes)s)
                        THEN lead.expected_revenue ELSE 0 END,
                   closing.days,
                   (closing.outcome = 'won' OR reason.loss_type IS DISTINCT FROM 'disqualified')
                   AND (closing.is_current OR r9 >= %(mistakes)s),
                   (closing.outcome = 'won')::int, (closing.outcome = 'won')::int,
                   (closing.outcome = 'won' AND again AND r9 >= %(mistakes)s)::int,
                   closing.is_current, reason.loss_type IS DISTINCT FROM 'unspecified',
                   NOT closing.is_current AND r9 < %(mistakes)s, closing.reopened_date,
                   CASE WHEN closing.reopened_date IS NOT NULL THEN lead.user_id END,
                   1, 1, closing.date, closing.date
              FROM (%(past)s UNION ALL %(current)s) AS closing
              JOIN drawn ON drawn.id = closing.lead_id
              JOIN crm_lead AS lead ON lead.id = closing.lead_id
              JOIN res_company AS company ON company.id = lead.company_id
         LEFT JOIN crm_lost_reason AS reason ON reason.id = closing.reason_id
             ORDER BY closing.date
            """,
            past=past,
            current=current,
            mistakes=MISTAKES,
            stage=_pick(cast, "stages", "r8"),
        )
    )


if __name__ == "__main__":
    main()
