from freezegun import freeze_time
from scipy.stats import binomtest

from odoo.tests import tagged, users

from .common_analysis import TestAnalysisCommon


@tagged("post_install", "-at_install")
class TestFigures(TestAnalysisCommon):
    """The figures on reasons, competitors, teams and in the digest are those of the analysis."""

    def _seen(self, records):
        both = (self.company_main + self.company_2).ids
        return records.with_env(self.env).with_context(allowed_company_ids=both)

    @users("user_sales_manager")
    def test_competitor(self):
        rows = self._get_rows(competitor_id=self.competitor.id)
        lost = self._get_lost(rows)
        self.assertEqual(len(rows), 3, "a mistake does not count")
        self.assertRecordValues(
            self._seen(self.competitor),
            [
                {
                    "closing_count": 3,
                    "lost_count": 3,
                    "won_count": 0,
                    "lost_revenue": self._get_amount(lost, "expected_revenue", self.company_main),
                    "won_revenue": 0,
                    "win_rate": 0,
                    "win_rate_label": "0 of 3 · too few to tell",
                    "win_rate_interval": "",
                }
            ],
        )
        self.company_main.sudo().close_min_rate_base = 3
        competitor = self._seen(self.competitor)
        competitor.invalidate_recordset()
        ends = binomtest(0, 3).proportion_ci(method="wilson")
        self.assertEqual(competitor.win_rate_label, "0% · 0 of 3")
        self.assertEqual(competitor.win_rate_interval, f"{ends.low:.0%} – {ends.high:.0%}")

    @users("user_sales_manager")
    def test_where_nothing_counts_there_is_no_rate(self):
        rival = self.env["crm.competitor"].create({"name": "Never met"})
        self.assertFalse(rival.win_rate_label)
        self.assertFalse(rival.win_rate_interval)
        unused = self.env["crm.lost.reason"].create({"name": "Never used"})
        self.assertFalse(unused.won_back_label)

    @users("user_sales_manager")
    def test_reasons(self):
        for reason in self.reason_price + self.reason_budget + self.reason_fit + self.reason_spam:
            rows = self._get_rows(reason_id=reason.id)
            with self.subTest(reason=reason.name):
                self.assertRecordValues(
                    self._seen(reason),
                    [
                        {
                            "closing_count": len(rows),
                            "lost_count": len(self._get_lost(rows)),
                            "lost_revenue": self._get_amount(
                                self._get_lost(rows), "expected_revenue", self.company_main
                            ),
                            "won_revenue": self._get_amount(
                                rows, "closed_revenue", self.company_main
                            ),
                        }
                    ],
                )

    @users("user_sales_manager")
    def test_a_disqualified_deal_is_lost_to_nobody(self):
        """What was never a real opportunity is no deal lost, and makes no rate."""
        deal = self.deal_own.with_user(self.user_sales_manager)
        rival = self.env["crm.competitor"].create({"name": "Hooli"})
        deal.action_set_lost(lost_reason_id=self.reason_spam.id, competitor_id=rival.id)
        self.assertRecordValues(
            rival,
            [{"closing_count": 1, "lost_count": 0, "won_count": 0, "lost_revenue": 0}],
        )

    @users("user_sales_manager")
    def test_leads_are_no_opportunities_lost(self):
        lead = self.deal_own.with_user(self.user_sales_manager)
        lead.type = "lead"
        rival = self.env["crm.competitor"].create({"name": "Hooli"})
        lead.action_set_lost(lost_reason_id=self.reason_price.id, competitor_id=rival.id)
        self.assertRecordValues(
            rival, [{"closing_count": 1, "lost_count": 0, "lost_revenue": 0, "won_count": 0}]
        )

    @users("user_sales_manager")
    def test_won_back(self):
        """Delta of the two deals lost for their budget, Lima of the three lost for the price."""
        rates = self._seen(self.reason_budget + self.reason_price + self.reason_spam)
        self.assertEqual(rates.mapped("won_back_rate"), [1 / 2, 1 / 3, 0])
        self.assertEqual(rates[0].won_back_label, "1 of 2 · too few to tell")

    @users("user_sales_manager")
    def test_figures_open_their_closings(self):
        for record in self.reason_price + self.reason_fit, self.competitor:
            record = self._seen(record)
            domain = record.action_view_closings()["domain"]
            closings = self._seen(self.closings).search(domain)
            self.assertEqual(len(closings), sum(record.mapped("closing_count")))

    @users("user_sales_manager")
    def test_a_competitor_lists_the_deals_that_count(self):
        competitor = self._seen(self.competitor)
        self.assertEqual(len(competitor.closing_ids), competitor.closing_count)
        self.assertNotIn("Echo", competitor.closing_ids.lead_id.mapped("name"))

    @users("user_sales_salesman")
    def test_a_salesperson_sees_own_figures(self):
        own = self._get_rows(competitor_id=self.competitor.id, user_id=self.env.uid)
        self.assertEqual(self.competitor.with_env(self.env).closing_count, len(own))

    @users("user_sales_manager")
    def test_figures_of_many_cost_as_much_as_of_one(self):
        reasons = self._seen(self.reason_price + self.reason_budget + self.reason_fit)
        fields = ("closing_count", "won_back_rate")
        counts = []
        for group in (reasons[:1], reasons):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            for name in fields:
                group.mapped(name)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    @users("user_sales_manager")
    def test_team(self):
        """Since the first of the month; leads, disqualified deals and mistakes do not count."""
        team = self.sales_team_1.with_env(self.env)
        with freeze_time("2024-05-31 12:00:00"):
            self.assertRecordValues(team, [{"closing_month_count": 1, "win_rate_month": 1}])
        team.invalidate_recordset()
        with freeze_time("2024-04-30 12:00:00"):
            self.assertEqual(team.win_rate_month_label, "1 of 2 · too few to tell")
            # Golf lost in April, Delta won in May; Hotel was a lead
            self.assertRecordValues(team, [{"closing_month_count": 2, "win_rate_month": 1 / 2}])
            domain = team.action_view_win_rate_month()["domain"]
            self.assertEqual(self.env["crm.lead.closing"].search_count(domain), 2)
        team.invalidate_recordset()
        with freeze_time("2024-06-30 12:00:00"):
            self.assertRecordValues(team, [{"closing_month_count": 0, "win_rate_month": 0}])
