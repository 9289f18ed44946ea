from odoo.exceptions import AccessError
from odoo.tests import Form, tagged, users

from .common import TestCloseSaleCommon


@tagged("post_install", "-at_install")
class TestLostWithQuotations(TestCloseSaleCommon):
    """Losing a deal shows its quotations and orders, and offers to cancel what is open."""

    def _open_window(self, deals, **answers):
        window = Form(self.env["crm.lead.lost"].with_context(default_lead_ids=deals.ids))
        window.lost_reason_id = self.reason_price
        for name, value in answers.items():
            setattr(window, name, value)
        return window.save()

    @users("user_sales_salesman")
    def test_open_quotations_are_cancelled(self):
        window = self._open_window(self.deal_own)
        self.assertEqual(window.quotation_message, f"Open quotations: {self.quotation_own.name}")
        self.assertFalse(window.order_message)
        window.action_lost_reason_apply()
        self.assertClosed(self.deal_own, "lost", self.reason_price)
        self.assertEqual(self.quotations.mapped("state"), ["cancel", "draft"])
        self.assertIn(self.quotation_own.name, str(self.deal_own.message_ids.mapped("body")))

    @users("user_sales_salesman")
    def test_they_can_be_kept(self):
        self._open_window(self.deal_own, cancel_quotations=False).action_lost_reason_apply()
        self.assertClosed(self.deal_own, "lost", self.reason_price)
        self.assertEqual(self.quotation_own.state, "draft")

    @users("user_sales_salesman")
    def test_nothing_happens_where_nobody_was_asked(self):
        deal = self.deal_own.with_env(self.env)
        deal.action_set_lost(lost_reason_id=self.reason_price.id)
        self.assertEqual(self.quotation_own.state, "draft")
        deal.action_reopen()
        vals = {"lead_ids": deal.ids, "lost_reason_id": self.reason_price.id}
        self.env["crm.lead.lost"].create(vals).action_lost_reason_apply()
        self.assertClosed(deal, "lost", self.reason_price)
        self.assertEqual(self.quotation_own.state, "draft")

    @users("user_sales_manager")
    def test_the_deals_left_keep_theirs(self):
        self.deal_other.with_env(self.env).action_set_won()
        self._open_window(self.deals).action_lost_reason_apply()
        self.assertEqual(self.quotations.mapped("state"), ["cancel", "draft"])

    @users("user_sales_manager")
    def test_quotations_of_deals_it_leaves_are_not_shown(self):
        self.deal_other.with_env(self.env).action_set_won()
        window = self._open_window(self.deals)
        self.assertEqual(window.quotation_message, f"Open quotations: {self.quotation_own.name}")

    @users("user_sales_salesman")
    def test_a_confirmed_order_is_a_contradiction(self):
        self.company_main.close_won_on_order = "never"
        self.quotation_own.with_user(self.user_sales_salesman).action_confirm()
        window = self._open_window(self.deal_own)
        self.assertIn(self.quotation_own.name, window.order_message)
        self.assertFalse(window.quotation_message)
        self.assertFalse(self.deal_own.lost_with_order_message)
        window.action_lost_reason_apply()
        self.assertIn(self.quotation_own.name, self.deal_own.lost_with_order_message)
        self.assertEqual(self.quotation_own.state, "sale", "an order is never cancelled")

    @users("user_sales_salesman")
    def test_other_peoples_quotations_are_safe(self):
        vals = {"lead_ids": self.deals.ids, "lost_reason_id": self.reason_price.id}
        with self.assertRaises(AccessError):
            window = self.env["crm.lead.lost"].create({**vals, "cancel_quotations": True})
            window.action_lost_reason_apply()
        self.env.invalidate_all()
        self.assertEqual(self.quotations.mapped("state"), ["draft", "draft"])
        # In the web client the window leaves out what its maker may not read.
        window = self._open_window(self.deals)
        self.assertEqual(window.lead_ids, self.deal_own)
        self.assertNotIn(self.quotation_other.name, window.quotation_message)
        window.action_lost_reason_apply()
        self.assertEqual(self.quotation_own.state, "cancel")
        self.assertEqual(self.quotation_other.state, "draft")
