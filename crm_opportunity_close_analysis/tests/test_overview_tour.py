from odoo.tests import tagged

from odoo.addons.crm_opportunity_close.tests.test_tours import ClosingTours


@tagged("post_install", "-at_install")
class TestOverviewTour(ClosingTours):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.lead.closing"].search([]).unlink()
        cls.deal_own.action_set_lost(
            lost_reason_id=cls.reason_price.id, competitor_id=cls.competitor.id
        )
        cls.deal_other.action_set_won(closed_revenue=1800)

    def test_manager_finds_out_why(self):
        self.start_closing_tour("overview_manager", self.user_sales_manager)

    def test_salesperson_sees_own_figures(self):
        self.start_closing_tour("overview_salesperson", self.user_sales_salesman)

    def test_manager_narrows_the_page_down(self):
        self.start_closing_tour("overview_filters", self.user_sales_manager)

    def test_salesperson_who_handed_over(self):
        self.deal_own.user_id = self.user_sales_leads
        self.start_closing_tour("overview_handed_over", self.user_sales_salesman)

    def test_a_link_stays_in_the_address(self):
        link = "/odoo/win-loss?period=this_quarter&amount_to=999999&user_id=99999999999"
        self.start_closing_tour("overview_link", self.user_sales_manager, url=link)
