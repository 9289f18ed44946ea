from collections import Counter
from statistics import median

from odoo.tests import tagged, users

from ..statistics import get_wilson_interval
from .overview_case import YEAR, OverviewCase


@tagged("post_install", "-at_install")
class TestCompetition(OverviewCase):
    """What is won against competitors, and lost to them, beside what the rows say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rival, cls.stranger = cls.env["crm.competitor"].create(
            [{"name": "Initech"}, {"name": "Umbrella"}]
        )
        cls.company_main.close_min_rate_base = 4
        none = cls.env["crm.lost.reason"]
        for competitor, outcome, reason in (
            (cls.competitor, "won", none),
            (cls.competitor, "lost", cls.reason_budget),
            (cls.competitor, "lost", none),
            (cls.competitor, "lost", cls.unspecified),
            (cls.competitor, "lost", cls.reason_spam),
            (cls.rival, "won", cls.reason_fit),
            (cls.rival, "lost", cls.reason_price),
        ):
            cls._close(
                "2024-06-03 09:00",
                cls.user_sales_leads,
                cls.stage_team1_1,
                (outcome, reason),
                10,
                competitor=competitor,
            )
        cls._close(
            "2024-06-04 09:00",
            cls.user_sales_leads,
            cls.stage_team1_1,
            ("lost", cls.reason_price),
            10,
            competitor=cls.stranger,
            is_mistake=True,
        )

    @users("user_sales_manager")
    def test_numbers_equal_those_of_the_rows(self):
        found = self.env["crm.lead.closing"].get_competition(YEAR)
        counts = Counter(
            (row["competitor_id"], row["outcome"])
            for row in self._get_rows()
            if row["competitor_id"] and row["loss_type"] != "disqualified"
        )
        self.assertEqual(
            [row["id"] for row in found["competitors"]], [self.competitor.id, self.rival.id]
        )
        for row in found["competitors"]:
            won, lost = (counts[row["id"], outcome] for outcome in ("won", "lost"))
            self.assertEqual((row["won"], row["lost"]), (won, lost))
            self.assertEqual(row["win_rate"], won / (won + lost))
            self.assertEqual(row["win_rate_interval"], get_wilson_interval(won, won + lost))
            self.assertEqual(sum(row["reasons"].values()), lost)
        self.assertEqual([row["is_enough"] for row in found["competitors"]], [True, False])

    @users("user_sales_manager")
    def test_what_nobody_has_explained_is_one_column(self):
        found = self.env["crm.lead.closing"].get_competition(YEAR)
        self.assertEqual(
            found["competitors"][0]["reasons"],
            {self.reason_price.id: 1, self.reason_budget.id: 1, 0: 2},
        )
        self.assertEqual(
            [(row["id"], row["lost"]) for row in found["reasons"]],
            [(self.reason_price.id, 2), (self.reason_budget.id, 1), (0, 2)],
        )

    @users("user_sales_manager")
    def test_the_domain_is_that_of_the_numbers(self):
        closings = self.env["crm.lead.closing"]
        found = closings.get_competition(YEAR)
        total = sum(row["won"] + row["lost"] for row in found["competitors"])
        self.assertEqual(closings.search_count(found["domain"]), total)

    @users("user_sales_manager")
    def test_the_median_gap_is_that_of_known_prices(self):
        for asked, paid, reason, is_mistake in (
            (200, 100, self.reason_price, False),
            (100, 90, self.reason_price, False),
            (100, 130, self.reason_budget, False),
            (0, 50, self.reason_price, False),  # nothing was asked: no gap
            (100, 1, self.reason_spam, False),
            (100, 2, self.reason_price, True),
        ):
            self._close(
                "2024-06-05 09:00",
                self.user_sales_leads,
                self.stage_team1_1,
                ("lost", reason),
                asked,
                winning_price=paid,
                competitor=self.rival,
                is_mistake=is_mistake,
            )
        found = self.env["crm.lead.closing"].get_competition(YEAR)["competitors"]
        gaps = {row["id"]: (row["price_gap"], row["price_gap_count"]) for row in found}
        self.assertEqual(gaps[self.competitor.id], (None, 0))
        gap, count = gaps[self.rival.id]
        self.assertAlmostEqual(gap, median([0.5, 0.1, -0.3]))
        self.assertEqual(count, 3)
        domain = [("competitor_id", "=", self.rival.id), ("is_counted", "=", True)]
        known = [("winning_price", ">", 0), ("expected_revenue", ">", 0)]
        self.assertEqual(self.env["crm.lead.closing"].search_count(domain + known), count)

    @users("user_sales_salesman")
    def test_own_closings_only(self):
        found = self.env["crm.lead.closing"].get_competition(YEAR)
        (row,) = found["competitors"]
        self.assertEqual((row["id"], row["won"], row["lost"]), (self.competitor.id, 0, 1))
