"""The closings a database already holds when the add-on is installed.

Each lead that is won or lost now gets its current row. Closings that ended, because the
lead was reopened, are read from the chatter. All of it is SQL for the whole set: a database
may hold a million leads. Nothing on the leads is changed.
"""

import logging

from odoo.tools import SQL

from .history_chatter import create_moments
from .models.crm_lead_closing import FROM_LEAD

_logger = logging.getLogger(__name__)

# Columns of a row of the past that are not those of its lead today (see ``FROM_LEAD``).
FROM_PAST = {
    "outcome": "closing.outcome",
    "date": "closing.date",
    "closed_by_id": "closer.id",
    "user_id": "salesperson.id",
    "team_id": "team.id",
    "stage_id": "stage.id",
    "reason_id": "reason.id",
    "loss_type": "CASE WHEN closing.outcome = 'lost' THEN reason.loss_type END",
    "competitor_id": "CASE WHEN closing.is_current THEN lead.competitor_id END",
    "winning_price": "CASE WHEN closing.is_current THEN coalesce(lead.winning_price, 0) ELSE 0 END",
    "price_gap": """CASE WHEN closing.is_current AND lead.winning_price > 0
        AND closing.expected_revenue > 0
        THEN (closing.expected_revenue - lead.winning_price) / closing.expected_revenue END""",
    "note": "CASE WHEN closing.is_current THEN lead.closing_note END",
    "company_currency": "company.currency_id",
    "expected_revenue": "coalesce(closing.expected_revenue, 0)",
    "closed_revenue": "coalesce(closing.closed_revenue, 0)",
    "recurring_revenue_monthly": "coalesce(lead.recurring_revenue_monthly, 0)",
    "revenue_lost": """CASE WHEN closing.outcome = 'lost'
        AND reason.loss_type IS DISTINCT FROM 'disqualified'
        THEN coalesce(closing.expected_revenue, 0) ELSE 0 END""",
    "days_to_close": """greatest(0, coalesce(extract(epoch FROM
        closing.date - lead.create_date), 0) / 86400)""",
    "is_counted": "reason.loss_type IS DISTINCT FROM 'disqualified' OR closing.outcome = 'won'",
    "win_rate": "(closing.outcome = 'won')::int",
    "win_rate_value": "(closing.outcome = 'won')::int",
    "recovered_count": "0",
    "won_anew_count": "0",
    "deadline_moved_count": "NULL::int",
    "is_current": "closing.is_current",
    "is_mistake": "FALSE",
    "reopened_date": "closing.reopened_date",
    "reopened_by_id": "reopener.id",
}


def record_history(env):
    """Write the closings of the past. What has been written before is not written again.

    :return: how many earlier, and how many current closings were written
    :rtype: tuple[int, int]
    """
    env.flush_all()
    analyze = SQL("ANALYZE crm_lead_closing")  # a plan for an empty table takes for ever
    env.cr.execute(analyze)
    _logger.info("Closings of the past: reading the changes tracked in the chatter")
    moments = create_moments(env)
    _logger.info("Closings of the past: opportunities were closed or reopened %s times", moments)
    earlier = _insert_closings(env, _get_earlier_closings())
    _logger.info("Closings of the past: %s closings that ended recorded", earlier)
    env.cr.execute(analyze)
    current = _insert_closings(env, _get_current_closings())
    _logger.info("Closings of the past: %s closings of closed opportunities recorded", current)
    _count_recovered(env)
    _fill_last_open_stages(env)
    env.cr.execute(SQL("DROP TABLE crm_lead_moment"))
    env.invalidate_all()
    return earlier, current


def _get_earlier_closings():
    """Closings that ended: those a later moment follows, or that the lead contradicts."""
    return SQL(
        """
        SELECT moment.lead_id, moment.status AS outcome, moment.uid AS closed_by_id,
               coalesce(moment.date, lead.create_date, now() AT TIME ZONE 'UTC') AS date,
               CASE WHEN moment.status = 'won' AND moment.place = 0 THEN NULL
                    ELSE coalesce(moment.stage_id, lead.stage_id) END AS stage_id,
               CASE WHEN moment.status = 'lost'
                    THEN coalesce(moment.until_reason_id, lead.lost_reason_id)
               END AS reason_id,
               coalesce(moment.user_id, lead.user_id) AS user_id,
               coalesce(moment.team_id, lead.team_id) AS team_id,
               coalesce(moment.expected_revenue, lead.expected_revenue, 0)
               AS expected_revenue,
               CASE WHEN moment.status = 'won'
                    THEN coalesce(moment.expected_revenue, lead.expected_revenue)
               END AS closed_revenue,
               FALSE AS is_current,
               coalesce(moment.until, lead.write_date, now() AT TIME ZONE 'UTC')
               AS reopened_date,
               moment.until_uid AS reopened_by_id
          FROM crm_lead_moment AS moment
          JOIN crm_lead AS lead ON lead.id = moment.lead_id
         WHERE moment.status IN ('won', 'lost')
           AND (NOT moment.is_last
                OR moment.is_told AND moment.status IS DISTINCT FROM lead.won_status)
        """
    )


def _get_current_closings():
    """One closing for each lead that is won or lost now and has no current one."""
    return SQL(
        """
        SELECT lead.id AS lead_id, lead.won_status AS outcome, moment.uid AS closed_by_id,
               coalesce(lead.date_closed, moment.date, lead.write_date, lead.create_date,
                        now() AT TIME ZONE 'UTC') AS date,
               CASE WHEN lead.won_status = 'lost' THEN coalesce(moment.stage_id, lead.stage_id)
                    WHEN moment.place > 0 THEN coalesce(moment.stage_id, lead.stage_id)
               END AS stage_id,
               CASE lead.won_status WHEN 'won' THEN lead.win_reason_id
                    ELSE lead.lost_reason_id END AS reason_id,
               coalesce(moment.user_id, lead.user_id) AS user_id,
               coalesce(moment.team_id, lead.team_id) AS team_id,
               coalesce(moment.expected_revenue, lead.expected_revenue) AS expected_revenue,
               lead.closed_revenue, TRUE AS is_current,
               NULL::timestamp AS reopened_date, NULL::int AS reopened_by_id
          FROM crm_lead AS lead
     LEFT JOIN crm_lead_moment AS moment ON moment.lead_id = lead.id
               AND moment.is_last AND moment.status = lead.won_status
         WHERE lead.won_status IN ('won', 'lost')
           AND NOT EXISTS (SELECT FROM crm_lead_closing AS known
                            WHERE known.lead_id = lead.id AND known.is_current)
        """
    )


def _insert_closings(env, closings):
    """Write rows as a closing would have (see ``_prepare_closing_vals`` of the lead).

    What was deleted since (a stage, a user) is left out.

    :param SQL closings: what is particular to each of them
    :return: the number of rows
    :rtype: int
    """
    columns = {name: SQL("lead.%s", SQL.identifier(source)) for name, source in FROM_LEAD.items()}
    columns |= {name: SQL(text) for name, text in FROM_PAST.items()}
    columns |= {
        "stage_name": _translate(env, SQL("stage.name")),
        "team_name": _translate(env, SQL("team.name")),
        "is_complete": _get_is_complete(env),
    }
    columns |= dict.fromkeys(("create_uid", "write_uid"), SQL("%s", env.uid))
    columns |= dict.fromkeys(("create_date", "write_date"), SQL("now() AT TIME ZONE 'UTC'"))
    env.cr.execute(
        SQL(
            """
            INSERT INTO crm_lead_closing (%(names)s)
            SELECT %(values)s
              FROM (%(closings)s) AS closing
              JOIN crm_lead AS lead ON lead.id = closing.lead_id
              JOIN res_company AS company
                ON company.id = coalesce(lead.company_id, %(main_company)s)
         LEFT JOIN crm_lost_reason AS reason ON reason.id = closing.reason_id
         LEFT JOIN crm_stage AS stage ON stage.id = closing.stage_id
         LEFT JOIN crm_team AS team ON team.id = closing.team_id
         LEFT JOIN res_users AS salesperson ON salesperson.id = closing.user_id
         LEFT JOIN res_users AS closer ON closer.id = closing.closed_by_id
         LEFT JOIN res_users AS reopener ON reopener.id = closing.reopened_by_id
             ORDER BY closing.date, closing.lead_id
            """,
            names=SQL(", ").join(map(SQL.identifier, columns)),
            values=SQL(", ").join(columns.values()),
            closings=closings,
            main_company=env.company.id,
        )
    )
    return env.cr.rowcount


def _translate(env, column):
    return SQL("coalesce(%s ->> %s, %s ->> 'en_US')", column, env.lang or "en_US", column)


def _count_recovered(env):
    """Mark the leads that were won after they had been lost (see ``recovered_count``)."""
    env.cr.execute(
        SQL(
            """
            UPDATE crm_lead_closing AS closing SET recovered_count = 1
             WHERE closing.outcome = 'won' AND closing.recovered_count = 0
               AND EXISTS (SELECT FROM crm_lead_closing AS past
                            WHERE past.lead_id = closing.lead_id AND past.outcome = 'lost'
                              AND past.date <= closing.date AND past.reopened_date IS NOT NULL
                              AND past.is_mistake IS NOT TRUE)
            """
        )
    )


def _fill_last_open_stages(env):
    """Tell won leads where they were worked in last, as far as their closings know."""
    env.cr.execute(
        SQL(
            """
            UPDATE crm_lead AS lead SET last_open_stage_id = closing.stage_id
              FROM crm_lead_closing AS closing
             WHERE closing.lead_id = lead.id AND closing.is_current
               AND closing.outcome = 'won' AND lead.last_open_stage_id IS NULL
               AND closing.stage_id IS NOT NULL
            """
        )
    )


def _get_is_complete(env):
    """Whether a closing has the reason that the rules of its company ask for."""
    unspecified = env["crm.lost.reason"]
    unspecified = unspecified._get_unspecified("lost") + unspecified._get_unspecified("won")
    return SQL(
        """
        NOT (reason.id IS NULL OR reason.id = ANY(%(unspecified)s))
        OR NOT coalesce(
            CASE WHEN closing.outcome = 'won' THEN company.close_require_win_reason
                 WHEN lead.type = 'lead' THEN company.close_require_lead_reason
                 ELSE company.close_require_lost_reason END, FALSE)
        """,
        unspecified=unspecified.ids,
    )
