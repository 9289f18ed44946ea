from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged, users

from odoo.addons.mail.tests.common import mail_new_test_user

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
                }
            ],
        )

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
    def test_won_back(self):
        """Delta of the two deals lost for their budget, Lima of the three lost for the price."""
        rates = self._seen(self.reason_budget + self.reason_price + self.reason_spam)
        self.assertEqual(rates.mapped("won_back_rate"), [1 / 2, 1 / 3, 0])

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
        """Since the first of the month; disqualified deals and mistakes do not count."""
        team = self.sales_team_1.with_env(self.env)
        with freeze_time("2024-05-31 12:00:00"):
            self.assertRecordValues(team, [{"closing_month_count": 1, "win_rate_month": 1}])
        team.invalidate_recordset()
        with freeze_time("2024-04-30 12:00:00"):
            # Golf and Hotel lost in April, Delta won in May
            self.assertRecordValues(team, [{"closing_month_count": 3, "win_rate_month": 1 / 3}])
            domain = team.action_view_win_rate_month()["domain"]
            self.assertEqual(self.env["crm.lead.closing"].search_count(domain), 3)
        team.invalidate_recordset()
        with freeze_time("2024-06-30 12:00:00"):
            self.assertRecordValues(team, [{"closing_month_count": 0, "win_rate_month": 0}])

    def _get_digest(self, company, start, end):
        digest = self.env["digest.digest"].sudo().create({"name": "Ours", "company_id": company.id})
        digest = digest.with_user(self.env.user).with_company(company)
        return digest.with_context(
            start_datetime=datetime.fromisoformat(start), end_datetime=datetime.fromisoformat(end)
        )

    @users("user_sales_manager")
    def test_digest(self):
        for company in (self.company_main, self.company_2):
            digest = self._get_digest(company, "2024-01-01", "2024-12-31")
            rows = [
                row
                for row in self._get_rows(company, lead_type="opportunity")
                if row["company_id"] == company.id
            ]
            with self.subTest(company=company.name):
                self.assertEqual(
                    digest.kpi_crm_deals_lost_value,
                    len(self._get_lost(rows)),
                )
                self.assertAlmostEqual(
                    digest.kpi_crm_win_rate_value, self._get_rate(rows) * 100, places=4
                )
                self.assertEqual(
                    digest.kpi_crm_opportunities_won_value,
                    sum(row["outcome"] == "won" and row["is_current"] for row in rows),
                )

    @users("user_sales_manager")
    def test_digest_without_closings(self):
        digest = self._get_digest(self.company_main, "1999-01-01", "1999-12-31")
        self.assertEqual(digest.kpi_crm_win_rate_value, 0)
        self.assertEqual(digest.kpi_crm_deals_lost_value, 0)

    def test_digest_counts_the_won_by_their_status(self):
        """Core takes every deal at 100 % for won; this one waits in a normal stage."""
        lead = self.closings.lead_id.filtered(lambda lead: lead.name == "Foxtrot").copy(
            {"user_id": self.user_sales_leads.id, "stage_id": self.stage_team1_1.id}
        )
        lead.probability = 100
        self.env.flush_all()
        now = datetime.now()
        self.env.cr.execute("UPDATE crm_lead SET date_closed = %s WHERE id = %s", [now, lead.id])
        self.env.invalidate_all()
        self.assertRecordValues(lead, [{"won_status": "pending", "probability": 100}])
        digest = self._get_digest(
            self.company_main, str(now - timedelta(days=1)), str(now + timedelta(days=1))
        ).with_user(self.user_sales_manager)
        self.assertEqual(digest.kpi_crm_opportunities_won_value, 0)

    def test_digest_of_those_who_may_not_know(self):
        user = mail_new_test_user(self.env, "close_digest", "base.group_user")
        digest = self._get_digest(self.company_main, "2024-01-01", "2024-12-31").with_user(user)
        for name in ("kpi_crm_deals_lost_value", "kpi_crm_win_rate_value"):
            with self.assertRaises(AccessError):
                digest.read([name])

    def test_digest_mail(self):
        """Our figures come with links that open the analysis."""
        digest = self.env["digest.digest"].create(
            {"name": "Ours", "kpi_crm_deals_lost": True, "kpi_crm_win_rate": True}
        )
        kpis = digest._compute_kpis(self.company_main, self.user_sales_manager)
        ours = {kpi["kpi_name"]: kpi for kpi in kpis}
        for name in ("kpi_crm_deals_lost", "kpi_crm_win_rate"):
            action = ours[name]["kpi_action"].partition("?")[0]
            self.assertEqual(self.env.ref(action).res_model, "crm.lead.closing")
