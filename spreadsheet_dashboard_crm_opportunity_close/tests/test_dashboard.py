import json

from odoo.tests import tagged

from odoo.addons.crm_opportunity_close.tests.test_tours import ClosingTours


@tagged("post_install", "-at_install")
class TestDashboard(ClosingTours):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dashboard = cls.env.ref(
            "spreadsheet_dashboard_crm_opportunity_close.spreadsheet_dashboard_win_loss"
        )
        cls.env["crm.lead.closing"].search([]).unlink()

    def _open(self, user, tour="win_loss_dashboard"):
        url = f"/odoo/dashboards?dashboard_id={self.dashboard.id}"
        self.start_closing_tour(tour, user, url)

    def test_figures_are_those_of_the_overview(self):
        """Three opportunities of two currencies, and a lost one that does not count."""
        eur = self.env.ref("base.EUR")
        eur.active = True
        company = self.env["res.company"].create({"name": "Europe", "currency_id": eur.id})
        self.user_sales_manager.company_ids += company
        spam = self.env["crm.lost.reason"].create(
            {"name": "Never real", "loss_type": "disqualified"}
        )
        third, fourth = self.deal_other.copy(), self.deal_other.copy()
        self.deal_own.action_set_lost(
            lost_reason_id=self.reason_price.id, competitor_id=self.competitor.id
        )
        self.deal_other.action_set_won(closed_revenue=1800)
        third.action_set_lost(lost_reason_id=self.reason_budget.id)
        fourth.action_set_lost(lost_reason_id=spam.id)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead_closing SET company_currency = %s WHERE lead_id = %s",
            [eur.id, third.id],
        )
        self.env.invalidate_all()
        self._open(self.user_sales_manager)

    def test_without_any_closing_of_the_period_no_cell_has_an_error(self):
        closing = {"lead_id": self.deal_own.id, "lead_type": "opportunity", "outcome": "lost"}
        self.env["crm.lead.closing"].create({**closing, "date": "2020-05-06 12:00:00"})
        self._open(self.user_sales_leads)

    def test_without_any_closing_there_is_a_sample(self):
        self._open(self.user_sales_leads, "win_loss_sample")

    def test_sample_looks_like_the_dashboard_and_reads_nothing(self):
        data, sample = (
            json.loads(self.dashboard.spreadsheet_data),
            self.dashboard._get_sample_dashboard(),
        )
        self.assertFalse(sample["pivots"] or sample["lists"] or sample["globalFilters"])
        places, sample_places = (
            [(figure["offset"], figure["data"]["title"]) for figure in each["sheets"][0]["figures"]]
            for each in (data, sample)
        )
        self.assertEqual(sample_places, places)
        cells, sample_cells = (each["sheets"][0]["cells"] for each in (data, sample))
        for place, content in cells.items():
            if not content.startswith("=PIVOT"):
                self.assertEqual(sample_cells[place], content)
        self.assertFalse([each for each in sample_cells.values() if "PIVOT" in each])

    def test_who_may_open_it(self):
        for user, may in (
            (self.user_sales_salesman, False),
            (self.user_sales_leads, True),
            (self.user_sales_manager, True),
        ):
            found = self.env["spreadsheet.dashboard"].with_user(user).search([])
            self.assertEqual(self.dashboard in found, may, user.login)

    def test_every_pivot_and_chart_follows_the_filters(self):
        data = json.loads(self.dashboard.spreadsheet_data)
        filters = {each["id"] for each in data["globalFilters"]}
        charts = [figure["data"] for figure in data["sheets"][0]["figures"]]
        sources = [*data["pivots"].values(), *(c for c in charts if "metaData" in c)]
        self.assertEqual(len(sources), 8)
        for source in sources:
            self.assertEqual(source["fieldMatching"].keys(), filters)
