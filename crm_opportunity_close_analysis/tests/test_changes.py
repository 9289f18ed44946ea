import numpy as np
from freezegun import freeze_time
from scipy.stats import fisher_exact, mannwhitneyu, norm

from odoo.tests import tagged, users

from ..statistics import FAMILY_LEVEL
from .overview_case import RATES, OverviewCase

HALVES = {"date_from": "2024-07-01", "date_to": "2024-12-31"}
SAMPLES = {
    "days_won": ("won", "days_to_close"),
    "days_lost": ("lost", "days_to_close"),
    "revenue_won_each": ("won", "closed_revenue"),
    "revenue_lost_each": ("lost", "expected_revenue"),
}


@tagged("post_install", "-at_install")
@freeze_time("2025-01-20 12:00:00")
class TestChanges(OverviewCase):
    """What is marked as more than chance, calculated a second time with scipy."""

    @classmethod
    def _close_many(cls):
        """Twelve closings before and as many now: most were lost before, most are won now."""
        one, two, first = cls.user_sales_salesman, cls.user_sales_leads, cls.stage_team1_1
        for index in range(12):
            for month, is_won, revenue in (
                (1 + index % 6, index % 6 == 0, 100 * index),
                (7 + index % 4, index % 6 != 0, 40 * index + 1),
            ):
                company = cls.company_main if index % 2 else cls.company_2
                outcome = "won" if is_won else "lost"
                reason = cls.env["crm.lost.reason"] if is_won else cls.reason_price
                cls._close(
                    f"2024-{month:02}-{1 + index:02} {8 + index:02}:30",
                    one if index % 3 else two,
                    first,
                    (outcome, reason),
                    revenue,
                    company=company,
                )
        cls._close("2024-03-05 09:00", one, first, ("lost", cls.reason_spam), 9999)

    def _get_expected(self, company):
        """The p-values of each figure, from the rows and by a library."""
        rates = {self.currency.id: RATES["main"], self.currency_2.id: RATES["second"]}
        now, before = (
            [row for row in self._get_rows(*days, company) if row["is_counted"]]
            for days in (("2024-07-01", "2025-01-01"), ("2024-01-01", "2024-07-01"))
        )

        def get_values(rows, outcome, column):
            factor = {column: 1} if column == "days_to_close" else rates
            return [
                row[column] / factor.get(row["company_currency"], 1)
                for row in rows
                if row["outcome"] == outcome
            ]

        table = [
            [sum(row["outcome"] == outcome for row in rows) for outcome in ("won", "lost")]
            for rows in (now, before)
        ]
        expected = {"win_rate": fisher_exact(table).pvalue}
        for name, (outcome, column) in SAMPLES.items():
            first, second = (get_values(rows, outcome, column) for rows in (now, before))
            is_small = min(len(first), len(second)) <= 8
            has_ties = len(set(first + second)) < len(first + second)
            method = "exact" if is_small and not has_ties else "asymptotic"
            expected[name] = mannwhitneyu(first, second, method=method).pvalue
        return expected

    def _adjust(self, p_values):
        """Holm's adjustment, by its definition: the worst of all that are as small."""
        ordered = sorted(p_values.values())
        return {
            name: min(
                1,
                max(
                    (len(ordered) - rank) * value
                    for rank, value in enumerate(ordered)
                    if value <= p_value
                ),
            )
            for name, p_value in p_values.items()
        }

    @users("user_sales_manager_mc")
    def test_p_values(self):
        companies = self.company_main + self.company_2
        closings = self.env["crm.lead.closing"].with_context(allowed_company_ids=companies.ids)
        changes = closings.get_overview(HALVES)["changes"]
        expected = self._get_expected(companies)
        adjusted = self._adjust(expected)
        self.assertEqual(changes.keys(), expected.keys())
        for name, change in changes.items():
            with self.subTest(name):
                self.assertAlmostEqual(change["p_value"], expected[name])
                self.assertAlmostEqual(change["p_adjusted"], adjusted[name])
        self.assertTrue(changes["win_rate"]["is_significant"], "2 of 12 before, 10 of 12 now")
        self.assertEqual(changes["win_rate"]["direction"], 1)

    @users("user_sales_manager_mc")
    def test_interval_of_the_rate_by_value(self):
        """The rates less than 1.96 standard errors away, of the number the closings count for."""
        companies = self.company_main + self.company_2
        closings = self.env["crm.lead.closing"].with_context(allowed_company_ids=companies.ids)
        rates = {self.currency.id: RATES["main"], self.currency_2.id: RATES["second"]}
        won, lost = (
            np.array(
                [
                    row[column] / rates[row["company_currency"]]
                    for row in self._get_rows("2024-07-01", "2025-01-01", companies)
                    if row["outcome"] == outcome and row["is_counted"]
                ]
            )
            for outcome, column in (("won", "closed_revenue"), ("lost", "expected_revenue"))
        )
        amounts = np.concatenate([won, lost])
        rate, number = won.sum() / amounts.sum(), amounts.sum() ** 2 / (amounts**2).sum()
        share = norm.ppf(0.975) ** 2 / number
        expected = np.roots([1 + share, -2 * rate - share, rate**2])
        interval = closings.get_overview(HALVES)["win_rate_value_interval"]
        np.testing.assert_allclose(interval, sorted(expected), rtol=1e-3)

    @users("user_sales_manager")
    def test_few_closings_are_no_change(self):
        """Below the setting no rate is compared, and it is no part of the family."""
        self.company_main.sudo().close_min_rate_base = 7
        overview = self._get(**HALVES)
        self.assertEqual(overview["min_rate_base"], 7)
        self.assertFalse(overview["figures"]["is_enough"])
        self.assertIsNone(overview["changes"]["win_rate"]["p_value"])
        self.assertFalse(overview["changes"]["win_rate"]["is_significant"])

    @users("user_sales_manager")
    def test_nothing_before_is_no_change(self):
        overview = self._get(date_from="2024-01-01", date_to="2024-06-30")
        for name, change in overview["changes"].items():
            with self.subTest(name):
                self.assertIsNone(change["p_value"])
                self.assertFalse(change["is_significant"])
                self.assertFalse(change["direction"])

    @users("user_sales_manager_mc")
    def test_every_mark_is_more_than_chance(self):
        companies = self.company_main + self.company_2
        closings = self.env["crm.lead.closing"].with_context(allowed_company_ids=companies.ids)
        for change in closings.get_overview(HALVES)["changes"].values():
            if change["is_significant"]:
                self.assertLessEqual(change["p_adjusted"], FAMILY_LEVEL)
