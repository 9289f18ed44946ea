from odoo.tests import tagged, users

from .common import TestHandoverSaleCommon


@tagged("post_install", "-at_install")
class TestHandoverQuotations(TestHandoverSaleCommon):
    """Open quotations go with a deal that is handed over, and come back with it."""

    def _open_window(self, deals, **values):
        return super()._open_window(deals, user_id=self.user_sales_manager.id, **values)

    @users("user_sales_leads")
    def test_quotations_go_along_and_come_back(self):
        window = self._open_window(self.deals)
        self.assertEqual(window.quotation_count, 2)
        window.action_hand_over()
        self.assertEqual(self.quotations.user_id, self.user_sales_manager)
        self.assertIn(
            f"Handed over from {self.user_sales_salesman.name} to {self.user_sales_manager.name}",
            self.quotation_own.message_ids[:1].body,
        )
        handover = self.deal_own.handover_line_ids.handover_id
        handover.with_env(self.env).action_take_back()
        self.assertRecordValues(
            self.quotations,
            [{"user_id": self.user_sales_salesman.id}, {"user_id": self.user_sales_leads.id}],
        )

    @users("user_sales_leads")
    def test_they_can_stay(self):
        self._open_window(self.deals, take_quotations=False).action_hand_over()
        self.assertEqual(self.deals.user_id, self.user_sales_manager)
        self.assertRecordValues(
            self.quotations,
            [{"user_id": self.user_sales_salesman.id}, {"user_id": self.user_sales_leads.id}],
        )

    @users("user_sales_leads")
    def test_orders_and_quotations_of_others_stay(self):
        self.quotation_own.action_confirm()
        self.quotation_other.user_id = self.user_sales_salesman
        window = self._open_window(self.deals)
        self.assertEqual(window.quotation_count, 0)
        window.action_hand_over()
        self.assertEqual(self.deals.user_id, self.user_sales_manager)
        self.assertEqual(self.quotations.user_id, self.user_sales_salesman)
