from statistics import median

from odoo.fields import Command
from odoo.tests import tagged, users

from .common_analysis import CASES, TestAnalysisCommon

NO_MISTAKE = [("is_mistake", "=", False)]
MEASURES = {
    "__count": "__count",
    "win_rate": "win_rate:avg",
    "win_rate_value": "win_rate_value:avg",
    "expected_revenue": "expected_revenue:sum_currency",
    "closed_revenue": "closed_revenue:sum_currency",
    "revenue_lost": "revenue_lost:sum_currency",
    "days_to_win": "days_to_win:median",
    "days_to_lose": "days_to_lose:median",
    "price_gap": "price_gap:median",
    "recovered_count": "recovered_count:sum",
    "won_anew_count": "won_anew_count:sum",
}


@tagged("post_install", "-at_install")
class TestAnalysis(TestAnalysisCommon):
    """Every measure is what plain arithmetic on the rows says, whatever it is grouped by."""

    def _see_both(self, **context):
        """The closings of both companies, as the user of the test."""
        both = (self.company_main + self.company_2).ids
        return self.env["crm.lead.closing"].with_context(allowed_company_ids=both, **context)

    def _get_by_hand(self, rows, company):
        return {
            "__count": len(rows),
            "win_rate": self._get_rate(rows),
            "win_rate_value": self._get_value_rate(rows, company),
            "expected_revenue": self._get_amount(rows, "expected_revenue", company),
            "closed_revenue": self._get_amount(
                [row for row in rows if row["outcome"] == "won"], "closed_revenue", company
            ),
            "revenue_lost": self._get_amount(self._get_lost(rows), "expected_revenue", company),
            "days_to_win": self._get_median_days(rows, "won"),
            "days_to_lose": self._get_median_days(rows, "lost"),
            "price_gap": self._get_median_gap(rows),
            "recovered_count": sum(row["recovered_count"] for row in rows),
            "won_anew_count": sum(row["won_anew_count"] for row in rows),
        }

    def _get_median_days(self, rows, outcome):
        days = [
            row["days_to_close"] for row in rows if row["is_counted"] and row["outcome"] == outcome
        ]
        return median(days) if days else False

    def _check_figures(self, model, rows, groupby, key, domain=()):
        """Compare each group that Odoo reads with what the rows say by hand."""
        domain = [*NO_MISTAKE, ("id", "in", self.closings.ids), *domain]
        groups = model._read_group(domain, groupby, list(MEASURES.values()))
        by_hand = {}
        for row in rows:
            by_hand.setdefault(key(row), []).append(row)
        self.assertEqual(len(groups), len(by_hand))
        for group in groups:
            values, figures = group[: len(groupby)], group[len(groupby) :]
            found = tuple(getattr(value, "id", value) or None for value in values)
            expected = self._get_by_hand(by_hand[found], model.env.company)
            read = dict(zip(MEASURES, figures, strict=True))
            for name, figure in expected.items():
                with self.subTest(group=found, measure=name):
                    self.assertAlmostEqual(read[name], figure, places=6)

    @users("user_sales_manager")
    def test_every_dimension(self):
        model = self._see_both()
        rows = self._get_rows()
        self.assertEqual(len(rows), len(CASES) - 1, "the mistake alone is left out")
        names = ("outcome", "reason_id", "loss_type", "competitor_id", "stage_id", "user_id")
        for name in (*names, "team_id", "country_id", "company_id"):
            with self.subTest(dimension=name):
                self._check_figures(model, rows, [name], lambda row, name=name: (row[name],))

    @users("user_sales_manager")
    def test_periods(self):
        model = self._see_both(tz="UTC")
        self._check_figures(
            model,
            self._get_rows(),
            ["date:month", "outcome"],
            lambda row: (row["date"].replace(day=1, hour=0), row["outcome"]),
        )

    @users("user_sales_manager")
    def test_the_closing_date_is_the_users(self):
        """Lima was lost on the last day of 2023 at noon in London: 2024 in Kiritimati."""
        for tz, count in (("Europe/London", 1), ("Pacific/Kiritimati", 0)):
            model = self._see_both(tz=tz)
            groups = model._read_group(
                [("id", "in", self.closings.ids)], ["date:year"], ["__count"]
            )
            self.assertEqual({year.year: n for year, n in groups}.get(2023, 0), count)

    @users("user_sales_manager")
    def test_other_currency(self):
        """The books of the second company are in a currency whose rate is not 1."""
        model = (
            self.env["crm.lead.closing"]
            .with_company(self.company_2)
            .with_context(allowed_company_ids=(self.company_2 + self.company_main).ids)
        )
        self.assertEqual(model.env.company.currency_id.name, "EUR")
        self._check_figures(model, self._get_rows(), [], lambda row: ())

    @users("user_sales_manager")
    def test_current_only(self):
        model = self._see_both()
        rows = self._get_rows(is_current=True)
        self.assertEqual(len(rows), len([case for case in CASES if case.fate == "stays"]))
        self._check_figures(model, rows, [], lambda row: (), [("is_current", "=", True)])

    @users("user_sales_manager")
    def test_empty_rates(self):
        """Where nothing counts, the rate is empty: it is not zero."""
        model = self._see_both()
        spam = [("reason_id", "=", self.reason_spam.id)]
        ((count, rate, value_rate),) = model._read_group(
            spam, [], ["__count", "win_rate:avg", "win_rate_value:avg"]
        )
        self.assertEqual((count, rate, value_rate), (2, False, False))

    @users("user_sales_manager")
    def test_mistakes_never_enter_a_rate(self):
        """Not even for those who leave the filter out."""
        model = self._see_both()
        ours = [("id", "in", self.closings.ids)]
        ((rate, value_rate),) = model._read_group(ours, [], ["win_rate:avg", "win_rate_value:avg"])
        rows = self._get_rows()
        self.assertAlmostEqual(rate, self._get_rate(rows))
        self.assertAlmostEqual(value_rate, self._get_value_rate(rows, self.company_main))

    @users("user_sales_manager")
    def test_tags_are_those_of_the_deal(self):
        model = self._see_both()
        tag = self.tag.with_env(self.env)
        self.assertEqual(
            model._read_group(
                [*NO_MISTAKE, ("id", "in", self.closings.ids)], ["tag_ids"], ["__count"]
            ),
            [(tag, len(CASES) - 1)],
        )
        self.closings.lead_id[0].sudo().tag_ids = [Command.clear()]
        self.assertEqual(model.search_count([("tag_ids", "in", tag.ids)]), len(CASES) - 1)

    @users("user_sales_manager")
    def test_companies_are_apart(self):
        for company in (self.company_main, self.company_2):
            model = self.env["crm.lead.closing"].with_context(allowed_company_ids=company.ids)
            with self.subTest(company=company.name):
                self._check_figures(model, self._get_rows(company), [], lambda row: ())

    @users("user_sales_salesman")
    def test_a_salesperson_sees_own_figures(self):
        rows = self._get_rows(self.company_main, user_id=self.user_sales_salesman.id)
        self.assertEqual(len(rows), len([case for case in CASES if case.user == "salesman"]))
        self._check_figures(
            self.env["crm.lead.closing"], rows, ["reason_id"], lambda row: (row["reason_id"],)
        )

    def test_recovered(self):
        """Won after a loss that was no mistake, and not the other way round."""
        recovered = [closing.lead_id.name for closing in self.closings if closing.recovered_count]
        self.assertEqual(recovered, ["Delta", "Lima"])
        echo = self.closings.lead_id.filtered(lambda lead: lead.name == "Echo")
        echo.action_set_won()
        self.assertEqual(echo.closing_ids.mapped("recovered_count"), [0, 0])
        delta = self.closings.filtered(lambda row: row.lead_id.name == "Delta")
        delta[0].is_mistake = True
        self.assertEqual(delta.mapped("recovered_count"), [0, 1], "rows are not rewritten later")

    def test_every_measure_is_defined(self):
        fields = self.env["crm.lead.closing"].fields_get(MEASURES.keys() - {"__count"})
        for name, description in fields.items():
            self.assertTrue(description.get("help"), name)
            self.assertTrue(description["aggregator"], name)

    def test_days_are_measured_apart(self):
        """No view offers one number of days for what is won and what is lost."""
        model = self.env["crm.lead.closing"]
        names = ["days_to_close", "days_to_win", "days_to_lose"]
        described = model.fields_get(names, ["aggregator"])
        self.assertEqual(
            [described[name].get("aggregator") for name in names], [None, "median", "median"]
        )
