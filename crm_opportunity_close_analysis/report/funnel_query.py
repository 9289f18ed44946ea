"""How leads went through the stages, as far as the changes tracked in the chatter tell.

To be read from below: tracking values → the messages of each lead, its creation included →
what the lead was after each of them → the changes that count → entries, each with its exit.
An *entry* is the time a lead is open in one stage and one team, from a change that led there
until the next one. ``docs/analysis.md`` has the definition.
"""

from odoo.tools import SQL

from odoo.addons.crm_opportunity_close.history_chatter import STATUSES, get_status_labels

# What a value is called that is empty, and one that nobody knows.
EMPTY, UNKNOWN = 0, -1
PENDING, WON, LOST = (STATUSES.index(status) + 1 for status in ("pending", "won", "lost"))
FIELDS = ("stage_id", "team_id", "won_status")


def get_entries(env, leads):
    """All entries of some leads: one row for each.

    ``exit`` is ``advanced``, ``won``, ``lost``, ``back``, ``team``, ``unknown`` or, where
    nothing is known to have happened since, ``still``. ``left_date`` is when. ``outcome`` and
    ``outcome_date`` are those of the next closing of the lead that the chatter tells of.

    :param SQL leads: selects the ids of leads
    :rtype: SQL
    """
    return SQL(
        """
        SELECT lead_id, stage_id, team_id, date, next_date AS left_date,
               outcome[2] AS outcome, to_timestamp(outcome[3]) AT TIME ZONE 'UTC' AS outcome_date,
               CASE WHEN next_place IS NULL
                    THEN CASE WHEN (stage_id, team_id) = (lead_stage_id, lead_team_id)
                                   AND lead_status = %(pending)s
                              THEN 'still' ELSE 'unknown' END
                    WHEN next_is_gap THEN 'unknown'
                    WHEN next_status = %(won)s THEN 'won'
                    WHEN next_status = %(lost)s THEN 'lost'
                    WHEN next_status <> %(pending)s THEN 'unknown'
                    WHEN next_team_id <> team_id THEN 'team'
                    WHEN (after.sequence, after.id) > (before.sequence, before.id) THEN 'advanced'
                    WHEN (after.sequence, after.id) < (before.sequence, before.id) THEN 'back'
                    ELSE 'unknown'
               END AS exit
          FROM (%(changes)s) AS change
     LEFT JOIN crm_stage AS before ON before.id = stage_id
     LEFT JOIN crm_stage AS after ON after.id = next_stage_id
         WHERE status = %(pending)s
        """,
        pending=PENDING,
        won=WON,
        lost=LOST,
        changes=_get_changes(env, leads),
    )


def _get_changes(env, leads):
    """The changes that lead from one state to another, each with the next one.

    Closings made by mistake are left out: a lead that is afterwards where it was has not
    changed.
    """
    return SQL(
        """
        SELECT *,
               lead(place) OVER upcoming AS next_place,
               lead(date) OVER upcoming AS next_date,
               lead(is_gap) OVER upcoming AS next_is_gap,
               lead(status) OVER upcoming AS next_status,
               lead(stage_id) OVER upcoming AS next_stage_id,
               lead(team_id) OVER upcoming AS next_team_id,
               min(ARRAY[place, status, extract(epoch FROM date)::bigint])
                   FILTER (WHERE status IN (%(won)s, %(lost)s)) OVER later AS outcome
          FROM (
            SELECT *,
                   lag((stage_id, team_id, status)) OVER (PARTITION BY lead_id ORDER BY place)
                   IS DISTINCT FROM (stage_id, team_id, status) AS is_change
              FROM (%(states)s) AS state
             WHERE status = %(pending)s OR NOT is_mistake
          ) AS state
         WHERE is_change OR is_gap
        WINDOW upcoming AS (PARTITION BY lead_id ORDER BY place),
               later AS (PARTITION BY lead_id ORDER BY place
                         ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
        """,
        pending=PENDING,
        won=WON,
        lost=LOST,
        states=_get_states(env, leads),
    )


def _get_states(env, leads):
    """What a lead was after its creation and after each of its messages.

    ``is_gap``: something that is not told happened since the message before, because a
    value before the change is not the one after the change before. ``is_mistake``: the
    latest change of the status was a closing that is marked as a mistake.
    """

    def after(name):
        column = SQL.identifier(f"{name}_after")
        return SQL(
            "coalesce((max(ARRAY[place, %(column)s]) FILTER (WHERE %(column)s IS NOT NULL)"
            " OVER so_far)[2], %(first)s)",
            column=column,
            first=SQL.identifier(f"first_{name}"),
        )

    def is_gap(name):
        before = SQL.identifier(f"{name}_before")
        known = SQL("lag(%s) OVER (PARTITION BY lead_id ORDER BY place)", SQL.identifier(name))
        return SQL("coalesce(%s <> %s, FALSE)", before, known)

    return SQL(
        """
        SELECT lead_id, place, date, stage_id, team_id, status, lead_stage_id, lead_team_id,
               lead_status, coalesce(is_mistake, FALSE) AS is_mistake,
               %(gap)s AS is_gap
          FROM (
            SELECT *, %(stage)s AS stage_id, %(team)s AS team_id, %(status)s AS status,
                   (max(ARRAY[place, mistake]) FILTER (WHERE status_after IS NOT NULL)
                       OVER so_far)[2] = 1 AS is_mistake
              FROM (%(points)s) AS point
            WINDOW so_far AS (PARTITION BY lead_id ORDER BY place)
          ) AS state
        """,
        gap=SQL(" OR ").join(map(is_gap, ("stage_id", "team_id", "status"))),
        stage=after("stage_id"),
        team=after("team_id"),
        status=after("status"),
        points=_get_points(env, leads),
    )


def _get_points(env, leads):
    """The creation of the leads (place 0) and their messages, with what they were at first.

    What a field held at first is the value before its first change; where it never changed,
    it is the one of today, unless something else tells that this is not so.
    """

    def first(name, never_changed):
        column = SQL.identifier(f"{name}_before")
        return SQL(
            "coalesce((min(ARRAY[place, %(column)s]) FILTER (WHERE %(column)s IS NOT NULL)"
            " OVER whole)[2], %(never_changed)s)",
            column=column,
            never_changed=never_changed,
        )

    return SQL(
        """
        SELECT *, %(stage)s AS first_stage_id, %(team)s AS first_team_id,
               %(status)s AS first_status
          FROM (
              WITH lead AS (%(leads)s), label AS (%(labels)s)
            SELECT id AS lead_id, 0 AS place, create_date AS date,
                   NULL::int AS stage_id_before, NULL::int AS stage_id_after,
                   NULL::int AS team_id_before, NULL::int AS team_id_after,
                   NULL::int AS status_before, NULL::int AS status_after, 0 AS mistake,
                   was_moved, was_open, lead_stage_id, lead_team_id, lead_status
              FROM lead
             UNION ALL
            %(messages)s
          ) AS point
        WINDOW whole AS (PARTITION BY lead_id)
        """,
        stage=first("stage_id", SQL("CASE WHEN was_moved THEN %s ELSE lead_stage_id END", UNKNOWN)),
        team=first("team_id", SQL("lead_team_id")),
        status=first("status", SQL("CASE WHEN was_open THEN %s ELSE lead_status END", PENDING)),
        leads=_get_leads(leads),
        labels=get_status_labels(),
        messages=_get_messages(env),
    )


def _get_leads(leads):
    """What the leads are today.

    ``was_moved``: Odoo noted a change of stage after the creation. ``was_open``: a closing
    is recorded that was not made together with the lead, or before.
    """
    return SQL(
        """
        SELECT id, create_date, coalesce(stage_id, %(empty)s) AS lead_stage_id,
               coalesce(team_id, %(empty)s) AS lead_team_id,
               array_position(%(statuses)s, won_status::text) AS lead_status,
               coalesce(date_last_stage_update > create_date, FALSE) AS was_moved,
               won_status <> 'pending' AND EXISTS (
                   SELECT FROM crm_lead_closing AS closing
                    WHERE closing.lead_id = crm_lead.id
                      AND least(closing.create_date, closing.date) > crm_lead.create_date
               ) AS was_open
          FROM crm_lead
         WHERE id IN (%(leads)s)
        """,
        empty=EMPTY,
        statuses=SQL("%s::text[]", STATUSES),
        leads=leads,
    )


def _get_messages(env):
    """The messages that tell a change of stage, team or status, one row for each.

    It selects from ``lead`` and ``label``, which are defined where it stands. A closing and
    its message belong together if one transaction made both.
    """
    ids = {fname: env["ir.model.fields"]._get("crm.lead", fname).id for fname in FIELDS}

    def of(fname, value):
        value = SQL("coalesce(%s, %s)", value, UNKNOWN)
        return SQL("max(%s) FILTER (WHERE field_id = %s)", value, ids[fname])

    def position(label):
        return SQL("array_position(%s::text[], %s)", STATUSES, SQL.identifier(label, "value"))

    return SQL(
        """
        SELECT message.res_id, message.id, message.date,
               %(stage_before)s, %(stage_after)s, %(team_before)s, %(team_after)s,
               %(status_before)s, %(status_after)s,
               max(CASE WHEN field_id = %(status_id)s AND EXISTS (
                   SELECT FROM crm_lead_closing AS closing
                    WHERE closing.lead_id = message.res_id AND closing.is_mistake
                      AND closing.outcome = told.value
                      AND closing.create_date = tracking.create_date
               ) THEN 1 ELSE 0 END),
               bool_or(was_moved), bool_or(was_open),
               min(lead_stage_id), min(lead_team_id), min(lead_status)
          FROM lead
          JOIN mail_message AS message
            ON message.model = 'crm.lead' AND message.res_id = lead.id
          JOIN mail_tracking_value AS tracking
            ON tracking.mail_message_id = message.id AND field_id = ANY(%(fields)s)
     LEFT JOIN label AS told
            ON field_id = %(status_id)s AND told.label = tracking.new_value_char
     LEFT JOIN label AS before
            ON field_id = %(status_id)s AND before.label = tracking.old_value_char
      GROUP BY message.id
        """,
        stage_before=of("stage_id", SQL("old_value_integer")),
        stage_after=of("stage_id", SQL("new_value_integer")),
        team_before=of("team_id", SQL("old_value_integer")),
        team_after=of("team_id", SQL("new_value_integer")),
        status_before=of("won_status", position("before")),
        status_after=of("won_status", position("told")),
        status_id=ids["won_status"],
        fields=list(ids.values()),
    )
