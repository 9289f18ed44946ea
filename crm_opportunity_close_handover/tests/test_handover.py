from odoo.tests import tagged, users

from odoo.addons.crm_lead_handover.tests.common import TestHandoverCommon
from odoo.addons.crm_opportunity_close.tests.case import ClosingCase


@tagged("post_install", "-at_install")
class TestHandoverOfClosedDeals(TestHandoverCommon, ClosingCase):
    """Closings stay with who closed, what they cancelled goes to who may reopen."""

    @users("user_sales_leads")
    def test_closings_stay_to_the_credit_of_who_closed(self):
        lost = self.deal_lost.with_env(self.env)
        won = self.deal_second.with_env(self.env)
        won.action_set_won()
        (lost + won).action_hand_over(self.successor.id)
        self.assertEqual((lost + won).user_id, self.successor)
        self.assertClosed(lost, "lost", self.lost_reason)
        self.assertClosed(won, "won")
        self.assertClosings(lost, [{"user_id": self.giver.id, "team_id": self.sales_team_1.id}])
        self.assertClosings(won, [{"user_id": self.giver.id, "outcome": "won"}])

    @users("user_sales_leads")
    def test_taking_back_leaves_the_closing_alone(self):
        handover = self.deal_lost.with_env(self.env).action_hand_over(self.successor.id)
        handover.action_take_back()
        self.assertEqual(self.deal_lost.user_id, self.giver)
        self.assertClosed(self.deal_lost, "lost", self.lost_reason)
        self.assertClosings(self.deal_lost, [{"user_id": self.giver.id}])

    @users("user_sales_leads")
    def test_what_the_closing_cancelled_comes_back_to_the_successor(self):
        deal = self.deal_own.with_env(self.env)
        self.env["crm.lead.lost"].create(
            {
                "lead_ids": deal.ids,
                "lost_reason_id": self.lost_reason.id,
                "activity_choice": "cancel",
            }
        ).action_lost_reason_apply()
        self.assertFalse(self.call.active)
        self.assertFalse(self.meeting.active)
        handover = deal.action_hand_over(self.successor.id)
        self.assertEqual(self.call.user_id, self.successor)
        self.assertEqual(self.meeting.user_id, self.successor)
        deal.action_reopen()
        self.assertTrue(self.call.active)
        self.assertTrue(self.meeting.active)
        self.assertEqual(handover.line_ids.won_status, "lost")

    @users("user_sales_leads")
    def test_what_the_closing_cancelled_goes_back_with_the_deal(self):
        deal = self.deal_own.with_env(self.env)
        for record in (self.call, self.meeting):
            record.sudo().write({"active": False, "cancelled_at_closing": True})
        deal.action_hand_over(self.successor.id).action_take_back()
        self.assertEqual(self.call.user_id, self.giver)
        self.assertEqual(self.meeting.user_id, self.giver)

    @users("user_sales_leads")
    def test_activities_that_are_done_stay(self):
        self.call.sudo().action_feedback(feedback="Done")
        self.deal_own.with_env(self.env).action_hand_over(self.successor.id)
        self.assertEqual(self.call.user_id, self.giver)
