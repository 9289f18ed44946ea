from odoo.addons.crm.tests.common import TestCrmCommon

from .case import ClosingCase


class TestCloseCommon(TestCrmCommon, ClosingCase):
    """The cast of crm's own tests, closing opportunities.

    ============================  =====================  ==========================
    user                          Odoo's sales group     sees
    ============================  =====================  ==========================
    user_sales_salesman           own documents only     own and unassigned deals
    user_sales_leads              all documents          all deals
    user_sales_manager            administrator          all deals, configuration
    ============================  =====================  ==========================

    ============  ======================  ===================  ==================
    deal          salesperson             stage                expected revenue
    ============  ======================  ===================  ==================
    deal_own      user_sales_salesman     stage_team1_1        100
    deal_other    user_sales_leads        stage_team1_2        2000
    ============  ======================  ===================  ==================
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Most tests close and reopen at once as one person, which is a slip by default.
        cls.env["res.company"].search([]).close_slip_minutes = 0
        cls.env["crm.team.member"].create(
            {"crm_team_id": cls.sales_team_1.id, "user_id": cls.user_sales_salesman.id}
        )
        cls.reason_price = cls.env["crm.lost.reason"].create(
            {"name": "Beaten on price", "loss_type": "competitor", "sequence": 1}
        )
        cls.reason_budget = cls.env["crm.lost.reason"].create(
            {"name": "Budget was cut", "loss_type": "no_decision", "sequence": 2}
        )
        cls.reason_fit = cls.env["crm.lost.reason"].create(
            {"name": "The only one that fits", "outcome": "won"}
        )
        cls.competitor = cls.env["crm.competitor"].create({"name": "Globex"})
        cls.unspecified = cls.env.ref("crm_opportunity_close.lost_reason_unspecified")
        cls.deal_own, cls.deal_other = cls.env["crm.lead"].create(
            [
                {
                    "name": "Own deal",
                    "type": "opportunity",
                    "user_id": cls.user_sales_salesman.id,
                    "team_id": cls.sales_team_1.id,
                    "stage_id": cls.stage_team1_1.id,
                    "expected_revenue": 100,
                    "probability": 20,
                },
                {
                    "name": "Other deal",
                    "type": "opportunity",
                    "user_id": cls.user_sales_leads.id,
                    "team_id": cls.sales_team_1.id,
                    "stage_id": cls.stage_team1_2.id,
                    "expected_revenue": 2000,
                    "probability": 60,
                },
            ]
        )
        cls.deals = cls.deal_own + cls.deal_other
