from datetime import timedelta

from odoo import fields
from odoo.tests import Form, tagged, users

from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestFacts(TestCloseCommon):
    """What the window says of an opportunity, each only where it is true."""

    def _get_facts(self, leads):
        return Form(self.env["crm.lead.lost"].with_context(default_lead_ids=leads.ids)).facts

    @users("user_sales_salesman")
    def test_nothing_is_said_of_a_new_opportunity(self):
        self.assertFalse(self._get_facts(self.deal_own))

    @users("user_sales_leads")
    def test_each_fact_where_it_is_true(self):
        now = fields.Datetime.now()
        self.env["mail.message"].sudo().create(
            {
                "model": "crm.lead",
                "res_id": self.deal_own.id,
                "message_type": "email",
                "author_id": self.contact_1.id,
                "date": now - timedelta(days=43),
            }
        )
        for day in ("2026-01-01", "2026-02-01", "2026-03-01"):
            self.deal_own.date_deadline = day
            self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s WHERE id = %s",
            [now - timedelta(days=61), self.deal_own.id],
        )
        self.env.invalidate_all()
        self.assertEqual(
            self._get_facts(self.deal_own),
            "Last word from the customer 43 days ago · "
            f"61 days in {self.stage_team1_1.name} · Expected closing moved 2 times",
        )
        self.assertFalse(self._get_facts(self.deals), "of a selection nothing is said")

    @users("user_sales_leads")
    def test_days_in_a_stage_beside_those_of_won_ones(self):
        now = fields.Datetime.now()
        won = self.env["crm.lead"].create(
            [
                {
                    "name": f"Won {number}",
                    "type": "opportunity",
                    "team_id": self.sales_team_1.id,
                    "stage_id": self.stage_team1_1.id,
                }
                for number in range(5)
            ]
        )
        self.flush_tracking()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s WHERE id = ANY(%s)",
            [now - timedelta(days=18), won.ids],
        )
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s WHERE id = %s",
            [now - timedelta(days=30), self.deal_own.id],
        )
        self.env.invalidate_all()
        won.action_set_won()
        self.flush_tracking()
        name = self.stage_team1_1.name
        self.assertIn(f"30 days in {name} (won ones: 18)", self._get_facts(self.deal_own))
        won[:2].action_reopen()
        self.assertNotIn("won ones", self._get_facts(self.deal_own), "four say too little")

    @users("user_sales_leads")
    def test_at_most_three_queries(self):
        deal = self.deal_own.with_env(self.env)
        deal._get_closing_facts()
        self.env.flush_all()
        before = self.cr.sql_log_count
        deal._get_closing_facts()
        self.assertLessEqual(self.cr.sql_log_count - before, 3)
