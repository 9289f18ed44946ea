from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged, users

from odoo.addons.mail.tests.common import mail_new_test_user

from .common_analysis import TestAnalysisCommon


@tagged("post_install", "-at_install")
class TestDigest(TestAnalysisCommon):
    """The periodic mail tells what was lost, and the win rate, as the analysis does."""

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

    def _print(self, day):
        """What the mail of a day says about our figures: yesterday, last week, last month."""
        digest = self.env["digest.digest"].create(
            {"name": "Ours", "kpi_crm_deals_lost": True, "kpi_crm_win_rate": True}
        )
        with freeze_time(day):
            kpis = digest._compute_kpis(self.company_main, self.user_sales_manager)
        columns = ("kpi_col1", "kpi_col2", "kpi_col3")
        return {kpi["kpi_name"]: [kpi[name] for name in columns] for kpi in kpis}

    def test_a_rate_is_printed_as_a_rate(self):
        """In the 30 days to 5 March Delta was lost; before, two were lost and one was won."""
        self.company_main.close_min_rate_base = 1
        figures = self._print("2024-03-05 18:00:00")
        month = figures["kpi_crm_win_rate"][2]
        self.assertEqual(month["value"], "0%", "what was lost is a rate")
        self.assertIn("(0% · 0 of 1; before: 33% · 1 of 3)", month["col_subtitle"])
        day = figures["kpi_crm_win_rate"][0]
        self.assertEqual(day["value"], "–", "nothing closed is no rate")
        self.assertIn("(–; before: –)", day["col_subtitle"])
        self.company_main.close_min_rate_base = 3
        month = self._print("2024-03-05 18:00:00")["kpi_crm_win_rate"][2]
        self.assertEqual(month["value"], "0 of 1", "one closing tells no rate")
        self.assertIn("(0 of 1 · too few to tell; before: 33% · 1 of 3)", month["col_subtitle"])

    def test_more_losses_are_no_success(self):
        """A change is not printed as a share of what was, green where it goes up."""
        for name, columns in self._print("2024-02-15 18:00:00").items():
            for column in columns:
                with self.subTest(name, period=column["col_subtitle"]):
                    self.assertFalse(column["margin"])
        lost = self._print("2024-02-15 18:00:00")["kpi_crm_deals_lost"]
        self.assertEqual([column["value"] for column in lost], ["0", "1", "3"])
