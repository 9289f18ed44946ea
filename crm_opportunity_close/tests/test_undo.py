from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users

from .common import TestCloseCommon
from .undo_asserts import UndoAsserts


class UndoCase(TestCloseCommon, UndoAsserts):
    """Leads, and what is planned for them, before and after."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.company"].search([]).close_slip_minutes = 60
        today = fields.Date.today()
        cls.overdue, cls.later = (
            cls.deal_own.with_user(cls.user_sales_salesman).activity_schedule(
                "mail.mail_activity_data_call",
                summary="Call",
                date_deadline=today - timedelta(days=3),
            ),
            cls.deal_own.with_user(cls.user_sales_salesman).activity_schedule(
                "mail.mail_activity_data_todo",
                summary="Offer",
                date_deadline=today + timedelta(days=3),
            ),
        )
        cls.meeting = (
            cls.env["calendar.event"]
            .with_user(cls.user_sales_salesman)
            .create(
                {
                    "name": "Demo",
                    "start": fields.Datetime.now() + timedelta(days=2),
                    "stop": fields.Datetime.now() + timedelta(days=2, hours=1),
                    "opportunity_id": cls.deal_own.id,
                    "res_model_id": cls.env["ir.model"]._get_id("crm.lead"),
                    "res_id": cls.deal_own.id,
                }
            )
        )

    def _check_undone(self, leads, close):
        """Undo what was closed: nothing but a mistake is left."""
        before = self._read_rows(leads)
        known = leads.sudo().closing_ids
        close()
        self.flush_tracking()
        closings = leads._get_current_closings().with_env(self.env)
        self.assertTrue(closings)
        closings.action_undo()
        self.flush_tracking()
        self.env.invalidate_all()
        self._check_same(before, self._read_rows(leads))
        self.assertEqual((leads.sudo().closing_ids - known).sorted("id"), closings.sorted("id"))
        self.assertRecordValues(
            closings.sudo(),
            [
                {
                    "is_mistake": True,
                    "is_counted": False,
                    "is_current": False,
                    "reopened_by_id": self.env.uid,
                    "reopen_note": "Undone",
                }
            ]
            * len(closings),
        )

    def _lose_in_window(self, leads, choice="cancel", **answers):
        self.reason_price.followup_days = 30
        values = {"lead_ids": leads.ids, "lost_reason_id": self.reason_price.id}
        window = self.env["crm.lead.lost"].create(
            {
                **values,
                "lost_feedback": "<p>Too dear</p>",
                "competitor_id": self.competitor.id,
                "secondary_reason_ids": self.reason_budget.ids,
                "activity_choice": choice,
                **answers,
            }
        )
        return window.action_lost_reason_apply()


@tagged("post_install", "-at_install")
class TestUndo(UndoCase):
    """After Undo a deal is as it was, and its closing is a mistake."""

    @users("user_sales_salesman")
    def test_undo_a_loss(self):
        lead = self.deal_own.with_env(self.env)
        for choice in ("cancel", "done", "keep"):
            with self.subTest(choice), self.env.cr.savepoint() as savepoint:
                self._check_undone(lead, lambda choice=choice: self._lose_in_window(lead, choice))
                savepoint.rollback()

    @users("user_sales_salesman")
    def test_undo_a_win(self):
        lead = self.deal_own.with_env(self.env)
        ways = {
            "button": lead.action_set_won_rainbowman,
            "drag": lambda: lead.write({"stage_id": self.stage_team1_won.id}),
            "window": lambda: (
                self.env["crm.lead.win"]
                .create({"lead_ids": lead.ids, "activity_choice": "cancel", "closed_revenue": 7})
                .action_win_apply()
            ),
        }
        for way, close in ways.items():
            with self.subTest(way), self.env.cr.savepoint() as savepoint:
                self._check_undone(lead, close)
                savepoint.rollback()

    @users("user_sales_leads")
    def test_undo_a_selection_of_different_deals(self):
        leads = self.deals.with_env(self.env)
        leads[1].action_set_automated_probability()
        leads[1].write({"active": False, "probability": 5})
        self._check_undone(leads, leads.action_set_won)
        self._check_undone(
            leads, lambda: leads.action_set_lost(lost_reason_id=self.reason_price.id)
        )

    @users("user_sales_leads")
    def test_undo_the_win_of_a_lost_deal(self):
        leads = self.deals.with_env(self.env)
        self._lose_in_window(leads)
        lost = leads._get_current_closings()
        self.flush_tracking()

        def drag():
            leads.stage_id = self.stage_team1_won

        for way, win in (("verb", leads.action_set_won), ("drag", drag)):
            with self.subTest(way):
                self._check_undone(leads, win)
                self.assertClosed(leads, "lost", self.reason_price)
                self.assertEqual(leads._get_current_closings(), lost)
        self.assertRecordValues(lost, [{"is_mistake": False, "reopened_date": False}] * 2)
        leads.action_reopen()
        self.assertEqual(leads.mapped("probability"), [20, 60])
        self.assertTrue(self.overdue.exists().active)

    def _refuse(self, closing, words):
        with self.assertRaisesRegex(UserError, words):
            closing.action_undo()
        self.assertTrue(closing.is_current)

    def _let_pass(self, **time):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead_closing SET create_date = create_date - %s", [timedelta(**time)]
        )
        self.env.invalidate_all()

    @users("user_sales_salesman")
    def test_what_cannot_be_undone_says_why(self):
        lead = self.deal_own.with_env(self.env)
        lead.action_set_won()
        closing = lead.closing_id
        self.assertTrue(closing.can_undo)
        self.assertIn("You can undo this until", closing.undo_message)
        theirs = closing.with_user(self.user_sales_leads)
        self.assertFalse(theirs.can_undo or theirs.undo_message)
        self._refuse(theirs, "Own deal – Only who closed it")
        self._let_pass(minutes=9)
        self.assertTrue(closing.can_undo)
        self._let_pass(minutes=2)
        self.assertFalse(closing.can_undo or closing.undo_message)
        self._refuse(closing, "more than ten minutes ago")
        lead.action_reopen()
        self.assertFalse(closing.can_undo or closing.undo_message)
        with self.assertRaisesRegex(UserError, "not closed this way any more"):
            closing.action_undo()
        won = lead.create({"name": "Born won", "stage_id": self.stage_team1_won.id})
        self.assertFalse(won.closing_id.can_undo)
        self._refuse(won.closing_id, "created as closed")
        with self.assertRaisesRegex(UserError, "nothing left"):
            closing.browse().action_undo()

    @users("user_sales_salesman")
    def test_nothing_is_undone_once_the_customer_has_heard(self):
        lead = self.deal_own.with_env(self.env)
        lead.action_set_lost(lost_reason_id=self.reason_price.id)
        lead.message_post(
            body="What do you say?",
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            partner_ids=self.user_sales_leads.partner_id.ids,
        )
        self.assertTrue(lead.closing_id.can_undo, "a colleague is no customer")
        lead.message_post(
            body="We are sorry",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.contact_1.ids,
        )
        self.env.invalidate_all()
        closing = lead.closing_id
        self.assertFalse(closing.can_undo)
        self.assertIn("A message has gone out to the customer since", closing.undo_message)
        self._refuse(closing, "Own deal – A message has gone out to the customer since")

    @users("user_sales_leads")
    def test_of_a_selection_what_can_be_undone_is(self):
        leads = self.deals.with_env(self.env)
        leads.action_set_won()
        closings = leads._get_current_closings().with_env(self.env)
        leads[0].message_post(
            body="Thank you",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.contact_1.ids,
        )
        action = closings.action_undo()
        self.assertEqual(action["params"]["message"], "Undone: Other deal is as it was")
        (line,) = action["params"]["skipped"]
        self.assertIn("Own deal – A message has gone out", line)
        self.assertClosed(leads[0], "won")
        self.assertOpen(leads[1])

    @users("user_sales_salesman")
    def test_only_who_may_write_the_deal(self):
        lead = self.deal_own.with_env(self.env)
        lead.action_set_won()
        closing = lead.closing_id
        lead.sudo().user_id = self.user_sales_leads
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            closing.action_undo()
        self.assertTrue(closing.sudo().is_current)

    @users("user_sales_leads")
    def test_the_notification_says_what_happened_and_what_was_left(self):
        leads = self.deals.with_env(self.env)
        won = leads[0].copy({"name": "Won deal"})
        won.action_set_won()
        action = self._lose_in_window(leads + won)
        self.assertEqual(action["tag"], "crm_opportunity_close.notify")
        self.assertEqual(action["params"]["message"], "Opportunities lost: 2")
        self.assertEqual(action["params"]["skipped"], ["Won deal – already won"])
        closings = leads._get_current_closings()
        self.assertCountEqual(action["params"]["undo_ids"], closings.ids)
        action = (leads[0].copy() + leads[1].copy()).action_mark_won()
        self.assertEqual(action["params"]["message"], "Opportunities won: 2")
        self.assertEqual(len(action["params"]["undo_ids"]), 2)
        action = leads[0].copy({"name": "One"}).action_set_won_rainbowman()
        self.assertEqual(action["params"]["message"], "Won: One")

    @users("user_sales_leads")
    def test_as_many_queries_for_many(self):
        self.env["crm.lead.scoring.frequency"].sudo().search([]).unlink()
        leads = self.env["crm.lead"].create(
            [
                {"name": f"Deal {number}", "stage_id": self.stage_team1_1.id, "type": "opportunity"}
                for number in range(24)
            ]
        )
        counts = []
        for part in (leads[:2], leads[2:4], leads[4:]):
            part = part.with_context(tracking_disable=True)
            part.action_set_lost(lost_reason_id=self.reason_price.id)
            closings = part._get_current_closings().with_env(part.env)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            closings.action_undo()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1])
