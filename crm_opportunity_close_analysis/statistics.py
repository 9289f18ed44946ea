"""The statistics behind the figures, on plain numbers (``docs/analysis.md`` has the formulas)."""

from math import erfc, sqrt

# On a page on which nothing changed, anything is marked in at most one case of ten. The page
# shows two families of comparisons, its figures and what moves; they share that level.
PAGE_LEVEL = 0.1
FAMILY_LEVEL = PAGE_LEVEL / 2
# The quantile of the normal distribution that leaves 5 % outside, on both sides together.
Z_95 = 1.959963984540054
# Tables this much likelier than the one seen are taken for as likely: floats are not exact.
TOLERANCE = 1e-7
# Weights below, relative to the likeliest table, add nothing to a sum.
NEGLIGIBLE = 1e-290
# Samples of which the smaller has at most so many values are compared exactly, unless values
# are equal or the other sample has more than the second number.
EXACT_SMALLER, EXACT_BIGGER = 8, 200


def get_wilson_interval(count, total):
    """The Wilson score interval of a rate, 95 %, without continuity correction.

    :param int count: how many of ``total``
    :return: the lower and the upper end, from 0 to 1; None where ``total`` is 0
    :rtype: tuple[float, float] | None
    """
    if not total:
        return None
    z2 = Z_95**2
    rate = count / total
    center = (rate + z2 / (2 * total)) / (1 + z2 / total)
    margin = Z_95 * sqrt(rate * (1 - rate) / total + z2 / (4 * total**2)) / (1 + z2 / total)
    low = 0.0 if count == 0 else max(0.0, center - margin)
    high = 1.0 if count == total else min(1.0, center + margin)
    return low, high


def get_value_interval(won, lost, squares):
    """The interval of a win rate by value, 95 %: Wilson's, of Kish's effective number.

    A few big closings say as little as few closings: n amounts count as many as equal ones
    would that spread as much, (their sum)² ÷ (the sum of their squares), at most n.

    :param float won: the sum of the amounts won
    :param float lost: the sum of those lost
    :param float squares: the sum of the squares of both
    :return: as of ``get_wilson_interval``; None where there is no such rate
    :rtype: tuple[float, float] | None
    """
    total = won + lost
    if not squares or min(won, lost) < 0 or not total:
        return None
    number = total**2 / squares
    return get_wilson_interval(number * (won / total), number)


def get_fisher_p(won1, lost1, won2, lost2):
    """The two-sided p-value of Fisher's exact test of a table of two rows.

    It is the probability, given the margins, of all tables that are at most as likely as
    this one. Only tables near the likeliest one are visited, so the time grows with the
    square root of the numbers.

    :return: from 0 to 1; 1 where a row or a column is empty
    :rtype: float
    """
    first, won, total = won1 + lost1, won1 + won2, won1 + lost1 + won2 + lost2
    if not first or not won or first == total or won == total:
        return 1.0
    weights = _get_table_weights(first, won, total)
    limit = weights.get(won1, 0.0) * (1 + TOLERANCE)
    values = sorted(weights.values())
    return min(1.0, sum(value for value in values if value <= limit) / sum(values))


def _get_table_weights(first, won, total):
    """How likely the tables with these margins are, relative to the likeliest one.

    :param int first: the sum of the first row
    :param int won: the sum of the first column
    :param int total: the sum of all
    :return: first cell → weight, without negligible ones
    :rtype: dict[int, float]
    """

    def get_ratio(cell):
        """How much likelier the table with the next cell is."""
        return (first - cell) * (won - cell) / ((cell + 1) * (total - first - won + cell + 1))

    mode = (first + 1) * (won + 1) // (total + 2)
    weights = {mode: 1.0}
    for cell in range(mode, min(first, won)):
        weights[cell + 1] = weights[cell] * get_ratio(cell)
        if weights[cell + 1] < NEGLIGIBLE:
            break
    for cell in range(mode - 1, max(0, first + won - total) - 1, -1):
        weights[cell] = weights[cell + 1] / get_ratio(cell)
        if weights[cell] < NEGLIGIBLE:
            break
    return weights


def get_mann_whitney_p(count1, count2, rank_sum1, tie_sum):
    """The two-sided p-value of the Mann–Whitney test of two samples, from their ranks.

    Exact where no values are equal and a sample is small; otherwise the normal
    approximation with corrections for ties and for continuity.

    :param int count1: values in the first sample
    :param int count2: values in the second one
    :param float rank_sum1: the sum of the ranks that the values of the first sample have
        among all values; equal values share the mean of their ranks
    :param float tie_sum: the sum of t³ - t over the groups of t equal values, of both samples
    :return: from 0 to 1; 1 where a sample is empty or all values are equal
    :rtype: float
    """
    if not count1 or not count2:
        return 1.0
    product, total = count1 * count2, count1 + count2
    u1 = rank_sum1 - count1 * (count1 + 1) / 2
    u = max(u1, product - u1)
    smaller, bigger = sorted((count1, count2))
    if not tie_sum and smaller <= EXACT_SMALLER and bigger <= EXACT_BIGGER:
        counts = _count_rank_sums(smaller, bigger)
        return min(1.0, 2 * sum(counts[: product - round(u) + 1]) / sum(counts))
    variance = product / 12 * (total + 1 - tie_sum / (total * (total - 1)))
    if variance <= 0:
        return 1.0
    return min(1.0, erfc(max(0.0, u - product / 2 - 0.5) / sqrt(variance) / sqrt(2)))


def _count_rank_sums(count1, count2):
    """How many ways there are to each value of U, without ties.

    These are the coefficients of the Gaussian binomial coefficient: the product of
    (1 - x^(count2 + i)) / (1 - x^i) for i from 1 to ``count1``.

    :return: for each U from 0 to ``count1`` · ``count2``, the number of ways
    :rtype: list[int]
    """
    counts = [1] + [0] * (count1 * count2)
    for i in range(1, count1 + 1):
        for u in range(len(counts) - 1, count2 + i - 1, -1):
            counts[u] -= counts[u - count2 - i]
        for u in range(i, len(counts)):
            counts[u] += counts[u - i]
    return counts


def adjust_holm(p_values):
    """The p-values of one family, adjusted by Holm's step-down method.

    :param dict p_values: anything → p-value, or None where there is nothing to compare,
        which does not belong to the family
    :return: the same, adjusted: at most 1, never below the one of a smaller p-value
    :rtype: dict
    """
    tested = sorted((p, i, key) for i, (key, p) in enumerate(p_values.items()) if p is not None)
    adjusted, highest = dict.fromkeys(p_values), 0.0
    for rank, (p, _position, key) in enumerate(tested):
        highest = max(highest, min(1.0, p * (len(tested) - rank)))
        adjusted[key] = highest
    return adjusted
