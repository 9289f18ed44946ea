from odoo.fields import Command
from odoo.tests import tagged, users

from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestAmounts(TestCloseCommon):
    """The amount and the currency of a closing belong together, whatever the company does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before = cls.env.company.currency_id
        cls.company = cls.env["res.company"].create(
            {"name": "Changing company", "currency_id": cls.before.id}
        )
        # Twice as many of them for the same value.
        cls.after = cls.env["res.currency"].create(
            {
                "name": "ZZZ",
                "symbol": "Z",
                "rate_ids": [
                    Command.create({"name": "2000-01-01", "rate": 2, "company_id": company.id})
                    for company in cls.company
                ],
            }
        )
        cls.user_sales_leads.company_ids += cls.company
        cls.user_sales_leads.company_id = cls.company
        cls.deal = cls.deal_own
        cls.deal.write({"team_id": False, "user_id": cls.user_sales_leads.id})
        cls.deal.company_id = cls.company

    def _assert_amounts(self, deal, lead, row):
        self.env.flush_all()
        self.env.invalidate_all()
        closing = deal.sudo().closing_id
        self.assertEqual(deal.closed_revenue, lead)
        self.assertEqual((closing.closed_revenue, closing.company_currency), (row, self.before))

    @users("user_sales_leads")
    def test_after_a_change_of_currency(self):
        deal = self.deal.with_env(self.env)
        deal.action_set_won(closed_revenue=100)
        self._assert_amounts(deal, 100, 100)
        self.company.currency_id = self.after
        deal.invalidate_recordset()
        self.assertEqual(deal.company_currency, self.after)
        deal.closing_note = "<p>Nothing about money</p>"
        self._assert_amounts(deal, 100, 100)
        deal.closed_revenue = 300
        self._assert_amounts(deal, 300, 150)
        deal.closing_note = "<p>Nothing about money again</p>"
        self._assert_amounts(deal, 300, 150)
        deal.stage_id = self.stage_gen_won
        self._assert_amounts(deal, 300, 150)
        self.env.add_to_compute(deal._fields["closed_revenue"], deal)
        self._assert_amounts(deal, 300, 150)

    @users("user_sales_leads")
    def test_back_to_the_former_currency(self):
        deal = self.deal.with_env(self.env)
        deal.action_set_won(closed_revenue=100)
        self.company.currency_id = self.after
        deal.invalidate_recordset()
        deal.closed_revenue = 300
        self.company.currency_id = self.before
        deal.invalidate_recordset()
        deal.win_reason_id = self.reason_fit
        self._assert_amounts(deal, 300, 150)
        deal.closed_revenue = 120
        self._assert_amounts(deal, 120, 120)

    @users("user_sales_leads")
    def test_a_lead_of_no_company(self):
        """It has the currency of whoever looks."""
        deal = self.deal.with_env(self.env)
        deal.company_id = False
        deal.action_set_won(closed_revenue=100)
        self.company.currency_id = self.after
        deal.invalidate_recordset()
        deal.closing_note = "<p>Seen from elsewhere</p>"
        self._assert_amounts(deal, 100, 100)
        deal.closed_revenue = 50
        self._assert_amounts(deal, 50, 25)

    @users("user_sales_leads")
    def test_a_new_closing_has_the_new_currency(self):
        deal = self.deal.with_env(self.env)
        deal.action_set_won(closed_revenue=100)
        self.company.currency_id = self.after
        deal.invalidate_recordset()
        deal.action_reopen()
        deal.action_set_won(closed_revenue=300)
        self.assertClosings(
            deal,
            [
                {"closed_revenue": 100, "company_currency": self.before.id},
                {"closed_revenue": 300, "company_currency": self.after.id},
            ],
        )
