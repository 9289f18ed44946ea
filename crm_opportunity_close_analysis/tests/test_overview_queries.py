from odoo.tests import tagged

from odoo.addons.crm_opportunity_close.tests.common import TestCloseCommon

FEW, MANY = 2, 20


@tagged("post_install", "-at_install")
class TestOverviewQueries(TestCloseCommon):
    """The overview costs the same queries, however much it has to tell."""

    def _close(self, number):
        """As many deals lost, each by another person, for another reason, to another company."""
        names = [f"{number}-{index}" for index in range(number)]
        reasons = self.env["crm.lost.reason"].create([{"name": name} for name in names])
        competitors = self.env["crm.competitor"].create([{"name": name} for name in names])
        people = self.env["res.users"].create([{"name": name, "login": name} for name in names])
        stages = self.env["crm.stage"].create([{"name": name} for name in names])
        leads = self.env["crm.lead"].create([{"name": name} for name in names])
        self.env["crm.lead.closing"].create(
            [
                {
                    "lead_id": leads[index].id,
                    "lead_type": "opportunity",
                    "outcome": "lost",
                    "date": f"{2000 + number}-{index % 12 + 1:02}-05",
                    "user_id": people[index].id,
                    "reason_id": reasons[index].id,
                    "loss_type": "other",
                    "competitor_id": competitors[index].id,
                    "stage_id": stages[index].id,
                    "company_currency": self.env.company.currency_id.id,
                }
                for index in range(number)
            ]
        )

    def _count(self, number):
        """:return: the queries of the overview of the year in which so many deals were lost"""
        overview = self.env["crm.lead.closing"].with_user(self.user_sales_manager)
        options = {"date_from": f"{2000 + number}-01-01", "date_to": f"{2000 + number}-12-31"}
        overview.get_overview(options)
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        figures = overview.get_overview(options)
        self.assertEqual(len(figures["salespeople"]), number)
        self.assertEqual(len(figures["reasons"]), number)
        return self.cr.sql_log_count - before

    def test_queries(self):
        for number in (FEW, MANY):
            self._close(number)
        self.env.flush_all()
        self._count(FEW)  # what a server keeps in memory between two requests is there now
        self.assertEqual(self._count(MANY), self._count(FEW))
