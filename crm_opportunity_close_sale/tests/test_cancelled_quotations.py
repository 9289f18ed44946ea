from odoo import http
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, tagged, users

from .common import TestCloseSaleCommon


@tagged("post_install", "-at_install")
class TestCancelledQuotations(TestCloseSaleCommon):
    """A cancelled quotation may say why; its opportunity goes on, and no figure knows of it."""

    def _cancel(self, reason=None):
        order = self.quotation_own.with_env(self.env)
        order.action_cancel()
        if reason:
            order.close_reason_id = reason
        return order

    @users("user_sales_salesman")
    def test_a_reason_is_optional_and_changes_nothing_else(self):
        order = self._cancel()
        self.assertFalse(order.close_reason_id)
        with Form(order) as form:
            form.close_reason_id = self.reason_price
        self.assertRecordValues(
            order, [{"close_reason_id": self.reason_price.id, "is_declined": False}]
        )
        self.assertOpen(self.deal_own)
        self.assertFalse(self.deal_own.closing_ids)
        self.assertFalse(self.reason_price.closing_count)

    @users("user_sales_salesman")
    def test_offered_are_the_reasons_that_fit(self):
        env = self.env(su=True)
        company = env["res.company"].create({"name": "Second"})
        team = env["crm.team"].create({"name": "Other team"})
        far, others, fitting = env["crm.lost.reason"].create(
            [
                {"name": "Far", "company_id": company.id},
                {"name": "Others only", "team_ids": [Command.set(team.ids)]},
                {"name": "Fits", "company_id": self.company_main.id},
            ]
        )
        order = self._cancel()
        reasons = self.env["crm.lost.reason"]
        offered = reasons.search(order.close_reason_domain)
        self.assertLessEqual(self.reason_price + fitting, offered)
        self.assertFalse(offered & (far + others + self.reason_fit + self.unspecified))

    @users("user_sales_salesman")
    def test_only_what_is_cancelled_has_one(self):
        with self.assertRaisesRegex(ValidationError, "is not cancelled"):
            self.quotation_own.with_env(self.env).close_reason_id = self.reason_price
        order = self._cancel()
        with self.assertRaisesRegex(ValidationError, "explains what was won"):
            order.close_reason_id = self.reason_fit

    @users("user_sales_salesman")
    def test_it_goes_when_the_quotation_is_taken_up_again(self):
        order = self._cancel(self.reason_price)
        self.assertFalse(order.copy().close_reason_id)
        order.action_draft()
        self.assertFalse(order.close_reason_id)
        order.action_cancel()
        self.assertFalse(order.close_reason_id)

    def test_a_reason_in_use_is_not_deleted(self):
        self._cancel(self.reason_price)
        with self.assertRaisesRegex(UserError, "only cancelled quotations"):
            self.reason_price.unlink()

    @users("user_sales_manager")
    def test_reasons_are_merged_here_as_well(self):
        order = self._cancel(self.reason_price)
        self.env["crm.lost.reason.merge"].create(
            {
                "record_ids": [Command.set((self.reason_price + self.reason_budget).ids)],
                "target_id": self.reason_budget.id,
            }
        ).action_merge()
        order.invalidate_recordset()
        self.assertEqual(order.close_reason_id, self.reason_budget)

    @users("user_sales_salesman")
    def test_those_of_a_lost_opportunity_take_its_reason(self):
        before = self.quotation_own.copy({"opportunity_id": self.deal_own.id})
        before.action_cancel()
        window = Form(self.env["crm.lead.lost"].with_context(default_lead_ids=self.deal_own.ids))
        window.lost_reason_id = self.reason_budget
        window.save().action_lost_reason_apply()
        self.assertEqual(self.quotation_own.close_reason_id, self.reason_budget)
        self.assertFalse(before.close_reason_id, "it was cancelled before, and nobody said why")

    def test_what_anybody_writes_later_is_no_answer(self):
        order = self._cancel()
        order.message_post(body="Pity", author_id=self.customer.id, message_type="comment")
        self.assertFalse(order.decline_message, "a colleague cancelled it")


@tagged("post_install", "-at_install")
class TestDeclinedInThePortal(HttpCase, TestCloseSaleCommon):
    """What the customer writes when declining is shown beside the reason."""

    def test_the_words_of_the_customer_are_kept(self):
        order = self.quotation_own
        order.require_signature = True
        order._portal_ensure_token()
        self.authenticate(None, None)
        response = self.url_open(
            f"/my/orders/{order.id}/decline?access_token={order.access_token}",
            data={
                "decline_message": "Too dear & too late",
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        self.assertEqual(response.status_code, 200)
        self.env.invalidate_all()
        self.assertRecordValues(
            order,
            [
                {
                    "state": "cancel",
                    "is_declined": True,
                    "decline_message": "Too dear & too late",
                    "close_reason_id": False,
                }
            ],
        )
        order.message_post(body="Sorry", author_id=self.customer.id, message_type="comment")
        self.assertEqual(order.decline_message, "Too dear & too late")
        order.with_user(self.user_sales_salesman).close_reason_id = self.reason_price
        order.action_draft()
        self.assertRecordValues(
            order, [{"is_declined": False, "decline_message": False, "close_reason_id": False}]
        )
