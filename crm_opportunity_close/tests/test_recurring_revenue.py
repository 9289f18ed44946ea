from odoo.exceptions import AccessError
from odoo.tests import Form, tagged, users

from ..history import record_history
from .common import TestCloseCommon

FNAME = "recurring_revenue_monthly"


@tagged("post_install", "-at_install")
class TestRecurringRevenue(TestCloseCommon):
    """The monthly recurring revenue is kept as it was when the opportunity was closed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_sales_leads.group_ids += cls.env.ref("crm.group_use_recurring_revenues")
        yearly = cls.env["crm.recurring.plan"].create({"name": "Year", "number_of_months": 12})
        cls.deals.write({"recurring_revenue": 1200, "recurring_plan": yearly.id})

    def _get_amounts(self, deal):
        """What the rows of a deal hold, oldest first, read past Odoo."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT recurring_revenue_monthly FROM crm_lead_closing WHERE lead_id = %s ORDER BY id",
            [deal.id],
        )
        return [float(amount) for (amount,) in self.env.cr.fetchall()]

    @users("user_sales_salesman")
    def test_kept_from_whoever_closes(self):
        """Also from those who do not see it."""
        deal = self.deal_own.with_env(self.env)
        deal.action_set_lost(lost_reason_id=self.reason_price.id)
        self.assertEqual(self._get_amounts(deal), [100])
        self.assertNotIn(FNAME, deal.closing_ids.fields_get())
        with self.assertRaises(AccessError):
            deal.closing_ids.read([FNAME])

    @users("user_sales_leads")
    def test_nothing_changes_it_afterwards(self):
        deal = self.deal_other.with_env(self.env)
        deal.write({"recurring_revenue": 2400, "stage_id": self.stage_gen_won.id})
        self.assertEqual(self._get_amounts(deal), [200], "what is written with the closing counts")
        deal.recurring_revenue = 12
        deal.closing_note = "<p>A correction</p>"
        self.assertEqual(self._get_amounts(deal), [200])
        deal.action_reopen()
        deal.action_set_lost(lost_reason_id=self.reason_budget.id)
        self.assertEqual(self._get_amounts(deal), [200, 1])
        self.assertIn(FNAME, deal.closing_ids.fields_get())

    def test_a_merge_changes_none(self):
        self.deals.action_set_lost(lost_reason_id=self.reason_price.id)
        survivor = self.deals.merge_opportunity()
        survivor.recurring_revenue = 0
        self.assertEqual(self._get_amounts(survivor), [100, 100])

    def test_closings_of_the_past(self):
        self.deal_own.action_set_lost(lost_reason_id=self.reason_price.id)
        self.deal_other.write({"recurring_revenue": False, "recurring_plan": False})
        self.deal_other.action_set_won()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET recurring_revenue_monthly = NULL WHERE id = %s",
            [self.deal_other.id],
        )
        self.env.cr.execute("DELETE FROM crm_lead_closing")
        self.env.invalidate_all()
        record_history(self.env)
        self.assertEqual(self._get_amounts(self.deal_own), [100])
        self.assertEqual(self._get_amounts(self.deal_other), [0])

    def test_the_window_won_shows_it(self):
        window = self.env["crm.lead.win"].with_context(default_lead_ids=self.deal_other.ids)
        with Form(window.with_user(self.user_sales_leads)) as form:
            self.assertEqual(form.recurring_revenue_monthly, 100)
        with Form(window.with_user(self.user_sales_manager)) as form:
            self.assertNotIn(FNAME, form._view["fields"])
