from odoo.tests import HttpCase, tagged

from .common import TestCloseSaleCommon


@tagged("post_install", "-at_install")
class TestSaleTours(HttpCase, TestCloseSaleCommon):
    """People confirming quotations and losing deals in a browser."""

    # On a busy machine one request may keep the others waiting for longer than usual.
    test_cursor_lock_timeout = 60

    def test_an_order_wins_its_deal(self):
        url = f"/odoo/action-sale.action_quotations/{self.quotation_own.id}"
        self.start_tour(url, "crm_close_sale_order_wins", login=self.user_sales_salesman.login)
        self.env.invalidate_all()
        self.assertClosed(self.deal_own, "won")
        self.assertEqual(self.deal_own.closed_revenue, 150)
        self.assertEqual(self.quotation_own.state, "sale")

    def test_a_cancelled_quotation_says_why(self):
        url = f"/odoo/action-sale.action_quotations/{self.quotation_own.id}"
        self.start_tour(url, "crm_close_sale_cancelled", login=self.user_sales_salesman.login)
        self.env.invalidate_all()
        self.assertRecordValues(
            self.quotation_own, [{"state": "cancel", "close_reason_id": self.reason_price.id}]
        )
        self.assertOpen(self.deal_own)

    def test_quotations_end_with_a_lost_deal(self):
        url = f"/odoo/crm/{self.deal_own.id}"
        self.start_tour(url, "crm_close_sale_lost", login=self.user_sales_salesman.login)
        self.env.invalidate_all()
        self.assertClosed(self.deal_own, "lost", self.reason_price)
        self.assertEqual(self.quotations.mapped("state"), ["cancel", "draft"])
