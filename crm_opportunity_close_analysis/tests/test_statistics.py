from itertools import combinations
from math import comb
from random import Random

import numpy as np
from scipy.stats import binomtest, fisher_exact, mannwhitneyu, rankdata

from odoo.tests import BaseCase, tagged

from ..statistics import (
    EXACT_BIGGER,
    EXACT_SMALLER,
    adjust_holm,
    get_fisher_p,
    get_mann_whitney_p,
    get_value_interval,
    get_wilson_interval,
)

SIZES = (0, 1, 3, 10, 60, 1000)


@tagged("post_install", "-at_install")
class TestStatistics(BaseCase):
    """What is computed without a library is what scipy computes."""

    def setUp(self):
        super().setUp()
        self.random = Random(20240229)

    def _get_mann_whitney_p(self, first, second):
        ranks, values = rankdata(first + second), first + second
        ties = [values.count(value) for value in set(values)]
        tie_sum = sum(tie**3 - tie for tie in ties)
        return get_mann_whitney_p(len(first), len(second), sum(ranks[: len(first)]), tie_sum)

    def test_wilson_interval(self):
        self.assertIsNone(get_wilson_interval(0, 0))
        pairs = [(self.random.randint(0, total), total) for total in range(1, 200)]
        for count, total in [*pairs, (0, 1), (1, 1), (0, 10**6), (10**6, 10**6), (1, 10**6)]:
            with self.subTest(count=count, total=total):
                expected = binomtest(count, total).proportion_ci(method="wilson")
                for end, value in zip(expected, get_wilson_interval(count, total), strict=True):
                    self.assertAlmostEqual(value, end, 12)

    def test_value_interval_of_equal_amounts_is_that_of_their_number(self):
        for count, total, amount in ((3, 10, 700.0), (0, 4, 2.5), (60, 60, 1e6)):
            won, lost, squares = count * amount, (total - count) * amount, total * amount**2
            expected = get_wilson_interval(count, total)
            for end, value in zip(expected, get_value_interval(won, lost, squares), strict=True):
                self.assertAlmostEqual(value, end, 12)

    def test_value_interval_of_one_big_amount(self):
        """Next to a million, a hundred small ones say hardly more than it alone."""
        low, high = get_value_interval(1e6, 100 * 10.0, 1e12 + 100 * 10.0**2)
        self.assertAlmostEqual(low, get_wilson_interval(1, 1)[0], 2)
        self.assertAlmostEqual(high, 1, 2)

    def test_no_value_interval(self):
        for won, lost, squares in ((0, 0, 0), (-5, 10, 125), (5, -5, 50)):
            self.assertIsNone(get_value_interval(won, lost, squares))

    def test_value_interval_holds_the_rate(self):
        """Of skewed amounts, won by chance or rather the bigger (smaller) ones: in nine of ten
        cases at least, mostly in nineteen of twenty.
        """
        random = np.random.default_rng(20240229)
        size = random.lognormal(8.5, 1.0, 1_000_000)
        for slope in (-0.5, 0, 0.5):
            chance = 1 / (1 + np.exp(0.5 - slope * (np.log(size) - 8.5)))
            rate = float((size * chance).sum() / size.sum())
            for count in (10, 30, 300):
                chosen = random.integers(0, len(size), (1000, count))
                amounts = size[chosen]
                is_won = random.random(amounts.shape) < chance[chosen]
                sums = zip(
                    (amounts * is_won).sum(1),
                    (amounts * ~is_won).sum(1),
                    (amounts**2).sum(1),
                    strict=True,
                )
                intervals = (get_value_interval(*values) for values in sums)
                share = np.mean([low <= rate <= high for low, high in intervals])
                with self.subTest(slope=slope, count=count):
                    self.assertGreaterEqual(share, 0.92)

    def test_fisher(self):
        for _i in range(500):
            size = self.random.choice(SIZES)
            table = [self.random.randint(0, size) for _cell in range(4)]
            with self.subTest(table=table):
                expected = fisher_exact([table[:2], table[2:]]).pvalue
                self.assertAlmostEqual(get_fisher_p(*table), expected, 9)

    def test_fisher_of_extreme_tables(self):
        self.assertEqual(get_fisher_p(0, 0, 0, 0), 1)
        self.assertEqual(get_fisher_p(5, 0, 9, 0), 1, "nothing was ever lost")
        self.assertAlmostEqual(get_fisher_p(5, 0, 0, 5), 2 / comb(10, 5))
        self.assertEqual(get_fisher_p(10**6, 0, 0, 10**6), 0)
        table = [250_000, 750_000, 251_000, 749_000]
        expected = fisher_exact([table[:2], table[2:]]).pvalue
        self.assertAlmostEqual(get_fisher_p(*table), expected, 8)

    def test_mann_whitney(self):
        sizes = (1, 2, 5, EXACT_SMALLER, EXACT_SMALLER + 1, 40, EXACT_BIGGER, EXACT_BIGGER + 1)
        for _i in range(400):
            count1, count2 = self.random.choice(sizes), self.random.choice(sizes)
            highest = self.random.choice([3, 30, 10**9])
            first, second = (
                [self.random.randint(0, highest) for _value in range(count)]
                for count in (count1, count2)
            )
            if len(set(first + second)) == 1:
                continue
            has_ties = len(set(first + second)) < count1 + count2
            is_small = min(count1, count2) <= EXACT_SMALLER and max(count1, count2) <= EXACT_BIGGER
            method = "exact" if is_small and not has_ties else "asymptotic"
            with self.subTest(first=first, second=second):
                expected = mannwhitneyu(first, second, method=method).pvalue
                self.assertAlmostEqual(self._get_mann_whitney_p(first, second), expected, 9)

    def test_mann_whitney_of_few_values_is_a_permutation_test(self):
        """Each way to choose the first sample from these ranks is as likely as any other."""
        first, second = [1, 2, 4], [3, 5, 6, 7]
        sums = [sum(ranks) for ranks in combinations(range(1, 8), 3)]
        extreme = [value for value in sums if abs(value - 12) >= abs(sum(first) - 12)]
        expected = len(extreme) / len(sums)
        self.assertAlmostEqual(self._get_mann_whitney_p(first, second), expected)

    def test_mann_whitney_of_extreme_samples(self):
        self.assertEqual(get_mann_whitney_p(0, 5, 0, 0), 1)
        self.assertEqual(self._get_mann_whitney_p([3, 3], [3, 3, 3]), 1, "all are equal")
        self.assertLess(get_mann_whitney_p(10**6, 10**6, 10**6 * (10**6 + 1) / 2, 0), 1e-300)

    def test_holm(self):
        self.assertEqual(adjust_holm({}), {})
        adjusted = adjust_holm({"a": 0.03, "b": 0.01, "c": None, "d": 0.02, "e": 0.9})
        expected = {"a": 0.06, "b": 0.04, "c": None, "d": 0.06, "e": 0.9}
        self.assertEqual(adjusted.keys(), expected.keys())
        for key, value in expected.items():
            with self.subTest(key):
                if value is None:
                    self.assertIsNone(adjusted[key])
                else:
                    self.assertAlmostEqual(adjusted[key], value)
        self.assertEqual(adjust_holm({1: 0.8, 2: 0.7}), {1: 1.0, 2: 1.0})
