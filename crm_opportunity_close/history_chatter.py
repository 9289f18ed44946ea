"""When leads were closed and reopened, as far as the changes tracked in the chatter know.

To be read from below: tracking values → messages (a temporary table) → the changes of each
lead, its creation included → what the lead was at each of them → the moments at which its
status changed (a temporary table, too).
"""

import json

from odoo.tools import SQL

STATUSES = ["pending", "won", "lost"]
TRACKED_FIELDS = (
    "won_status",
    "stage_id",
    "active",
    "probability",
    "lost_reason_id",
    "user_id",
    "team_id",
    "expected_revenue",
)
# What they were called up to Odoo 15, up to Odoo 13.
FORMER_NAMES = {"lost_reason": "lost_reason_id", "planned_revenue": "expected_revenue"}


def create_moments(env):
    """Make the table ``crm_lead_moment``: one row for each time a lead's status changed.

    ``stage_id`` and ``reason_id`` are what they were just before that moment, ``user_id``,
    ``team_id`` and ``expected_revenue`` just after it: 0 where empty, NULL where they have
    not changed since, so that the lead itself tells. What starts with ``until`` is the
    next moment of the same lead. Leads that have a closing are left out.
    """
    _create_table(env, "crm_lead_message", _get_messages(env))
    moments = SQL(
        """
        SELECT *,
               lead(date) OVER upcoming AS until,
               lead(uid) OVER upcoming AS until_uid,
               lead(reason_id) OVER upcoming AS until_reason_id,
               lead(place) OVER upcoming IS NULL AS is_last
          FROM (%(statuses)s) AS known
         WHERE is_told OR status <> status_before
        WINDOW upcoming AS (PARTITION BY lead_id ORDER BY place)
        """,
        statuses=_get_statuses(env),
    )
    count = _create_table(env, "crm_lead_moment", moments)
    env.cr.execute(SQL("DROP TABLE crm_lead_message"))
    return count


def _create_table(env, name, query):
    """Make a temporary table, and let PostgreSQL count it to plan what follows."""
    table = SQL.identifier(name)
    env.cr.execute(SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", table, query))
    count = env.cr.rowcount
    env.cr.execute(SQL("ANALYZE %s", table))
    return count


# ------------------------------------------------------------
# What the changes mean
# ------------------------------------------------------------


def _get_statuses(env):
    """The status of the leads at their creation, and after each change that may concern it.

    Since Odoo 19 the status itself is tracked (``is_told``). Before, its stage and its
    archiving tell, in the way CRM worked then.
    """
    return SQL(
        """
        SELECT *,
               lag(status, 1, 'pending') OVER (PARTITION BY lead_id ORDER BY place)
               AS status_before
          FROM (
            SELECT *,
                   CASE WHEN is_told THEN status_told
                        WHEN place = 0 AND NOT is_old
                        THEN coalesce((%(codes)s)[first_status[2]], lead_status)
                        WHEN stage_after_id = ANY(%(won_stages)s) THEN 'won'
                        WHEN coalesce(lost, first_status[2] = %(lost)s) THEN 'lost'
                        ELSE 'pending'
                   END AS status
              FROM (%(changes)s) AS change
             WHERE place = 0 OR is_told OR is_old
          ) AS moment
        """,
        codes=SQL("%s::text[]", STATUSES),
        lost=STATUSES.index("lost") + 1,
        won_stages=_get_won_stages(env),
        changes=_get_changes_in_context(env),
    )


def _get_changes_in_context(env):
    """The changes, with what all changes of the same lead together tell about each.

    What a field held at some moment is the old value in its first change from there on.
    """

    def nearest(fname, window):
        # The place comes first, so the smallest array is the nearest change.
        column = SQL.identifier(fname)
        return SQL(
            "(min(ARRAY[place, %s]) FILTER (WHERE %s IS NOT NULL) OVER %s)[2]",
            column,
            column,
            SQL.identifier(window),
        )

    return SQL(
        """
        SELECT lead_id, place, date, uid, is_old, lead_status, status_told,
               status_told IS NOT NULL AS is_told,
               min(ARRAY[place, old_status]) FILTER (WHERE old_status IS NOT NULL)
                   OVER whole AS first_status,
               (max(ARRAY[place, lost]) FILTER (WHERE lost IS NOT NULL)
                   OVER so_far)[2] = 1 AS lost,
               %(stage)s AS stage_id,
               coalesce(%(stage_after)s, lead_stage_id) AS stage_after_id,
               %(reason)s AS reason_id,
               %(user)s AS user_id,
               %(team)s AS team_id,
               %(revenue)s::numeric AS expected_revenue
          FROM (%(changes)s) AS change
        WINDOW whole AS (PARTITION BY lead_id),
               so_far AS (PARTITION BY lead_id ORDER BY place),
               from_here AS (PARTITION BY lead_id ORDER BY place
                             ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING),
               later AS (PARTITION BY lead_id ORDER BY place
                         ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
        """,
        stage=nearest("old_stage_id", "from_here"),
        stage_after=nearest("old_stage_id", "later"),
        reason=nearest("old_reason_id", "from_here"),
        user=nearest("old_user_id", "later"),
        team=nearest("old_team_id", "later"),
        revenue=nearest("old_revenue", "later"),
        changes=_get_changes(env),
    )


def _get_changes(env):
    """The creation (place 0) and the messages of the leads that have ever been closed.

    ``is_old``: from the time before the status was tracked, or told in words that no
    language of this database uses any more.
    """
    return SQL(
        """
        WITH start AS (
               SELECT coalesce(min(date) FILTER (WHERE has_status), 'infinity') AS date
                 FROM crm_lead_message
             ),
             closed AS (
               SELECT lead_id FROM crm_lead_message GROUP BY lead_id, lead_status
               HAVING lead_status IN ('won', 'lost') OR bool_or(has_status) OR max(lost) = 1
                      OR bool_or(old_stage_id = ANY(%(won_stages)s))
             )
        SELECT message.*,
               message.date < start.date OR has_status AND status_told IS NULL AS is_old
          FROM crm_lead_message AS message CROSS JOIN start
         WHERE lead_id IN (SELECT lead_id FROM closed)
         UNION ALL
        SELECT lead.id, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
               lead.stage_id, lead.won_status, lead.create_date < start.date
          FROM crm_lead AS lead CROSS JOIN start
         WHERE lead.id IN (SELECT lead_id FROM closed)
        """,
        won_stages=_get_won_stages(env),
    )


# ------------------------------------------------------------
# What the chatter says
# ------------------------------------------------------------


def _get_messages(env):
    """The messages that tell a change of interest, numbered, one row for each.

    ``lost`` is 1 where the message shows that the lead was lost, 0 where it was archived
    or restored only.
    """
    return SQL(
        """
        SELECT lead_id,
               row_number() OVER (PARTITION BY lead_id ORDER BY date, message.id)::int
               AS place,
               date, uid, has_status, status_told, old_status, old_stage_id, old_reason_id,
               old_user_id, old_team_id, old_revenue,
               CASE WHEN message.active = 1 THEN 0
                    WHEN message.active = 0 THEN (looks_lost OR subtype_id = %(lost)s)::int
               END AS lost,
               lead.stage_id AS lead_stage_id, lead.won_status AS lead_status
          FROM (%(pivot)s) AS message
          JOIN crm_lead AS lead ON lead.id = message.lead_id
         WHERE NOT EXISTS (SELECT FROM crm_lead_closing WHERE lead_id = lead.id)
        """,
        lost=env.ref("crm.mt_lead_lost").id,
        pivot=_get_pivot(env),
    )


def _get_pivot(env):
    """The tracking values of interest, those of one message side by side."""
    ids = {fname: env["ir.model.fields"]._get("crm.lead", fname).id for fname in TRACKED_FIELDS}

    def of(fname, value):
        return SQL("max(%s) FILTER (WHERE field_id = %s)", value, ids[fname])

    old_id = SQL("coalesce(old_value_integer, 0)")
    return SQL(
        """
        SELECT message.res_id AS lead_id, message.id, message.date, message.subtype_id,
               coalesce(nullif(message.create_uid, 1), min(author.id), 1) AS uid,
               bool_or(field_id = %(status_id)s) AS has_status,
               %(status)s AS status_told, %(old_status)s AS old_status,
               %(stage)s AS old_stage_id, %(reason)s AS old_reason_id,
               %(user)s AS old_user_id, %(team)s AS old_team_id,
               %(revenue)s AS old_revenue, %(active)s AS active,
               coalesce(%(new_reason)s = 1 OR %(chance)s = 0, FALSE) AS looks_lost
          FROM (%(values)s) AS tracking
          JOIN mail_message AS message ON message.id = tracking.mail_message_id
     LEFT JOIN res_users AS author ON author.partner_id = message.author_id
               AND coalesce(message.create_uid, 1) = 1
     LEFT JOIN (%(labels)s) AS told ON told.label = tracking.new_value_char
     LEFT JOIN (%(labels)s) AS before ON before.label = tracking.old_value_char
     LEFT JOIN (%(reasons)s) AS named ON named.label = tracking.old_value_char
         WHERE message.model = 'crm.lead'
      GROUP BY message.id
        """,
        status_id=ids["won_status"],
        status=of("won_status", SQL("told.value")),
        old_status=of("won_status", SQL("array_position(%s::text[], before.value)", STATUSES)),
        stage=of("stage_id", old_id),
        reason=of("lost_reason_id", SQL("coalesce(nullif(old_value_integer, 0), named.id, 0)")),
        user=of("user_id", old_id),
        team=of("team_id", old_id),
        revenue=of("expected_revenue", SQL("coalesce(old_value_float, old_value_integer, 0)")),
        active=of("active", SQL("new_value_integer")),
        new_reason=of("lost_reason_id", SQL("(new_value_integer > 0 OR new_value_char > '')::int")),
        chance=of("probability", SQL("coalesce(new_value_float, new_value_integer)")),
        labels=get_status_labels(),
        reasons=_get_reason_names(),
        values=_get_tracking_values(ids),
    )


def _get_tracking_values(ids):
    """What was tracked of the fields of interest; of one removed since, the name is left.

    :param dict ids: name of a field → its id
    """
    former = {name: ids[fname] for name, fname in FORMER_NAMES.items()}
    return SQL(
        """
        SELECT mail_message_id, old_value_char, old_value_float, old_value_integer,
               new_value_char, new_value_float, new_value_integer,
               coalesce(field_id, (%(ids)s ->> (field_info ->> 'name'))::int) AS field_id
          FROM mail_tracking_value
         WHERE field_id = ANY(%(fields)s)
            OR field_id IS NULL AND %(ids)s ? (field_info ->> 'name')
        """,
        ids=SQL("%s::jsonb", json.dumps({**ids, **former})),
        fields=list(ids.values()),
    )


def get_status_labels():
    """What each status is called, in all languages: tracking keeps the words alone."""
    return SQL(
        """
        SELECT name.value AS label, min(selection.value) AS value
          FROM ir_model_fields_selection AS selection
          JOIN ir_model_fields AS field ON field.id = selection.field_id
         CROSS JOIN jsonb_each_text(selection.name) AS name
         WHERE field.model = 'crm.lead' AND field.name = 'won_status'
      GROUP BY name.value
        """
    )


def _get_reason_names():
    """What the reasons are called, in all languages, for a field that kept the words alone."""
    return SQL(
        """
        SELECT name.value AS label, min(reason.id) AS id
          FROM crm_lost_reason AS reason CROSS JOIN jsonb_each_text(reason.name) AS name
      GROUP BY name.value
        """
    )


def _get_won_stages(env):
    return env["crm.stage"].with_context(active_test=False).search([("is_won", "=", True)]).ids
