from unittest.mock import patch

from odoo.tests import tagged, users
from odoo.tools.translate import code_translations

from odoo.addons.crm_opportunity_close_sale.models.crm_lead import ORDER_CONFIRMED
from odoo.addons.mail.tests.common import mail_new_test_user

from .common import TestCloseSaleCommon

# What the Confirm button of the form sends along.
AT_THE_FORM = {"validate_analytic": True}


@tagged("post_install", "-at_install")
class TestOrderWins(TestCloseSaleCommon):
    """Confirming an order asks, wins the deal or leaves it, as the company wants."""

    def _confirm(self, order, **context):
        return order.with_env(self.env).with_context(**context).action_confirm()

    def _get_questions(self, deal):
        return deal.activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref(ORDER_CONFIRMED)
        )

    @users("user_sales_salesman")
    def test_the_form_asks(self):
        action = self._confirm(self.quotation_own, **AT_THE_FORM)
        self.assertEqual(action["res_model"], "crm.lead.win")
        self.assertIn(self.quotation_own.name, action["name"])
        self.assertOpen(self.deal_own)
        window = self.env["crm.lead.win"].with_context(**action["context"]).create({})
        self.assertEqual(window.lead_ids, self.deal_own)
        self.assertEqual(window.closed_revenue, 150)
        window.action_win_apply()
        self.assertClosed(self.deal_own, "won")
        self.assertEqual(self.deal_own.closed_revenue, 150)
        self.assertFalse(self._get_questions(self.deal_own))

    @users("user_sales_salesman")
    def test_without_a_form_the_salesperson_is_asked_later(self):
        self.assertIs(self._confirm(self.quotation_own), True)
        self.assertOpen(self.deal_own)
        question = self._get_questions(self.deal_own)
        self.assertEqual(question.user_id, self.user_sales_salesman)
        self.assertIn(self.quotation_own.name, question.summary)
        self.deal_own.with_env(self.env).action_set_won()
        self.assertFalse(self._get_questions(self.deal_own))

    def test_confirmed_online(self):
        order = self.quotation_own.with_user(self.env.ref("base.public_user")).sudo()
        self.assertIs(order.with_context(**AT_THE_FORM).action_confirm(), True)
        self.assertEqual(self._get_questions(self.deal_own).user_id, self.user_sales_salesman)

    def test_confirmed_online_for_somebody_who_has_left(self):
        self.user_sales_salesman.active = False
        order = self.quotation_own.with_user(self.env.ref("base.public_user")).sudo()
        order.action_confirm()
        self.assertFalse(self._get_questions(self.deal_own).user_id)

    def test_confirmed_online_in_the_language_of_the_salesperson(self):
        self.env["res.lang"]._activate_lang("th_TH")
        self.user_sales_salesman.lang = "th_TH"
        order = self.quotation_own.with_user(self.env.ref("base.public_user")).sudo()
        asked = "%(order)s is confirmed: is the opportunity won?"
        with patch.object(
            code_translations,
            "get_python_translations",
            side_effect=lambda _module, lang: {asked: "ชนะ %(order)s"} if lang == "th_TH" else {},
        ):
            order.with_context(lang="en_US").action_confirm()
        self.assertEqual(self._get_questions(self.deal_own).summary, f"ชนะ {order.name}")

    @users("user_sales_salesman")
    def test_always(self):
        self.company_main.close_won_on_order = "always"
        self.company_main.close_require_win_reason = True
        self.assertIs(self._confirm(self.quotation_own, **AT_THE_FORM), True)
        self.assertClosed(self.deal_own, "won")
        self.assertRecordValues(
            self.deal_own.closing_ids,
            [{"closed_revenue": 150, "is_complete": False}],
        )

    @users("user_sales_salesman")
    def test_never(self):
        self.company_main.close_won_on_order = "never"
        self.assertIs(self._confirm(self.quotation_own, **AT_THE_FORM), True)
        self.assertOpen(self.deal_own)
        self.assertFalse(self._get_questions(self.deal_own))

    @users("user_sales_salesman")
    def test_a_deal_that_is_won_is_left_alone(self):
        self.deal_own.with_env(self.env).action_set_won()
        self.assertIs(self._confirm(self.quotation_own, **AT_THE_FORM), True)
        self.assertEqual(self.deal_own.closing_count, 1)

    @users("user_sales_salesman")
    def test_a_lost_deal_whose_order_is_confirmed(self):
        self.company_main.close_won_on_order = "always"
        self.deal_own.with_env(self.env).action_set_lost(lost_reason_id=self.reason_price.id)
        self._confirm(self.quotation_own)
        self.assertClosed(self.deal_own, "won")
        self.assertEqual(self.deal_own.closing_count, 2)

    @users("user_sales_salesman")
    def test_an_order_without_a_deal(self):
        self.quotation_own.opportunity_id = False
        self.assertIs(self._confirm(self.quotation_own, **AT_THE_FORM), True)
        self.assertEqual(self.quotation_own.state, "sale")

    @users("user_sales_manager")
    def test_several_orders_leave_a_question_each(self):
        self._confirm(self.quotations, **AT_THE_FORM)
        self.assertEqual(
            self._get_questions(self.deals).user_id,
            self.user_sales_salesman + self.user_sales_leads,
        )

    @users("user_sales_salesman")
    def test_one_question_an_order(self):
        order = self.quotation_own.with_env(self.env)
        self._confirm(order)
        first = self._get_questions(self.deal_own)
        order._schedule_question()
        self.assertEqual(self._get_questions(self.deal_own), first)

    @users("user_sales_salesman")
    def test_a_cancelled_order_asks_no_more(self):
        second = self.quotation_own.copy()
        self._confirm(self.quotation_own + second)
        order = self.quotation_own.with_env(self.env)
        order._action_cancel()
        self.assertIn(second.name, self._get_questions(self.deal_own).summary)
        order.action_draft()
        self._confirm(order)
        self.assertEqual(len(self._get_questions(self.deal_own)), 2)

    def test_confirmed_by_a_customer_who_is_logged_in(self):
        customer = mail_new_test_user(self.env, "sale_customer", "base.group_portal")
        self.quotation_own.user_id = self.deal_own.user_id = False
        self.quotation_own.with_user(customer).sudo().action_confirm()
        self.assertTrue(self._get_questions(self.deal_own))
        self.assertFalse(self._get_questions(self.deal_own).user_id)
        self.assertNotIn(customer.partner_id, self.deal_own.message_partner_ids)
