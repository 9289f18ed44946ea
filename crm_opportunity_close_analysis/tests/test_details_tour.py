from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.crm_opportunity_close.tests.test_tours import ClosingTours


@tagged("post_install", "-at_install")
class TestDetailsTour(ClosingTours):
    """What the overview tells below its figures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.lead"].with_context(active_test=False).search([]).unlink()
        stage = cls.env["crm.stage"].create({"name": "Lead Stage", "sequence": 50})
        cls.leads = cls.env["crm.lead"].create(
            [
                {
                    "name": name,
                    "type": "opportunity",
                    "stage_id": stage.id,
                    "user_id": cls.user_sales_leads.id,
                    "team_id": cls.sales_team_1.id,
                }
                for name in ("Still open", "Lost")
            ]
        )
        cls.env.cr.flush()
        cls.leads[1].action_set_lost(
            lost_reason_id=cls.reason_price.id, competitor_id=cls.competitor.id
        )
        cls.env.cr.flush()
        now = fields.Datetime.now()
        cls._lose(cls.reason_price, cls.competitor, now, 15)
        cls._lose(cls.reason_budget, None, now - relativedelta(months=1, day=20), 60)

    @classmethod
    def _lose(cls, reason, competitor, date, count):
        cls.env["crm.lead.closing"].create(
            [
                {
                    "lead_id": cls.leads[1].id,
                    "lead_type": "opportunity",
                    "company_id": cls.leads.company_id.id,
                    "outcome": "lost",
                    "date": date,
                    "reason_id": reason.id,
                    "loss_type": reason.loss_type,
                    "competitor_id": competitor and competitor.id,
                }
            ]
            * count
        )

    def test_funnel_of_what_is_open(self):
        """What entered a stage is shown where nothing was closed."""
        source = self.env["utm.source"].create({"name": "Fair"})
        self.leads[0].source_id = source
        link = f"/odoo/win-loss?period=this_month&source_id={source.id}"
        self.start_closing_tour("overview_only_open", self.user_sales_manager, link)

    def test_a_change_that_is_no_chance_is_marked(self):
        for month, won in (("02", 45), ("03", 15)):
            self._close_alike("won", f"2024-{month}-10 12:00:00", won)
            self._close_alike("lost", f"2024-{month}-10 12:00:00", 60 - won)
        link = "/odoo/win-loss?period=custom&date_from=2024-03-01&date_to=2024-03-31"
        self.start_closing_tour("overview_marks", self.user_sales_manager, link)

    def _close_alike(self, outcome, date, count):
        closing = {
            "lead_id": self.leads[1].id,
            "lead_type": "opportunity",
            "lead_create_date": f"{date[:8]}01",
            "company_id": self.leads.company_id.id,
            "company_currency": self.leads.company_id.currency_id.id,
            "outcome": outcome,
            "date": date,
            "expected_revenue": 500,
            "closed_revenue": 500 if outcome == "won" else 0,
        }
        self.env["crm.lead.closing"].create([closing] * count)

    def test_funnel_and_movers(self):
        self.start_closing_tour(
            "overview_details", self.user_sales_manager, "/odoo/win-loss?period=this_month"
        )
