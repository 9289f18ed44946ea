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

    def test_funnel_and_movers(self):
        self.start_closing_tour(
            "overview_details", self.user_sales_manager, "/odoo/win-loss?period=this_month"
        )
