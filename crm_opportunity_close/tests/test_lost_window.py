from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users

from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestLostWindow(TestCloseCommon):
    """The window adapts to the reason, and closes one deal or many."""

    def _open_window(self, deals):
        return Form(self.env["crm.lead.lost"].with_context(default_lead_ids=deals.ids))

    @users("user_sales_salesman")
    def test_reason_asks_for_note_and_competitor(self):
        self.reason_price.sudo().write({"note_required": True, "competitor_required": True})
        deal = self.deal_own.with_env(self.env)
        with self.assertRaisesRegex(ValidationError, "closing note.*competitor"):
            deal.action_set_lost(lost_reason_id=self.reason_price.id)
        window = self._open_window(deal)
        window.lost_reason_id = self.reason_price
        window.lost_feedback = "<p>Much cheaper</p>"
        window.competitor_id = self.competitor
        window.save().action_lost_reason_apply()
        self.assertClosed(deal, "lost", self.reason_price)
        self.assertEqual(deal.competitor_id, self.competitor)
        self.assertEqual(deal.closing_note, "<p>Much cheaper</p>")

    @users("user_sales_salesman")
    def test_the_same_reason_without_its_answers_is_refused(self):
        self.reason_price.sudo().write({"note_required": True})
        window = self.env["crm.lead.lost"].create(
            {"lead_ids": self.deal_own.ids, "lost_reason_id": self.reason_price.id}
        )
        with self.assertRaisesRegex(ValidationError, "Own deal.*closing note"):
            window.action_lost_reason_apply()
        self.assertOpen(self.deal_own)

    @users("user_sales_salesman")
    def test_followup_is_proposed_and_becomes_an_activity(self):
        self.reason_price.sudo().followup_days = 30
        deal = self.deal_own.with_env(self.env)
        window = self._open_window(deal)
        window.lost_reason_id = self.reason_price
        expected = fields.Date.today() + timedelta(days=30)
        self.assertEqual(window.followup_date, expected)
        window.save().action_lost_reason_apply()
        self.assertRecordValues(
            deal.activity_ids,
            [{"date_deadline": expected, "user_id": self.user_sales_salesman.id}],
        )
        self.assertIn("Beaten on price", deal.activity_ids.summary)

    @users("user_sales_salesman")
    def test_no_followup_no_activity(self):
        deal = self.deal_own.with_env(self.env)
        window = self._open_window(deal)
        window.lost_reason_id = self.reason_budget
        self.assertFalse(window.followup_date)
        window.save().action_lost_reason_apply()
        self.assertFalse(deal.activity_ids)

    @users("user_sales_manager")
    def test_a_reason_for_each_deal(self):
        deals = self.deals.with_env(self.env)
        won = deals[0].copy()
        won.action_set_won()
        window = self._open_window(deals + won)
        window.is_per_deal = True
        self.assertEqual(len(window.line_ids), 2)
        with window.line_ids.edit(0) as line:
            line.lost_reason_id = self.reason_price
            line.note = "Too <dear>"
        with window.line_ids.edit(1) as line:
            line.lost_reason_id = self.reason_budget
        wizard = window.save()
        action = wizard.action_lost_reason_apply()
        self.assertIn("already won", action["params"]["message"])
        by_reason = {deal.lost_reason_id: deal for deal in deals}
        self.assertEqual(set(by_reason), {self.reason_price, self.reason_budget})
        self.assertEqual(by_reason[self.reason_price].closing_note, "<p>Too &lt;dear&gt;</p>")
        self.assertFalse(by_reason[self.reason_budget].closing_note)
        for deal in deals:
            self.assertClosed(deal, "lost")
        self.assertClosed(won, "won")

    @users("user_sales_manager")
    def test_each_deal_has_the_follow_up_of_its_reason(self):
        self.reason_price.followup_days = 30
        self.reason_budget.note_required = True
        window = self._open_window(self.deals.with_env(self.env))
        window.lost_reason_id = self.reason_budget
        window.is_per_deal = True
        for index, reason in enumerate((self.reason_price, self.reason_budget)):
            with window.line_ids.edit(index) as line:
                line.lost_reason_id = reason
                line.note = "Said so" if reason.note_required else False
        window.save().action_lost_reason_apply()
        by_reason = {deal.lost_reason_id: deal.followup_date for deal in self.deals}
        day = fields.Date.today() + timedelta(days=30)
        self.assertEqual(by_reason, {self.reason_price: day, self.reason_budget: False})

    @users("user_sales_manager")
    def test_a_deal_taken_off_the_list_keeps_what_it_has(self):
        call = self.deal_other.activity_schedule("mail.mail_activity_data_call")
        wizard = self.env["crm.lead.lost"].create({"lead_ids": self.deals.ids, "is_per_deal": True})
        wizard.line_ids.lost_reason_id = self.reason_price
        wizard.line_ids.filtered(lambda line: line.lead_id == self.deal_other).unlink()
        wizard.action_lost_reason_apply()
        self.assertClosed(self.deal_own, "lost")
        self.assertOpen(self.deal_other)
        self.assertTrue(call.active)
        wizard.line_ids.unlink()
        with self.assertRaisesRegex(UserError, "no deal left"):
            wizard.action_lost_reason_apply()

    @users("user_sales_salesman")
    def test_other_peoples_deals_are_refused(self):
        with self.assertRaises(AccessError):
            self.env["crm.lead.lost"].create(
                {"lead_ids": self.deals.ids, "lost_reason_id": self.reason_price.id}
            ).action_lost_reason_apply()

    @users("user_sales_manager")
    def test_nothing_left_to_close(self):
        deals = self.deals.with_env(self.env)
        deals.action_set_lost(lost_reason_id=self.reason_price.id)
        window = self.env["crm.lead.lost"].create(
            {"lead_ids": deals.ids, "lost_reason_id": self.reason_budget.id}
        )
        with self.assertRaisesRegex(UserError, "Own deal – already lost"):
            window.action_lost_reason_apply()
        self.assertClosed(deals, "lost", self.reason_price)

    @users("user_sales_manager")
    def test_a_window_with_nothing_to_close_only_says_why(self):
        """No answer is asked for, and there is nothing to submit."""
        deals = self.deals.with_env(self.env)
        for model, verb in (("crm.lead.lost", "lost"), ("crm.lead.win", "won")):
            with self.subTest(model=model):
                getattr(deals, f"action_set_{verb}")(
                    **({"lost_reason_id": self.reason_price.id} if verb == "lost" else {})
                )
                window = Form(self.env[model].with_context(default_lead_ids=deals.ids))
                self.assertEqual(window.lead_count, 0)
                self.assertIn("Own deal – already", window.left_message)
                arch = etree.fromstring(self.env[model].get_view(view_type="form")["arch"])
                (submit,) = arch.xpath("//footer/button[@type='object']")
                (answers,) = arch.xpath("//group[field[@name='date_closed']]")
                (reason,) = arch.xpath("//field[@widget='closing_reason']")
                for node in (submit, answers, reason):
                    self.assertIn("not lead_count", node.get("invisible", ""))
