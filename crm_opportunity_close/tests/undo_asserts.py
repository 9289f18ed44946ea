from odoo.tools import SQL

# What Undo cannot give back.
LOG_FIELDS = {"write_date", "write_uid"}
TABLES = (("crm_lead", "id"), ("mail_activity", "res_id"), ("calendar_event", "opportunity_id"))


class UndoAsserts:
    """Whether leads, and what is planned for them, are as they were, asked of the database."""

    def _read_rows(self, leads):
        """What the database has about leads, and what is planned for them."""
        self.env.flush_all()
        state = {}
        for table, column in (
            ("crm_lead", "id"),
            ("mail_activity", "res_id"),
            ("calendar_event", "opportunity_id"),
        ):
            self.env.cr.execute(
                SQL(
                    "SELECT * FROM %s WHERE %s IN %s",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    tuple(leads.ids),
                )
            )
            state[table] = {
                row["id"]: {key: row[key] for key in row.keys() - LOG_FIELDS if row[key]}
                for row in self.env.cr.dictfetchall()
            }
        self.env.cr.execute(
            "SELECT * FROM crm_lead_secondary_reason_rel WHERE lead_id IN %s", [tuple(leads.ids)]
        )
        # A reminder to win back is made anew.
        win_back = self.env.ref("crm_opportunity_close.mail_activity_type_win_back")
        reminders = [
            state["mail_activity"].pop(key)
            for key, row in list(state["mail_activity"].items())
            if row["activity_type_id"] == win_back.id
        ]
        state["reminders"] = {
            (row["res_id"], row["user_id"], row["date_deadline"], row["summary"]): {}
            for row in reminders
        }
        state["further"] = {row: {} for row in self.env.cr.fetchall()}
        return state

    def _check_same(self, before, after):
        """Tell what differs by table, record and column; empty and zero are the same."""
        self.assertEqual(after.keys(), before.keys())
        for table, rows in before.items():
            self.assertEqual(after[table].keys(), rows.keys(), table)
            for key, row in rows.items():
                other = after[table][key]
                changed = {
                    name: (row.get(name), other.get(name))
                    for name in row.keys() | other.keys()
                    if row.get(name) != other.get(name)
                }
                self.assertFalse(changed, table)
