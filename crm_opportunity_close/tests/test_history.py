import json
from contextlib import contextmanager
from datetime import datetime

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.crm_opportunity_close.history import record_history

from .common import TestCloseCommon

# What a row is without its own identity, and without what the chatter does not know.
# What a lead was like before it was closed (for Undo) is not known afterwards.
UNKNOWN = {"id", "create_date", "create_uid", "write_date", "write_uid", "state_before"}


@tagged("post_install", "-at_install")
class TestHistory(TestCloseCommon):
    """The closings of the past are what would have been recorded.

    ============  =========================================================
    deal_own      lost by its salesperson on 1 February, reopened by the
                  manager, moved on, lost again for another reason
    deal_other    won by the manager on the 5th, handed over on the 6th
    deal_fresh    likewise, but moved back on the 6th, and open since
    deal_mute     a lead, lost without a reason on the 7th
    ============  =========================================================
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal_fresh, cls.deal_mute = cls.env["crm.lead"].create(
            [
                {"name": "Fresh deal", "type": "opportunity", "expected_revenue": 30},
                {"name": "Mute deal", "type": "lead", "stage_id": cls.stage_team1_1.id},
            ]
        )
        cls.deal_fresh.stage_id = cls.stage_team1_1
        cls.deals += cls.deal_fresh + cls.deal_mute
        cls.env.flush_all()
        cls.env.cr.execute(SQL("UPDATE crm_lead SET create_date = '2024-01-01 08:00:00'"))
        cls.env.invalidate_all()
        cls.cr.flush()

    def setUp(self):
        super().setUp()
        self.flush_tracking()
        self._live()

    def _live(self):
        own, other, fresh, mute = self.deals
        salesman, leads, manager = (
            self.user_sales_salesman,
            self.user_sales_leads,
            self.user_sales_manager,
        )
        # The chatter tracks who did it at the end of each day, so one person a day.
        with self._day(1):
            own.with_user(salesman).action_set_lost(lost_reason_id=self.reason_price.id)
        with self._day(2):
            own.with_user(manager).action_restore()
        with self._day(3):
            own.with_user(salesman).write(
                {"stage_id": self.stage_team1_2.id, "expected_revenue": 150}
            )
        with self._day(4):
            own.with_user(salesman).action_set_lost(lost_reason_id=self.reason_budget.id)
        with self._day(5):
            (other + fresh).with_user(manager).action_set_won()
        with self._day(6):
            (other + fresh).with_user(leads).write(
                {"user_id": salesman.id, "expected_revenue": 5000}
            )
            fresh.with_user(leads).stage_id = self.stage_team1_2
        with self._day(7):
            mute.with_user(leads).action_set_lost()

    @contextmanager
    def _day(self, day):
        """A day in the life of the database; its changes are tracked at its end."""
        with freeze_time(datetime(2024, 2, day, 12)):
            yield
            self.flush_tracking()

    def _read_rows(self, lead=None):
        closings = self.env["crm.lead.closing"].sudo()
        domain = [("lead_id", "in", (lead or self.deals).ids)]
        self.env.flush_all()
        self.env.invalidate_all()
        rows = closings.search(domain, order="lead_id, date").read(load=None)
        return [{name: row[name] for name in row if name not in UNKNOWN} for row in rows]

    def _forget(self):
        """Take the database back to before the add-on recorded these deals."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL("DELETE FROM crm_lead_closing WHERE lead_id = ANY(%s)", self.deals.ids)
        )
        self.env.invalidate_all()

    def _forget_status(self):
        """Take the chatter back to before Odoo tracked the status."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM mail_tracking_value WHERE field_id IN (
                    SELECT id FROM ir_model_fields
                     WHERE model = 'crm.lead' AND name = 'won_status')
                """
            )
        )

    def _assert_same_history(self):
        expected = self._read_rows()
        self._forget()
        self.assertEqual(record_history(self.env), (2, 3))
        for row, known in zip(self._read_rows(), expected, strict=True):
            self.assertEqual(row, known)

    # ------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------

    def test_rows_equal_those_of_closings(self):
        self.assertEqual(len(self._read_rows()), 5)
        self._assert_same_history()

    def test_rows_from_a_database_that_did_not_track_the_status(self):
        self._forget_status()
        self._assert_same_history()

    def test_the_status_is_known_in_every_language(self):
        self.env.cr.execute(
            SQL(
                """
                UPDATE ir_model_fields_selection SET name = name || %s::jsonb
                 WHERE value = 'lost' AND field_id IN (
                    SELECT id FROM ir_model_fields
                     WHERE model = 'crm.lead' AND name = 'won_status')
                """,
                json.dumps({"fr_FR": "Perdu !"}),
            )
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE mail_tracking_value
                   SET old_value_char = replace(old_value_char, 'Lost', 'Perdu !'),
                       new_value_char = replace(new_value_char, 'Lost', 'Perdu !'),
                       old_value_integer = NULL
                 WHERE old_value_char = 'Lost' OR new_value_char = 'Lost'
                """
            )
        )
        # what remains to tell is the status alone
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM mail_tracking_value WHERE field_id IN (
                    SELECT id FROM ir_model_fields
                     WHERE model = 'crm.lead' AND name = 'active')
                """
            )
        )
        self._assert_same_history()

    def test_nothing_is_recorded_twice(self):
        expected = self._read_rows()
        self.assertEqual(record_history(self.env), (0, 0))
        self.assertEqual(self._read_rows(), expected)

    def test_the_deals_stay_as_they_are(self):
        def read():
            self.env.flush_all()
            return self.env.execute_query(SQL("SELECT * FROM crm_lead ORDER BY id"))

        self._forget()
        before = read()
        record_history(self.env)
        self.assertEqual(read(), before)

    def test_the_best_date_known(self):
        self._forget()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_lead SET date_closed = NULL, write_date = '2024-03-01 12:00:00'"
                " WHERE id = ANY(%s)",
                self.deals.ids,
            )
        )
        self.env.cr.execute(
            SQL(
                "DELETE FROM mail_message WHERE model = 'crm.lead' AND res_id = %s",
                self.deal_mute.id,
            )
        )
        self.env.invalidate_all()
        record_history(self.env)
        own = self._read_rows(self.deal_own)[-1]
        self.assertEqual(own["date"], datetime(2024, 2, 4, 12), "that of the message")
        (mute,) = self._read_rows(self.deal_mute)
        self.assertEqual(mute["date"], datetime(2024, 3, 1, 12), "that of the last change")
        self.assertFalse(mute["closed_by_id"], "nobody knows who")
        self.assertEqual(mute["days_to_close"], 60 + 4 / 24)

    def test_incomplete_where_the_rules_ask_for_a_reason(self):
        for kind, complete in (("lead", True), ("opportunity", False)):
            self._forget()
            self.env.cr.execute(
                SQL("UPDATE crm_lead SET type = %s WHERE id = %s", kind, self.deal_mute.id)
            )
            record_history(self.env)
            (row,) = self._read_rows(self.deal_mute)
            self.assertEqual((row["reason_id"], row["is_complete"]), (False, complete), kind)
        self.assertTrue(self._read_rows(self.deal_other)[0]["is_complete"])

    def test_closed_when_created(self):
        with self._day(8):
            lead = self.env["crm.lead"].create(
                {"name": "Born won", "type": "opportunity", "stage_id": self.stage_gen_won.id}
            )
        with self._day(9):
            lead.stage_id = self.stage_gen_1
        self.deals = lead
        self._forget()
        record_history(self.env)
        (row,) = self._read_rows()
        self.assertEqual(row["outcome"], "won")
        self.assertEqual(row["stage_id"], False, "never worked in another stage")
        self.assertEqual(row["reopened_date"], datetime(2024, 2, 9, 12))

    def test_a_closing_that_the_deal_contradicts_has_ended(self):
        self._forget()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_lead SET active = TRUE, won_status = 'pending', probability = 10,"
                " write_date = '2024-03-01 12:00:00' WHERE id = %s",
                self.deal_mute.id,
            )
        )
        self.env.invalidate_all()
        record_history(self.env)
        (row,) = self._read_rows(self.deal_mute)
        self.assertFalse(row["is_current"])
        self.assertEqual(row["reopened_date"], datetime(2024, 3, 1, 12))
