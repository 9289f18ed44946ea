from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tests import tagged, users

from .overview_case import OverviewCase


@tagged("post_install", "-at_install")
class TestOverviewPeriods(OverviewCase):
    """What the figures are compared with, and the months they come from."""

    @users("user_sales_manager")
    def test_figures_before(self):
        before = self._get()["before"]
        self.assertEqual((before["date_from"], before["date_to"]), ("2023-01-01", "2023-11-20"))
        rows = self._get_rows("2023-01-01", "2023-11-21")
        self.assertEqual(len(rows), 2, "what was closed later last year is not compared")
        self.assertFigures(before["figures"], self._count(rows))

    @users("user_sales_manager")
    def test_period_before(self):
        cases = [
            # a period that is over: the whole period before
            ("2024-10-01", "2024-10-31", "2024-09-01", "2024-09-30"),
            ("2024-03-01", "2024-03-31", "2024-02-01", "2024-02-29"),
            ("2024-07-01", "2024-09-30", "2024-04-01", "2024-06-30"),
            ("2023-01-01", "2023-12-31", "2022-01-01", "2022-12-31"),
            # one that is not: up to the same day
            ("2024-11-01", "2024-11-30", "2024-10-01", "2024-10-20"),
            ("2024-10-01", "2024-12-31", "2024-07-01", "2024-08-20"),
            # any days: as many days before
            ("2024-05-10", "2024-05-19", "2024-04-30", "2024-05-09"),
            ("2024-11-16", "2024-11-25", "2024-11-06", "2024-11-10"),
        ]
        for date_from, date_to, before_from, before_to in cases:
            with self.subTest(date_from=date_from, date_to=date_to):
                before = self.env["crm.lead.closing"]._get_overview_before(
                    date.fromisoformat(date_from), date.fromisoformat(date_to)
                )
                self.assertEqual(tuple(map(str, before)), (before_from, before_to))

    @users("user_sales_manager")
    def test_the_same_days_of_an_earlier_year_never_overlap(self):
        cases = [
            ("2024-02-01", "2024-03-31", "2023-02-01", "2023-03-31"),
            ("2023-01-01", "2023-12-31", "2022-01-01", "2022-12-31"),
            ("2022-01-01", "2023-06-30", "2020-01-01", "2021-06-30"),
        ]
        for date_from, date_to, before_from, before_to in cases:
            with self.subTest(date_from=date_from, date_to=date_to):
                before = self.env["crm.lead.closing"]._get_overview_before(
                    date.fromisoformat(date_from), date.fromisoformat(date_to), "last_year"
                )
                self.assertEqual(tuple(map(str, before)), (before_from, before_to))

    @users("user_sales_manager")
    def test_a_month_partly_in_the_period_is_outside(self):
        months = self._get(date_from="2024-02-10", date_to="2024-04-30")["months"]
        inside = [month["month"] for month in months if month["in_period"]]
        self.assertEqual(inside, ["2024-03-01", "2024-04-01"])
        months = self._get(date_from="2024-04-01", date_to="2024-11-30")["months"]
        self.assertTrue(months[-1]["is_unfinished"] and months[-1]["in_period"])

    @users("user_sales_manager")
    def test_what_is_no_period(self):
        for date_from, date_to in [
            ("2024-99-99", "2024-12-31"),
            ("2024-12-31", "2024-01-01"),
            ("0001-01-01", "2024-01-01"),
            ("2024-01-01", "9999-12-31"),
            ("2024-01-01", False),
            (20240101, 20241231),
        ]:
            with (
                self.subTest(date_from=date_from, date_to=date_to),
                self.assertRaisesRegex(UserError, "not a period"),
            ):
                self._get(date_from=date_from, date_to=date_to)

    @users("user_sales_manager")
    def test_short_month_before_a_longer_one(self):
        with freeze_time("2023-03-30 12:00:00"):
            before = self.env["crm.lead.closing"]._get_overview_before(
                date(2023, 3, 1), date(2023, 3, 31)
            )
        self.assertEqual(before, (date(2023, 2, 1), date(2023, 2, 28)))

    @users("user_sales_manager")
    def test_months(self):
        """The last evening of March in UTC is the first of April in Bangkok."""
        self.env.user.tz = "Asia/Bangkok"
        overview = self._get(date_from="2024-04-01", date_to="2024-04-30")
        self.assertEqual(overview["figures"]["lost"], 3)
        months = overview["months"]
        self.assertEqual([months[0]["month"], months[-1]["month"]], ["2023-12-01", "2024-04-01"])
        self.assertEqual(
            [(month["won"], month["lost"]) for month in months],
            [(0, 1), (1, 0), (1, 3), (0, 0), (0, 3)],
        )
        self.assertEqual([month["in_period"] for month in months], [False] * 4 + [True])
        self.assertEqual([month["win_rate"] for month in months], [0, 1, 0.25, None, 0])
        for month in months:
            self.assertEqual(
                self.env["crm.lead.closing"].search_count(
                    Domain(month["domain"]) & Domain("loss_type", "!=", "disqualified")
                ),
                month["won"] + month["lost"],
            )
