from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .test_tours import ClosingTours


@tagged("post_install", "-at_install")
class TestWindowTours(ClosingTours):
    def test_a_drop_is_undone(self):
        self.env.company.close_require_win_reason = True
        self.start_closing_tour("win_drop_undone", self.user_sales_salesman)
        self.assertOpen(self.deal_own)
        self.assertEqual(self.deal_own.stage_id, self.stage_team1_1)

    def test_won_with_a_reason(self):
        self.env.company.close_require_win_reason = True
        self.start_closing_tour("win_window", self.user_sales_salesman)
        self.assertClosed(self.deal_own, "won", self.reason_fit)
        self.assertRecordValues(
            self.deal_own, [{"closed_revenue": 90, "stage_id": self.stage_team1_won.id}]
        )
        self.assertEqual(self.deal_own.closing_count, 1)

    def test_a_reason_that_asks_for_more(self):
        self.reason_price.write(
            {"note_required": True, "competitor_required": True, "followup_days": 30}
        )
        self.start_closing_tour("reason_that_asks", self.user_sales_salesman)
        self.assertClosed(self.deal_own, "lost", self.reason_price)
        self.assertEqual(self.deal_own.competitor_id.name, "Hooli")
        self.assertIn("Half of our offer", self.deal_own.closing_note)
        self.assertEqual(self.deal_own.activity_ids.user_id, self.user_sales_salesman)

    def _create_reason_for_price(self):
        return self.env["crm.lost.reason"].create(
            {"name": "Underbid", "loss_type": "competitor", "price_asked": "required"}
        )

    def test_lost_for_price(self):
        reason = self._create_reason_for_price()
        self.start_closing_tour("lost_for_price", self.user_sales_salesman)
        self.assertClosed(self.deal_own, "lost", reason)
        self.assertRecordValues(
            self.deal_own.closing_id,
            [{"winning_price": 70, "price_gap": 0.3, "is_complete": True}],
        )

    def test_several_lost_for_their_prices(self):
        reason = self._create_reason_for_price()
        self.deals.user_id = self.user_sales_leads
        self.start_closing_tour("lost_for_prices", self.user_sales_leads)
        self.assertClosed(self.deals, "lost", reason)
        self.assertEqual(self.deals.closing_id.mapped("winning_price"), [90, 2100])

    def test_reasons_are_merged(self):
        self.deal_own.action_set_lost(lost_reason_id=self.reason_price.id)
        self.deal_other.action_set_lost(lost_reason_id=self.reason_budget.id)
        self.start_closing_tour("merge_reasons", self.user_sales_manager)
        self.assertClosed(self.deals, "lost", self.reason_budget)
        self.assertFalse(self.reason_price.active)

    def test_lost_and_won_back(self):
        self.reason_price.followup_days = 30
        call = self.deal_own.activity_schedule(
            "mail.mail_activity_data_call",
            fields.Date.today() + timedelta(days=3),
            user_id=self.user_sales_salesman.id,
        )
        self.start_closing_tour("win_back", self.user_sales_salesman)
        self.assertOpen(self.deal_own)
        self.assertEqual(self.deal_own.closing_count, 1)
        self.assertEqual(self.deal_own.activity_ids, call, "it came back with the deal")
