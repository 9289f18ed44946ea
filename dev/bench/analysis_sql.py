"""The win/loss analysis as SQL written by hand: the same questions to the same tables.

Rules of access are part of it; the rows are put into Python.
"""

from datetime import date, timedelta

TODAY = date.today()
YEAR = {"first": f"{TODAY.year}-01-01", "last": f"{TODAY.year + 1}-01-01"}
LAST_YEAR = {"first": f"{TODAY.year - 1}-01-01", "last": TODAY.replace(TODAY.year - 1, day=28)}
QUARTER_START = TODAY.replace(month=(TODAY.month - 1) // 3 * 3 + 1, day=1)
QUARTER = {"first": str(QUARTER_START), "last": str(TODAY + timedelta(days=1))}
MINE = "(company_id IN %(companies)s OR company_id IS NULL)"
PERIOD = f"""
    is_mistake IS NOT TRUE AND date >= %(first)s AND date < %(last)s AND {MINE}
"""
COUNTED = f"{PERIOD} AND is_counted AND lead_type = 'opportunity'"
LOST = f"{PERIOD} AND outcome = 'lost'"
LOST_COUNTED = f"{COUNTED} AND outcome = 'lost'"
RATES = """
    WITH rates AS (
        SELECT DISTINCT ON (currency_id) currency_id, rate FROM res_currency_rate
         WHERE name <= now() ORDER BY currency_id, company_id, name DESC)
"""
SUMS = """
    count(*), sum(revenue_lost), sum(closed_revenue)
    FROM crm_lead_closing WHERE
"""
MEDIANS = "percentile_cont(0.5) WITHIN GROUP (ORDER BY days_to_close) FROM crm_lead_closing WHERE"
KINDS = "outcome, is_counted, loss_type, company_currency"
SETS = ", ".join(
    f"({KINDS}{name})"
    for name in ("", ", user_id", ", reason_id", ", stage_id, stage_name", ", competitor_id")
)
SAMPLES = f"""
    {RATES}, values AS (
        SELECT outcome, kind, value, count(*)::float8 AS total,
               count(*) FILTER (WHERE date >= %(first)s)::float8 AS now
          FROM crm_lead_closing LEFT JOIN rates ON currency_id = company_currency,
               LATERAL (VALUES ('days', days_to_close), ('revenue', (closed_revenue
                       + CASE outcome WHEN 'lost' THEN revenue_lost ELSE 0 END)
                       / coalesce(rate, 1))) AS sample(kind, value)
         WHERE ({COUNTED} OR {COUNTED.replace("first", "before").replace("last", "until")})
      GROUP BY 1, 2, 3
    )
    SELECT outcome, kind, sum(now), sum(now * rank), sum(total ^ 3 - total) FROM (
        SELECT *, sum(total) OVER (PARTITION BY outcome, kind ORDER BY value) AS rank FROM values
    ) AS ranked GROUP BY 1, 2
"""
FUNNEL = f"""
    WITH leads AS (
        SELECT id, create_date, stage_id, team_id, won_status FROM crm_lead
         WHERE type = 'opportunity' AND create_date < %(last)s
           AND write_date >= %(first)s::timestamp - interval '1 day' AND {MINE}
    ), told AS (
        SELECT res_id AS lead_id, message.id AS place, message.date,
               max(old_value_integer) FILTER (WHERE field_id = %(stage)s) AS old_stage,
               max(new_value_integer) FILTER (WHERE field_id = %(stage)s) AS new_stage,
               max(old_value_integer) FILTER (WHERE field_id = %(team)s) AS old_team,
               max(new_value_integer) FILTER (WHERE field_id = %(team)s) AS new_team,
               max(lower(old_value_char)) FILTER (WHERE field_id = %(status)s) AS old_status,
               max(lower(new_value_char)) FILTER (WHERE field_id = %(status)s) AS new_status
          FROM leads JOIN mail_message AS message ON model = 'crm.lead' AND res_id = leads.id
          JOIN mail_tracking_value AS value ON mail_message_id = message.id
           AND field_id IN (%(stage)s, %(team)s, %(status)s)
      GROUP BY message.id
         UNION ALL
        SELECT id, 0, create_date, NULL, NULL, NULL, NULL, NULL, NULL FROM leads
    ), grouped AS (
        SELECT *, count(new_stage) OVER so_far AS stage_group,
               count(new_team) OVER so_far AS team_group,
               count(new_status) OVER so_far AS status_group
          FROM told WINDOW so_far AS (PARTITION BY lead_id ORDER BY place)
    ), states AS (
        SELECT lead_id, place, date, old_stage, old_team, old_status,
               max(new_stage) OVER (PARTITION BY lead_id, stage_group) AS stage,
               max(new_team) OVER (PARTITION BY lead_id, team_group) AS team,
               max(new_status) OVER (PARTITION BY lead_id, status_group) AS status,
               max(old_stage) OVER (PARTITION BY lead_id) AS first_stage,
               max(old_team) OVER (PARTITION BY lead_id) AS first_team
          FROM grouped
    ), entries AS (
        SELECT coalesce(stage, first_stage, stage_id) AS stage,
               coalesce(status, 'pending') AS status, date, lead(date) OVER upcoming AS left_date,
               lead(status) OVER upcoming AS next_status,
               lead(coalesce(stage, first_stage, stage_id)) OVER upcoming AS next_stage,
               lead(old_stage) OVER upcoming AS seen_stage,
               lead(coalesce(team, first_team, team_id)) OVER upcoming
               <> coalesce(team, first_team, team_id) AS is_moved,
               min(date) FILTER (WHERE status IN ('won', 'lost')) OVER later AS closed,
               min(status) FILTER (WHERE status IN ('won', 'lost')) OVER later AS outcome,
               leads.stage_id, leads.won_status
          FROM states JOIN leads ON leads.id = lead_id
        WINDOW upcoming AS (PARTITION BY lead_id ORDER BY place),
               later AS (PARTITION BY lead_id ORDER BY place
                         ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
    )
    SELECT stage, next_status, is_moved, sign(next_stage - stage), left_date >= %(last)s,
           seen_stage = stage, count(*) FILTER (WHERE date >= %(first)s AND date < %(last)s),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY left_date - date)
               FILTER (WHERE outcome = 'won' AND closed >= %(first)s),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY left_date - date)
               FILTER (WHERE outcome = 'lost' AND closed >= %(first)s)
      FROM entries WHERE status = 'pending' GROUP BY 1, 2, 3, 4, 5, 6
"""


def ask(text, values=None):
    """Return a work that runs one statement; it gets the user, the companies and a period."""

    def run(env, closings):
        companies = tuple(closings.env.companies.ids)
        given = {"user": closings.env.uid, "companies": companies, **YEAR, **(values or {})}
        env.cr.execute(text, given)
        return env.cr.fetchall()

    return run


def ask_all(*works):
    return lambda env, closings: [work(env, closings) for work in works]


def overview(period, before):
    """Sums by each dimension, medians, the period before, twelve months, and rank sums."""
    since = {"first": str(TODAY.replace(TODAY.year - 1, day=1)), "last": YEAR["last"]}
    opportunities = f"{PERIOD} AND lead_type = 'opportunity'"
    ranks = {**period, "before": before["first"], "until": before["last"]}
    return ask_all(
        ask(
            f"SELECT user_id, reason_id, stage_id, stage_name, competitor_id, {KINDS}, {SUMS}"
            f" {opportunities} GROUP BY GROUPING SETS ({SETS})",
            period,
        ),
        ask(f"SELECT {KINDS}, {SUMS} {opportunities} GROUP BY {KINDS}", before),
        ask(
            f"SELECT outcome, user_id, {MEDIANS} {COUNTED}"
            " GROUP BY GROUPING SETS ((outcome), (outcome, user_id))",
            period,
        ),
        ask(f"SELECT outcome, {MEDIANS} {COUNTED} GROUP BY 1", before),
        ask(
            f"SELECT date_trunc('month', date), outcome, count(*) FROM crm_lead_closing"
            f" WHERE {COUNTED} GROUP BY 1, 2",
            since,
        ),
        ask(SAMPLES, ranks),
    )


def funnel(period):
    """The entries into the stages and how they end."""

    def run(env, closings):
        get = env["ir.model.fields"]._get
        names = {"stage": "stage_id", "team": "team_id", "status": "won_status"}
        ids = {key: get("crm.lead", name).id for key, name in names.items()}
        return ask(FUNNEL, {**period, **ids})(env, closings)

    return run


def movers(period):
    """The losses by reason and by competitor, in a period and in the twelve months before."""
    first = date.fromisoformat(period["first"])
    before = {"first": str(first.replace(first.year - 1)), "last": period["first"]}
    text = f"""
        SELECT reason_id, loss_type, competitor_id, count(*) FROM crm_lead_closing
         WHERE {LOST_COUNTED}
      GROUP BY GROUPING SETS ((reason_id, loss_type), (competitor_id), ())
    """
    return ask_all(ask(text, period), ask(text, before))
