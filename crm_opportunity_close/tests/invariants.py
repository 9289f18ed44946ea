from collections import Counter

from odoo.tools.mail import html_to_inner_content

from .moves_beyond import LEFT_NOTE

# What a lead and its current closing have in common: lead column → closing column
SHARED = {
    "competitor_id": "competitor_id",
    "winning_price": "winning_price",
    "closing_note": "note",
    "date_closed": "date",
    "closed_revenue": "closed_revenue",
    "further": "further",
}
ANSWERS = (
    "lost_reason_id",
    "win_reason_id",
    "competitor_id",
    "winning_price",
    "closing_note",
    "further",
)
# What reopening and merging say on a row that ends; everything else stays.
ENDING = {
    "is_current",
    "reopened_date",
    "reopened_by_id",
    "reopen_note",
    "is_mistake",
    "lead_id",
    "is_counted",
    "revenue_lost",
}
# What correcting a closed lead changes on its current row.
CORRECTED = {
    "reason_id",
    "loss_type",
    "further",
    "competitor_id",
    "winning_price",
    "price_gap",
    "note",
    "date",
    "days_to_close",
    "closed_revenue",
    "is_complete",
    "is_counted",
    "revenue_lost",
}
# Emptied where the record is deleted; its name stays.
REFERENCES = {"stage_id", "team_id"}
LOG_FIELDS = {"create_date", "create_uid", "write_date", "write_uid"}
QUERIES = {
    "leads": """
        SELECT lead.*, stage.is_won, ARRAY(
            SELECT reason_id FROM crm_lead_secondary_reason_rel
            WHERE lead_id = lead.id ORDER BY 1
        ) AS further
        FROM crm_lead lead LEFT JOIN crm_stage stage ON stage.id = lead.stage_id
    """,
    "closings": """
        SELECT closing.*, ARRAY(
            SELECT reason_id FROM crm_lead_closing_secondary_reason_rel
            WHERE closing_id = closing.id ORDER BY 1
        ) AS further
        FROM crm_lead_closing closing
    """,
    "messages": """
        SELECT message.id, message.res_id, message.body, bool_or(
            field.name = 'won_status') AS is_status
        FROM mail_message message
        LEFT JOIN mail_tracking_value tracking ON tracking.mail_message_id = message.id
        LEFT JOIN ir_model_fields field ON field.id = tracking.field_id
        WHERE message.model = 'crm.lead' GROUP BY message.id
    """,
}


class Invariants:
    """What is never broken, asked of the database with SQL."""

    def _read_state(self):
        """:return: leads, closings and messages as the database has them, by id"""
        self.env.flush_all()
        state = {}
        for name, query in QUERIES.items():
            self.env.cr.execute(query)
            state[name] = {row["id"]: row for row in self.env.cr.dictfetchall()}
        return state

    # ------------------------------------------------------------
    # At any moment
    # ------------------------------------------------------------

    def _check_state(self, state):
        current = {}
        for closing in state["closings"].values():
            if closing["is_current"]:
                self.assertNotIn(closing["lead_id"], current, "two current closings")
                self.assertFalse(closing["reopened_date"])
                current[closing["lead_id"]] = closing
            else:
                self.assertTrue(closing["reopened_date"] and closing["reopened_by_id"])
            if closing["closed_by_id"] != self.env.uid:
                self.assertNotEqual(closing["note"], LEFT_NOTE, "an answer of nobody")
                self.assertNotEqual(closing["reason_id"], self.reason_left.id)
                self.assertNotEqual(closing["competitor_id"], self.competitor_left.id)
        for lead in state["leads"].values():
            if lead["won_status"] == "pending":
                self.assertNotIn(lead["id"], current, "an open lead has a current closing")
                self._check_open(lead)
            else:
                self._check_closed(lead, current.get(lead["id"]))

    def _check_open(self, lead):
        self.assertFalse(lead["date_closed"])
        self.assertFalse(lead["closed_revenue"])
        left = (self.reason_left.id, self.competitor_left.id, LEFT_NOTE)
        for fname in ANSWERS:
            self.assertTrue(not lead[fname] or lead[fname] in left, f"open, but {fname}")

    def _check_closed(self, lead, closing):
        self.assertTrue(closing, "a closed lead without a current closing")
        self.assertEqual(closing["outcome"], lead["won_status"])
        amounts = {"closed_revenue", "winning_price"} if self.has_changed_currency else set()
        shared = SHARED.keys() - amounts
        for lead_field in shared:
            # An amount that nobody gave is 0, or empty.
            values = (lead[lead_field], closing[SHARED[lead_field]])
            self.assertEqual(values[0] or None, values[1] or None, lead_field)
        reasons = {"lost": lead["lost_reason_id"], "won": lead["win_reason_id"]}
        self.assertEqual(closing["reason_id"], reasons.pop(lead["won_status"]))
        self.assertEqual(list(reasons.values()), [None], "a reason of the other outcome")
        if lead["won_status"] == "lost" and lead["type"] == "opportunity":
            self.assertTrue(closing["reason_id"], "lost without a reason")
            explained = closing["reason_id"] != self.unspecified.id
            self.assertEqual(closing["is_complete"], explained)

    # ------------------------------------------------------------
    # What a step may do
    # ------------------------------------------------------------

    def _check_step(self, move, before, after, uid):
        closed = {
            lead["id"]: lead
            for lead in after["leads"].values()
            if lead["won_status"] != "pending" and lead["won_status"] != _get_status(before, lead)
        }
        new = [row for key, row in after["closings"].items() if key not in before["closings"]]
        if move not in self.UNDOING:
            self.assertFalse([row for row in new if not row["is_current"]], "an ended new row")
        # Only Undo lets a closing be current again that had ended.
        revived = {
            key: row
            for key, row in before["closings"].items()
            if not row["is_current"] and after["closings"].get(key, row)["is_current"]
        }
        self.assertTrue(not revived or move == "undo")
        again = [row["lead_id"] for row in revived.values()]
        self.assertCountEqual([row["lead_id"] for row in new if row["is_current"]] + again, closed)
        for row in new:
            self._check_new(row, before, closed, uid)
        gone = before["closings"].keys() - after["closings"].keys()
        if move not in ("delete", "delete_kept"):
            self.assertFalse(gone, "closings disappeared")
        for key in before["closings"].keys() - gone - revived.keys():
            self._check_kept(before["closings"][key], after["closings"][key], uid)
        for key, row in revived.items():
            self.assertLessEqual(_get_changes(row, after["closings"][key]), ENDING)
        self._check_figures(before, after, revived)
        self._check_chatter(move, before, after)

    def _check_new(self, row, before, closed, uid):
        self.assertEqual(row["closed_by_id"], uid)
        if row["is_current"]:
            self.assertEqual(row["outcome"], closed[row["lead_id"]]["won_status"])
        lead = before["leads"].get(row["lead_id"])
        if lead:
            self.assertEqual(row["stage_id"], lead["last_open_stage_id"])
            self.assertEqual(row["lead_create_date"], lead["create_date"])

    def _check_kept(self, old, new, uid):
        changed = _get_changes(old, new)
        changed -= {fname for fname in REFERENCES & changed if new[fname] is None}
        if new["is_current"]:
            self.assertLessEqual(changed, CORRECTED)
        elif old["is_current"]:
            self.assertLessEqual(changed, ENDING)
            self.assertEqual(new["reopened_by_id"], uid)
        else:
            self.assertLessEqual(changed, {"lead_id"})

    def _check_figures(self, before, after, revived):
        """The figures of past periods are what they were, for all that had ended."""
        figures = []
        for state in (before, after):
            counted, days = Counter(), Counter()
            for key, old in before["closings"].items():
                row = state["closings"].get(key)
                if row and not old["is_current"] and key in after["closings"].keys() - revived:
                    period = (row["date"].year, row["date"].month, row["outcome"])
                    counted[period] += row["is_counted"]
                    days[period] += row["days_to_close"]
            figures.append((counted, days))
        self.assertEqual(*figures)

    # ------------------------------------------------------------
    # The chatter
    # ------------------------------------------------------------

    def _check_chatter(self, move, before, after):
        """Each change of state is told once, with its note; nothing else is told as one."""
        news = {}
        for key in after["messages"].keys() - before["messages"].keys():
            message = after["messages"][key]
            news.setdefault(message["res_id"], []).append(message)
        for lead in after["leads"].values():
            if lead["id"] in before["leads"] and move not in self.UNDOING:
                changed = lead["won_status"] != _get_status(before, lead)
                told = [each for each in news.get(lead["id"], ()) if each["is_status"]]
                self.assertEqual(len(told), int(changed), f"{lead['name']}: told {len(told)} times")
        for key, row in after["closings"].items():
            old = before["closings"].get(key)
            texts = "".join(each["body"] or "" for each in news.get(row["lead_id"], ()))
            if not old and row["lead_id"] in before["leads"] and row["note"]:
                self._assert_said(row["note"], texts)
            ended = row["reopen_note"] and not (old and old["reopen_note"])
            if ended and (not old or old["lead_id"] == row["lead_id"]):
                self._assert_said(row["reopen_note"], texts)

    def _assert_said(self, note, texts):
        self.assertIn(html_to_inner_content(note).strip(), html_to_inner_content(texts))


def _get_status(state, lead):
    return state["leads"].get(lead["id"], {}).get("won_status", "pending")


def _get_changes(old, new):
    return {key for key in old if old[key] != new[key]} - LOG_FIELDS
