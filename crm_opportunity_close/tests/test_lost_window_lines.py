from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged, users

from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestLostWindowLines(TestCloseCommon):
    """A selection, where each opportunity gets answers of its own."""

    def _open_window(self, deals):
        return Form(self.env["crm.lead.lost"].with_context(default_lead_ids=deals.ids))

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
        self.assertEqual(action["params"]["skipped"], [f"{won.name} – already won"])
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
        with self.assertRaisesRegex(UserError, "no opportunity left"):
            wizard.action_lost_reason_apply()

    @users("user_sales_manager")
    def test_each_line_has_the_competitor_its_reason_asks_for(self):
        self.reason_price.competitor_required = True
        window = self._open_window(self.deals.with_env(self.env))
        window.is_per_deal = True
        with window.line_ids.edit(0) as line:
            line.lost_reason_id = self.reason_budget
            self.assertFalse(line.competitor_required)
        with window.line_ids.edit(1) as line:
            line.lost_reason_id = self.reason_price
            self.assertTrue(line.competitor_required)
            line.competitor_id = self.competitor
        window.save().action_lost_reason_apply()
        by_reason = {deal.lost_reason_id: deal.competitor_id for deal in self.deals}
        self.assertEqual(
            by_reason,
            {self.reason_price: self.competitor, self.reason_budget: self.competitor.browse()},
        )

    @users("user_sales_manager")
    def test_everything_missing_of_every_line_is_said_at_once(self):
        self.reason_price.write({"note_required": True, "competitor_required": True})
        third = self.deal_own.with_env(self.env).copy({"name": "Third deal"})
        deals = self.deals.with_env(self.env) + third
        call = deals[0].activity_schedule("mail.mail_activity_data_call")
        wizard = self.env["crm.lead.lost"].create(
            {"lead_ids": deals.ids, "is_per_deal": True, "activity_choice": "cancel"}
        )
        own, other, last = (
            wizard.line_ids.filtered(lambda line, deal=deal: line.lead_id == deal) for deal in deals
        )
        other.lost_reason_id = self.reason_price
        last.lost_reason_id = self.reason_budget
        self.assertEqual(own.missing_message, "the reason is missing")
        self.assertEqual(
            other.missing_message,
            "the reason asks for a closing note, the reason asks for the competitor",
        )
        self.assertFalse(last.missing_message)
        with self.assertRaises(ValidationError) as caught:
            wizard.action_lost_reason_apply()
        self.assertIn(f"– Own deal: {own.missing_message}", str(caught.exception))
        self.assertIn(f"– Other deal: {other.missing_message}", str(caught.exception))
        self.assertNotIn("Third deal", str(caught.exception))
        self.env.invalidate_all()
        self.assertOpen(deals)
        self.assertTrue(call.active, "nothing of the closing stays")

    @users("user_sales_manager")
    def test_what_was_answered_for_all_is_where_each_line_begins(self):
        self.reason_price.followup_days = 30
        window = self._open_window(self.deals.with_env(self.env))
        window.lost_reason_id = self.reason_price
        window.competitor_id = self.competitor
        window.lost_feedback = "<p>Too dear</p>"
        window.is_per_deal = True
        with window.line_ids.edit(0) as line:
            self.assertEqual(line.lost_reason_id, self.reason_price)
            self.assertEqual(line.competitor_id, self.competitor)
            self.assertEqual(line.note, "Too dear")
            self.assertEqual(line.followup_date, fields.Date.today() + timedelta(days=30))
            line.note = False
        window.save().action_lost_reason_apply()
        self.assertEqual(
            {str(deal.closing_note) for deal in self.deals}, {"False", "<p>Too dear</p>"}
        )

    @users("user_sales_manager")
    def test_a_follow_up_chosen_in_a_line_stays(self):
        self.reason_price.followup_days = 30
        window = self._open_window(self.deals.with_env(self.env))
        window.is_per_deal = True
        chosen = fields.Date.today() + timedelta(days=7)
        with window.line_ids.edit(0) as line:
            line.followup_date = chosen
            line.lost_reason_id = self.reason_price
            self.assertEqual(line.followup_date, chosen)
