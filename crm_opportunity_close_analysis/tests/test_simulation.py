from collections import Counter

import numpy as np
from scipy.stats import binom, rankdata

from odoo.tests import BaseCase, tagged

from ..report.crm_lead_closing_changes import get_changes
from ..report.crm_lead_closing_movers import get_moves
from ..statistics import FAMILY_LEVEL, PAGE_LEVEL, get_fisher_p

SIZES = (5, 10, 30, 100, 1000)
PAGES = 400
MIN_BASE = 10
# How often each reason, and each competitor or none, stands behind what is lost.
REASONS = [0.3, 0.2, 0.15, 0.1, 0.1, 0.05, 0.05, 0.05]
COMPETITORS = [0.15, 0.1, 0.05, 0.05, 0.65]


@tagged("post_install", "-at_install")
class TestSimulation(BaseCase):
    """How often a page marks anything, by the function that decides what it marks."""

    def setUp(self):
        super().setUp()
        self.random = np.random.default_rng(20240229)

    def _draw(self, count, rate):
        """The closings of a period: days are skewed, and many revenues are alike.

        :return: whether each is won, its days and its revenue
        """
        is_won = self.random.random(count) < rate
        days = self.random.lognormal(np.where(is_won, 3.5, 4.2), 0.9)
        revenue = np.round(self.random.lognormal(8.5, 1.1, count), -3)
        return is_won, days, revenue

    def _sum(self, is_won, days, revenue):
        """The figures of a period, as the page has them."""
        figures = {"is_enough": len(is_won) >= MIN_BASE, "win_rate": float(is_won.mean())}
        for outcome, chosen in (("won", is_won), ("lost", ~is_won)):
            figures[outcome] = int(chosen.sum())
            figures[f"revenue_{outcome}"] = float(revenue[chosen].sum())
            figures[f"days_{outcome}"] = float(np.median(days[chosen])) if chosen.any() else None
        return figures

    def _rank(self, now, before):
        """Values of two periods as ``get_changes`` takes them."""
        values = np.concatenate([now, before])
        ties = np.unique(values, return_counts=True)[1].astype(float)
        rank_sum = float(rankdata(values)[: len(now)].sum())
        return len(now), len(before), rank_sum, float((ties**3 - ties).sum())

    def _get_moved(self, lost):
        """The reasons and competitors said to move, though their shares are as they were."""
        now, before = {}, {}
        for counts, total in ((now, lost), (before, 4 * lost)):
            reasons = self.random.multinomial(total, REASONS)
            competitors = self.random.multinomial(total, COMPETITORS)[:-1]
            for index, number in enumerate([*reasons, *competitors]):
                if number:
                    counts[index] = int(number)
        risen, fallen, __ = get_moves(now, lost, before, 4 * lost)
        return risen + fallen

    def _get_marks(self, count, rate_now, rate_before):
        """The names of the figures that the page of two periods marks."""
        periods = self._draw(count, rate_now), self._draw(count, rate_before)
        samples = {}
        for outcome in ("won", "lost"):
            won_now, won_before = (won if outcome == "won" else ~won for won, *__ in periods)
            for name, column in ((f"days_{outcome}", 1), (f"revenue_{outcome}_each", 2)):
                now, before = (period[column] for period in periods)
                samples[name] = self._rank(now[won_now], before[won_before])
        changes = get_changes(*(self._sum(*period) for period in periods), samples)
        return [name for name, change in changes.items() if change["is_significant"]]

    def test_where_nothing_changed_few_pages_mark_anything(self):
        for count in SIZES:
            with self.subTest(closings=count):
                lost = round(count * 0.6)
                pages = [
                    self._get_marks(count, 0.4, 0.4) + self._get_moved(lost)
                    for _page in range(PAGES)
                ]
                self.assertLessEqual(sum(map(bool, pages)) / PAGES, PAGE_LEVEL)

    def test_what_changed_is_marked(self):
        """Few figures of few closings are; the same change of many closings always is."""
        marks = Counter(name for _page in range(PAGES) for name in self._get_marks(300, 0.6, 0.4))
        self.assertGreater(marks["win_rate"] / PAGES, 0.95)
        self.assertLess(marks["days_won"] / PAGES, PAGE_LEVEL)

    def test_the_win_rate_alone(self):
        """50 closings in each period, 40 % and 60 %: the exact share of pages that see it."""

        def get_power(level):
            return sum(
                binom.pmf(before, 50, 0.4) * binom.pmf(now, 50, 0.6)
                for before in range(51)
                for now in range(51)
                if get_fisher_p(now, 50 - now, before, 50 - before) <= level
            )

        self.assertGreater(get_power(PAGE_LEVEL), 0.5)
        self.assertGreater(get_power(FAMILY_LEVEL / 5), 0.2, "in a family of five, at the worst")
