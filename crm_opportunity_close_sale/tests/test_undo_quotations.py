from odoo.exceptions import UserError
from odoo.tests import tagged, users

from .common import TestCloseSaleCommon


@tagged("post_install", "-at_install")
class TestUndoQuotations(TestCloseSaleCommon):
    """Reopening, and Undo, bring back the quotations that the closing cancelled."""

    def _lose(self, leads):
        self.env["crm.lead.lost"].create(
            {
                "lead_ids": leads.ids,
                "lost_reason_id": self.reason_price.id,
                "cancel_quotations": True,
            }
        ).action_lost_reason_apply()
        self.assertEqual(set(self.quotations.mapped("state")), {"cancel"})

    def _get_ways(self, leads):
        return (
            lambda: leads._get_current_closings().with_env(self.env).action_undo(),
            leads.action_reopen,
            leads.action_restore,
        )

    @users("user_sales_manager")
    def test_they_are_what_they_were(self):
        leads = self.deals.with_env(self.env)
        self.quotation_own.state = "sent"
        for way in self._get_ways(leads):
            self._lose(leads)
            way()
            self.assertOpen(leads)
            self.assertEqual(self.quotations.mapped("state"), ["sent", "draft"])
        texts = str(leads[0].message_ids.mapped("body"))
        self.assertIn(f"Quotations brought back: {self.quotation_own.name}", texts)

    @users("user_sales_manager")
    def test_a_draft_where_it_cannot_be_sent(self):
        refusal = "Not without an approval"

        def refuse(order, vals):
            if vals.get("state") == "sent":
                raise UserError(refusal)
            return write(order, vals)

        leads = self.deals.with_env(self.env)
        self.quotation_own.state = "sent"
        self._lose(leads)
        model = self.registry["sale.order"]
        write = model.write
        self.patch(model, "write", refuse)
        leads.action_reopen()
        self.assertEqual(self.quotations.mapped("state"), ["draft", "draft"])

    @users("user_sales_manager")
    def test_what_a_person_cancelled_stays_so(self):
        leads = self.deals.with_env(self.env)
        self._lose(leads)
        self.quotation_own.action_draft()
        self.quotation_own.action_cancel()
        leads.action_reopen()
        self.assertEqual(self.quotations.mapped("state"), ["cancel", "draft"])

    @users("user_sales_manager")
    def test_winning_a_lost_deal_brings_none_back(self):
        leads = self.deals.with_env(self.env)
        self._lose(leads)
        leads.action_set_won()
        self.assertEqual(self.quotations.mapped("state"), ["cancel", "cancel"])
        leads._get_current_closings().with_env(self.env).action_undo()
        self.assertClosed(leads, "lost", self.reason_price)
        self.assertEqual(self.quotations.mapped("state"), ["cancel", "cancel"])
        leads.action_reopen()
        self.assertEqual(self.quotations.mapped("state"), ["draft", "draft"])

    @users("user_sales_manager")
    def test_nothing_is_undone_once_an_order_is_confirmed_or_a_quotation_sent(self):
        self.company_main.close_won_on_order = "never"
        leads = self.deals.with_env(self.env)
        leads.action_set_won()
        closings = leads._get_current_closings().with_env(self.env)
        self.assertEqual(closings.mapped("can_undo"), [True, True])
        self.quotation_own.with_env(self.env).action_confirm()
        self.quotation_other.with_env(self.env).message_post(
            body="Our offer",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.customer.ids,
        )
        self.env.invalidate_all()
        self.assertEqual(closings.mapped("can_undo"), [False, False])
        with self.assertRaisesRegex(UserError, f"{self.quotation_own.name} was confirmed since"):
            closings.action_undo()
        with self.assertRaisesRegex(UserError, "A quotation was sent since"):
            closings.action_undo()
        self.assertClosed(leads, "won")

    @users("user_sales_salesman")
    def test_the_question_whether_it_is_won_is_asked_again(self):
        lead = self.deal_own.with_env(self.env)
        self.quotation_own.with_env(self.env).action_confirm()
        question = self.quotation_own.sudo().won_question_id
        self.assertTrue(question.active)
        self.env.flush_all()
        # The order was confirmed before.
        self.quotation_own.date_order = "2020-01-01 00:00:00"
        lead.action_set_won()
        self.assertFalse(question.active)
        self.assertFalse(question.date_done)
        lead.closing_id.action_undo()
        self.assertOpen(lead)
        self.assertTrue(question.active)
