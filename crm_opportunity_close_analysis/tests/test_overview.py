from collections import defaultdict

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tests import tagged, users

from odoo.addons.mail.tests.common import mail_new_test_user

from .overview_case import YEAR, OverviewCase


@tagged("post_install", "-at_install")
class TestOverview(OverviewCase):
    """Each figure of the overview, calculated a second time from the rows themselves."""

    @users("user_sales_manager")
    def test_figures_of_the_period(self):
        overview = self._get()
        self.assertFigures(overview["figures"], self._count(self._get_rows()))
        self.assertEqual(
            {name: overview["figures"][name] for name in ("won", "lost", "disqualified")},
            {"won": 2, "lost": 6, "disqualified": 1},
            "the mistake, and the other company's closings, are in no figure",
        )
        self.assertEqual(overview["figures"]["unspecified"], 2, "also what has no reason at all")
        self.assertEqual(overview["figures"]["win_rate"], 0.25)
        self.assertEqual(overview["figures"]["revenue_won"], 340)
        self.assertEqual(overview["currency_id"], self.currency.id)

    @users("user_sales_manager")
    def test_team_and_current_only(self):
        rows = self._get_rows()
        team = [row for row in rows if row["team_id"] == self.sales_team_1.id]
        self.assertFigures(self._get(team_id=self.sales_team_1.id)["figures"], self._count(team))
        current = [row for row in rows if row["is_current"]]
        self.assertEqual(len(rows) - len(current), 1)
        self.assertFigures(self._get(current_only=True)["figures"], self._count(current))

    @users("user_sales_manager")
    def test_losses(self):
        overview = self._get()
        for name, column in [
            ("reasons", "reason_id"),
            ("stages", "stage_id"),
            ("competitors", "competitor_id"),
        ]:
            expected = defaultdict(lambda: [0, 0.0])
            for row in self._get_rows():
                if row["outcome"] == "lost" and row["loss_type"] != "disqualified":
                    expected[row[column] or False][0] += 1
                    expected[row[column] or False][1] += row["expected_revenue"]
            if name == "reasons":  # what nobody has explained is one group
                count, revenue = expected.pop(self.unspecified.id)
                expected[False] = [expected[False][0] + count, expected[False][1] + revenue]
            figures = {row["id"]: [row["count"], row["revenue"]] for row in overview[name]}
            self.assertEqual(figures, expected, name)
            self.assertEqual(
                sum(row["count"] for row in overview[name]), overview["figures"]["lost"]
            )
        unknown = [row["count"] for row in overview["reasons"] if row["is_unknown"]]
        self.assertEqual(unknown, [overview["figures"]["unspecified"]], "told once")
        self.assertEqual(
            [row["id"] for row in overview["stages"]],
            (self.stage_team1_1 + self.stage_team1_2).sorted("sequence").ids,
            "in the order of the pipeline",
        )

    @users("user_sales_manager")
    def test_losses_from_a_deleted_stage(self):
        """It keeps its name, and its losses are not those from no stage."""
        before = {row["id"]: row for row in self._get()["stages"]}
        stage = self.stage_team1_2.sudo()
        name = stage.name
        self.env["crm.lead"].sudo().with_context(active_test=False).search(
            [("stage_id", "=", stage.id)]
        ).stage_id = self.stage_team1_1
        stage.unlink()
        *others, last = self._get()["stages"]
        expected = {**before[stage.id], "id": False, "name": name, "is_deleted": True}
        self.assertEqual(last, expected)
        self.assertEqual([row["id"] for row in others], [self.stage_team1_1.id])

    @users("user_sales_manager")
    def test_salespeople(self):
        people = defaultdict(list)
        for row in self._get_rows():
            people[row["user_id"] or False].append(row)
        overview = {row.pop("id"): row for row in self._get()["salespeople"]}
        self.assertEqual(overview.keys(), people.keys())
        for user_id, rows in people.items():
            self.assertTrue(overview[user_id].pop("name"))
            if user_id:
                self.assertFigures(overview[user_id], self._count(rows))
            else:
                self.assertEqual((overview[user_id]["lost"], overview[user_id]["won"]), (1, 0))

    @users("user_sales_manager")
    def test_the_figures_of_the_analysis(self):
        """What has one name is one number, on the page and behind it."""
        overview = self._get()
        ((won, lost, rate, value_rate),) = self.env["crm.lead.closing"]._read_group(
            overview["domain"],
            [],
            [
                "closed_revenue:sum_currency",
                "revenue_lost:sum_currency",
                "win_rate:avg",
                "win_rate_value:avg",
            ],
        )
        figures = overview["figures"]
        self.assertTrue(figures["disqualified"])
        self.assertAlmostEqual(figures["revenue_won"], won)
        self.assertAlmostEqual(figures["revenue_lost"], lost)
        self.assertAlmostEqual(figures["win_rate"], rate)
        self.assertAlmostEqual(figures["win_rate_value"], value_rate)

    @users("user_sales_manager")
    def test_the_deals_behind(self):
        overview = self._get()
        for domain, figures in [
            (overview["domain"], overview["figures"]),
            (overview["before"]["domain"], overview["before"]["figures"]),
        ]:
            closings = self.env["crm.lead.closing"].search(Domain(domain))
            self.assertEqual(
                len(closings), figures["won"] + figures["lost"] + figures["disqualified"]
            )

    @users("user_sales_manager_mc")
    def test_two_companies_and_currencies(self):
        both = self.company_main + self.company_2
        for company in both:
            overview = (
                self.env["crm.lead.closing"]
                .with_context(allowed_company_ids=(company + both).ids)
                .get_overview(YEAR)
            )
            self.assertEqual(overview["currency_id"], company.currency_id.id)
            self.assertFigures(
                overview["figures"],
                self._count(self._get_rows(company=both), company.currency_id.id),
            )
        only = self.env["crm.lead.closing"].with_context(allowed_company_ids=self.company_2.ids)
        figures = only.get_overview(YEAR)["figures"]
        self.assertEqual((figures["revenue_won"], figures["revenue_lost"]), (900, 600))

    @users("user_sales_salesman")
    def test_salesperson_sees_own_figures(self):
        overview = self._get()
        rows = self._get_rows()
        own = [row for row in rows if row["user_id"] == self.env.uid]
        self.assertLess(len(own), len(rows))
        self.assertFigures(overview["figures"], self._count(own))
        self.assertTrue(overview["own_only"])
        self.assertFalse(overview["teams"])
        self.assertEqual([row["id"] for row in overview["salespeople"]], [self.env.uid])

    def test_a_new_salesperson_has_no_figures(self):
        """What nobody was the salesperson of is not theirs, though they may read it."""
        user = mail_new_test_user(self.env, "close_new", "sales_team.group_sale_salesman")
        overview = self.env["crm.lead.closing"].with_user(user).get_overview(YEAR)
        self.assertTrue(overview["own_only"])
        self.assertFalse(any(overview["figures"].values()))
        self.assertIsNone(overview["figures"]["win_rate"])

    @users("user_sales_manager")
    def test_opportunities_leads_or_both(self):
        """Clearing out leads leaves the win rate of opportunities as it is."""
        before = self._get()["figures"]
        for hour in (10, 11, 12):
            self._close(
                f"2024-02-09 {hour}:00",
                self.user_sales_leads,
                self.stage_team1_1,
                ("lost", self.reason_price),
                7,
                lead_type="lead",
            )
        rows = self._get_rows()
        leads = [row for row in rows if row["lead_type"] == "lead"]
        self.assertEqual(self._get()["figures"], before)
        self.assertFigures(self._get(lead_type="lead")["figures"], self._count(leads))
        self.assertFigures(self._get(lead_type=False)["figures"], self._count(rows))

    @users("user_sales_manager")
    def test_wrong_options_are_answered_in_plain_words(self):
        for team in ("x", ["x"], -1, 2**40, float("inf"), {"id": 1}):
            with self.subTest(team=team), self.assertRaisesRegex(UserError, "not a sales team"):
                self._get(team_id=team)
        for lead_type in ("deal", 1, None, []):
            with (
                self.subTest(lead_type=lead_type),
                self.assertRaisesRegex(UserError, "opportunities, leads, or both"),
            ):
                self._get(lead_type=lead_type)
        for options in (None, "x", [], 7):
            with self.subTest(options=options), self.assertRaisesRegex(UserError, "not a period"):
                self.env["crm.lead.closing"].get_overview(options)
        team = self.sales_team_1.id
        self.assertEqual(self._get(team_id=str(team)), self._get(team_id=team))

    @users("user_sales_leads")
    def test_who_sees_all_may_choose_a_team(self):
        overview = self._get()
        self.assertFalse(overview["own_only"])
        self.assertIn(self.sales_team_1.id, [team["id"] for team in overview["teams"]])

    @users("user_sales_manager")
    def test_nothing_closed(self):
        overview = self._get(date_from="2020-01-01", date_to="2020-12-31")
        self.assertFalse(any(overview["figures"].values()))
        self.assertIsNone(overview["figures"]["win_rate"], "nothing is not a rate of zero")
        for name in ("reasons", "stages", "competitors", "salespeople", "months"):
            self.assertEqual(overview[name], [], name)
