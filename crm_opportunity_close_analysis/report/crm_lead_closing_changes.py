from babel.numbers import format_percent

from odoo import api, models
from odoo.tools import SQL
from odoo.tools.misc import babel_locale_parse, get_lang

from ..statistics import (
    FAMILY_LEVEL,
    adjust_holm,
    get_fisher_p,
    get_mann_whitney_p,
    get_wilson_interval,
)

# The figures that are samples of values, one value a closing: measure, outcome → name
SAMPLES = {
    ("days", "won"): "days_won",
    ("days", "lost"): "days_lost",
    ("revenue", "won"): "revenue_won_each",
    ("revenue", "lost"): "revenue_lost_each",
}


def get_changes(now, before, samples):
    """What is more than chance in the change of the page's figures: its marks.

    The win rate is compared by Fisher's exact test, where both periods have enough closings
    for a rate; the others by the Mann–Whitney test. The p-values are adjusted over all that
    are compared. A figure is marked where the adjusted one is at most ``FAMILY_LEVEL`` and the
    number shown (rate, median, mean) moved the same way as the values behind it.

    :param dict now: figures of the period
    :param dict before: those of the period it is compared with
    :param dict samples: name of a figure → how many values now and before, the sum of the
        ranks of those now, and the sum of t³ - t over groups of t equal values
    :return: name of a figure → ``p_value`` and ``p_adjusted`` (None where there is nothing to
        compare), ``is_significant``, and ``direction`` (1, -1, or 0)
    :rtype: dict
    """
    p_values = {
        name: get_mann_whitney_p(*sample) if sample[0] and sample[1] else None
        for name, sample in samples.items()
    }
    is_enough = now["is_enough"] and before["is_enough"]
    tables = now["won"], now["lost"], before["won"], before["lost"]
    p_values["win_rate"] = get_fisher_p(*tables) if is_enough else None
    adjusted = adjust_holm(p_values)
    changes = {}
    for name, p_value in p_values.items():
        direction = _get_direction(now, before, name) if p_value is not None else 0
        agrees = name == "win_rate" or direction == _get_tendency(*samples[name])
        is_small = p_value is not None and adjusted[name] <= FAMILY_LEVEL
        changes[name] = {
            "p_value": p_value,
            "p_adjusted": adjusted[name],
            "is_significant": bool(direction) and agrees and is_small,
            "direction": direction,
        }
    return changes


def _get_sign(number):
    return (number > 0) - (number < 0)


def _get_direction(now, before, name):
    """Whether the number that is shown went up or down."""
    return _get_sign(_get_shown(now, name) - _get_shown(before, name))


def _get_shown(figures, name):
    """A rate, a median, or a mean: what the page shows of a sample that is not empty."""
    outcome = name.removeprefix("revenue_").removesuffix("_each")
    if name == f"revenue_{outcome}_each":
        return figures[f"revenue_{outcome}"] / figures[outcome]
    return figures[name]


def _get_tendency(count_now, count_before, rank_sum, _tie_sum):
    """Whether the values of now are mostly higher or lower than those of before."""
    return _get_sign(rank_sum - count_now * (count_now + count_before + 1) / 2)


class CrmLeadClosing(models.Model):
    """How sure the figures of a period and their changes are."""

    _inherit = "crm.lead.closing"

    @api.model
    def _get_rate_figures(self, won, closed):
        """A win rate with what it is worth.

        :param int won: counted closings that were won
        :param int closed: all counted closings: the base of the rate
        :return: ``win_rate`` and ``win_rate_interval`` (from 0 to 1; None for nothing), and
            ``is_enough``: whether the base is one from which the company shows rates
        :rtype: dict
        """
        return {
            "win_rate": won / closed if closed else None,
            "win_rate_interval": get_wilson_interval(won, closed),
            "is_enough": closed >= self._get_min_rate_base(),
        }

    @api.model
    def _get_min_rate_base(self):
        """The least number of counted closings from which a rate is shown."""
        return max(1, self.env.company.close_min_rate_base)

    @api.model
    def _format_rate(self, count, total):
        """A rate with its base, in words: "33% · 5 of 15", or "1 of 3 · too few to tell".

        :return: the empty string where there is nothing to tell
        :rtype: str
        """
        if not total:
            return ""
        base = self.env._("%(count)s of %(total)s", count=count, total=total)
        if total < self._get_min_rate_base():
            return self.env._("%s · too few to tell", base)
        return f"{self._format_percent(count / total)} · {base}"

    @api.model
    def _format_interval(self, count, total):
        """From where to where a rate may be: "15% – 58%", where its base is enough to tell.

        :rtype: str
        """
        if total < self._get_min_rate_base():
            return ""
        return " – ".join(map(self._format_percent, get_wilson_interval(count, total)))

    @api.model
    def _format_percent(self, rate):
        return format_percent(rate, locale=babel_locale_parse(get_lang(self.env).code))

    @api.model
    def _get_overview_samples(self, domain, before_domain):
        """The rank sums of days and revenue, won and lost apart, of two periods.

        With them come the squares of the period's revenues, which say how evenly it is spread
        over the closings.

        One query, whatever the number of closings: equal values are counted first, then
        ranked together with those of the other period. Amounts are converted before.

        :param Domain domain: the counted closings of the period
        :param Domain before_domain: those of the period it is compared with
        :return: as ``samples`` of ``get_changes``; the sum of the squared revenues
        :rtype: tuple[dict, float]
        """
        closed = SQL(" UNION ALL ").join(
            self._get_samples_sql(closings, is_now)
            for closings, is_now in ((domain, 1), (before_domain, 0))
        )
        rows = self.env.execute_query(
            SQL(
                """
                WITH counted AS (
                    SELECT measure, outcome, value, SUM(is_now)::float8 AS now,
                           COUNT(*)::float8 AS total
                      FROM (%s) AS closed,
                           LATERAL (VALUES ('days', days), ('revenue', revenue))
                                AS sample(measure, value)
                  GROUP BY measure, outcome, value
                ), ranked AS (
                    SELECT *, SUM(total) OVER (PARTITION BY measure, outcome ORDER BY value)
                              - (total - 1) / 2 AS rank
                      FROM counted
                )
                SELECT measure, outcome, SUM(now), SUM(total - now), SUM(now * rank),
                       SUM(total * total * total - total), SUM(now * value * value)
                  FROM ranked
              GROUP BY measure, outcome
                """,
                closed,
            )
        )
        samples = dict.fromkeys(SAMPLES.values(), (0, 0, 0.0, 0.0))
        squares = 0.0
        for measure, outcome, now, before, rank_sum, tie_sum, square_sum in rows:
            samples[SAMPLES[measure, outcome]] = (int(now), int(before), rank_sum, tie_sum)
            squares += square_sum if measure == "revenue" else 0.0
        return samples, squares

    @api.model
    def _get_samples_sql(self, domain, is_now):
        """Outcome, days and revenue of each closing of a period.

        :rtype: SQL
        """
        query = self._search_figures(domain)
        outcome = self._field_to_sql(self._table, "outcome", query)
        factor = self._join_figure_rates(query)
        return query.select(
            SQL("%s AS is_now", is_now),
            SQL("%s AS outcome", outcome),
            SQL("%s::float8 AS days", self._field_to_sql(self._table, "days_to_close", query)),
            SQL(
                "COALESCE(CASE WHEN %s = 'won' THEN %s ELSE %s END, 0)::float8 AS revenue",
                outcome,
                self._get_converted_sql("closed_revenue", query, factor),
                self._get_converted_sql("revenue_lost", query, factor),
            ),
        )
