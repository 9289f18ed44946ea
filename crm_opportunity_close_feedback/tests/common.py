from odoo import fields

from odoo.addons.crm_opportunity_close.tests.common import TestCloseCommon


class FeedbackCommon(TestCloseCommon):
    """Two lost opportunities whose contacts can be asked, by a company that asks.

    ============  =============================  ====================  =====================
    deal          contact                        lost for              worded for customers
    ============  =============================  ====================  =====================
    deal_own      Ana <ana@zimtstern.test>       Beaten on price       The price was too high
    deal_other    Bo <bo@globex.test>            Budget was cut        We had no budget
    ============  =============================  ====================  =====================

    The leader of their team is user_sales_manager.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.write(
            {
                "feedback_active": True,
                "feedback_outcomes": "both",
                "feedback_delay_days": 7,
                "feedback_mailbox": "ask@corp.test",
                "feedback_internal_domains": "corp.test",
            }
        )
        cls.reason_price.customer_wording = "The price was too high"
        cls.reason_budget.customer_wording = "We had no budget"
        cls.reason_fit.customer_wording = "It fits best"
        cls.reason_unworded = cls.env["crm.lost.reason"].create({"name": "We did not like them"})
        cls.ana, cls.bo = cls.env["res.partner"].create(
            [
                {"name": "Ana", "email": "Ana <ana@zimtstern.test>"},
                {"name": "Bo", "email": "bo@globex.test"},
            ]
        )
        cls.sales_team_1.user_id = cls.user_sales_manager
        cls.deals.company_id = cls.company
        cls.deal_own.partner_id, cls.deal_other.partner_id = cls.ana, cls.bo
        cls.deal_own.action_set_lost(lost_reason_id=cls.reason_price.id)
        cls.deal_other.action_set_lost(lost_reason_id=cls.reason_budget.id)
        cls.questions = cls.env["crm.lead.closing.question"]

    @classmethod
    def _age(cls, deals, days):
        """Let the closings of deals be some days old."""
        deals.closing_id.sudo().date = fields.Datetime.subtract(fields.Datetime.now(), days=days)

    def _plan(self):
        """Plan what is due, of the deals of this test alone."""
        return self.questions._plan().filtered(lambda each: each.lead_id in self.deals)

    @classmethod
    def _ask(cls, deal):
        """A question that has been sent about the current closing of a deal."""
        question = cls.questions.create(
            {
                "closing_id": deal.closing_id.id,
                "company_id": cls.company.id,
                "partner_id": deal.partner_id.id,
                "email": deal.partner_id.email_normalized,
                "date_planned": fields.Date.today(),
            }
        )
        question._set_sent()
        return question
