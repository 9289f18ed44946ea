from odoo.tests import tagged

from odoo.addons.crm_opportunity_close.tests.test_tours import ClosingTours


@tagged("post_install", "-at_install")
class TestAnalysisTour(ClosingTours):
    def test_from_the_graph_to_the_deal(self):
        self.env["crm.lead.closing"].search([]).unlink()
        self.deal_own.action_set_lost(lost_reason_id=self.reason_price.id)
        self.deal_other.action_set_won()
        self.start_closing_tour("analysis", self.user_sales_manager)
