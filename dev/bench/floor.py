"""The floor: the rows that a closing leaves behind, written by SQL alone.

A closing is done and its rows are kept aside; the SQL writes the very same rows into the
same tables, with their indexes and foreign keys. Odoo can come near, but not below.
"""

from . import people

TABLES = ("mail_tracking_value", "mail_message", "crm_lead_closing")
COLUMNS = (
    "active",
    "probability",
    "automated_probability",
    "won_status",
    "lost_reason_id",
    "closing_note",
    "date_closed",
    "write_date",
)


def keep_rows(close, env, size):
    """Close deals, keep the rows aside, and take them out of their tables.

    :param function close: ``close(env, leads)``
    :return: as many deals that are still open
    """
    leads = people.get_deals(env, 2 * size)
    marks = {}
    for table in TABLES:
        env.cr.execute(f"SELECT max(id) FROM {table}")
        marks[table] = env.cr.fetchone()[0]
    close(env, leads[:size])
    env.cr.flush()
    env.cr.execute(
        "CREATE TEMPORARY TABLE kept_lead AS SELECT * FROM crm_lead WHERE id = ANY(%s)",
        [leads[:size].ids],
    )
    for table, mark in marks.items():
        env.cr.execute(
            f"CREATE TEMPORARY TABLE kept_{table} AS SELECT * FROM {table} WHERE id > {mark}"
        )
        env.cr.execute(f"DELETE FROM {table} WHERE id > {mark}")
    return leads[size:]


def write_rows(env, _leads):
    """Write what was kept: the deals' columns, closings, messages, tracking values."""
    columns = ", ".join(COLUMNS)
    values = ", ".join(f"kept.{name}" for name in COLUMNS)
    env.cr.execute(
        f"UPDATE crm_lead SET ({columns}) = ROW({values})"
        " FROM kept_lead AS kept WHERE kept.id = crm_lead.id"
    )
    for table in reversed(TABLES):
        env.cr.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
