from odoo.tests import tagged

from .handover import HandoverCase
from .test_tours import ClosingTours


@tagged("post_install", "-at_install")
class TestHandoverTours(ClosingTours, HandoverCase):
    """People handing deals over in a browser; the database is asserted after each tour."""

    def test_selection_and_taking_it_back(self):
        self.start_closing_tour("handover_selection", self.giver)
        handover = self.env["crm.handover"].search([])
        self.assertRecordValues(
            handover, [{"user_id": self.successor.id, "lead_count": 2, "taken_back_count": 2}]
        )
        self.assertEqual(self.book.user_id, self.giver)
        self.assertEqual((self.call + self.meeting.activity_ids).user_id, self.giver)

    def test_card_and_form(self):
        self.start_closing_tour("handover_card_and_form", self.giver)
        self.assertEqual((self.deal_own + self.deal_second).user_id, self.successor)

    def test_leaver(self):
        self.user_sales_manager.group_ids += self.env.ref("base.group_erp_manager")
        action = self.env.ref("base.action_res_users")
        self.start_closing_tour(
            "handover_leaver",
            self.user_sales_manager,
            f"/odoo/action-{action.id}/{self.giver.id}",
        )
        self.assertFalse(self.giver.active)
        self.assertEqual(self.book.user_id, self.successor)
        self.assertEqual(self.call.exists().user_id, self.successor)
