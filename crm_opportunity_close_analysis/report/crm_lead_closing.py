from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_opportunity_close.models.optional_fields import OptionalFloat

DAYS_BY_OUTCOME = {"days_to_win": "won", "days_to_lose": "lost"}
PERCENTILES = {"median": 0.5, "quartiles": [0.25, 0.5, 0.75]}


class CrmLeadClosing(models.Model):
    """How closings are aggregated and grouped (``docs/analysis.md`` has the formulas)."""

    _inherit = "crm.lead.closing"

    tag_ids = fields.Many2many(
        related="lead_id.tag_ids", string="Tags", help="The tags the opportunity has now."
    )

    # One number of both would say nothing: clearing out old losses makes no win slower.
    days_to_close = fields.Float(aggregator=None)
    days_to_win = fields.Float(
        compute="_compute_days_by_outcome",
        aggregator="median",
        help="Days from the creation of the opportunity to its closing, of those won and counted. "
        "Of several: half took fewer days, half took more.",
    )
    days_to_lose = fields.Float(
        compute="_compute_days_by_outcome",
        aggregator="median",
        help="Days from the creation of the opportunity to its closing, of those lost and "
        "counted. Of several: half took fewer days, half took more.",
    )

    # Those of one competitor are few, and one far off would move their average.
    price_gap = OptionalFloat(aggregator="median")

    @api.depends("days_to_close", "outcome", "is_counted")
    def _compute_days_by_outcome(self):
        for closing in self:
            for fname, outcome in DAYS_BY_OUTCOME.items():
                is_meant = closing.is_counted and closing.outcome == outcome
                closing[fname] = is_meant and closing.days_to_close

    def _read_group_select(self, aggregate_spec, query):
        """Take the average of a rate over counted closings, whatever else is in the group.

        The rate of a group without any such closing is empty rather than zero. Amounts of
        several currencies are converted here, and not by core: see ``_get_figure_rates``.
        Besides the aggregates of core there are ``median`` and, as a list of three,
        ``quartiles``, for numbers. Both interpolate between two values.
        """
        fname, _separator, func = aggregate_spec.partition(":")
        if func == "sum_currency":
            factor = self._join_figure_rates(query)
            return SQL("SUM(%s)", self._get_converted_sql(fname, query, factor))
        if func == "median" and fname in DAYS_BY_OUTCOME:
            days = self._read_group_select("days_to_close:median", query)
            return self._get_counted_sql(days, query, DAYS_BY_OUTCOME[fname])
        if func in PERCENTILES:
            field_sql = self._field_to_sql(self._table, fname, query)
            percentile = SQL("PERCENTILE_CONT(%s)", PERCENTILES[func])
            values = SQL("%s WITHIN GROUP (ORDER BY %s)", percentile, field_sql)
            return self._get_counted_sql(values, query) if fname == "price_gap" else values
        if aggregate_spec == "win_rate:avg":
            return self._get_counted_sql(super()._read_group_select(aggregate_spec, query), query)
        if aggregate_spec == "win_rate_value:avg":
            factor = self._join_figure_rates(query)
            amounts = (
                self._get_converted_sql(fname, query, factor)
                for fname in ("closed_revenue", "revenue_lost")
            )
            won, lost = (self._get_counted_sql(SQL("SUM(%s)", sql), query) for sql in amounts)
            return SQL("(%(won)s / NULLIF(%(won)s + %(lost)s, 0))", won=won, lost=lost)
        return super()._read_group_select(aggregate_spec, query)

    @api.model
    def _get_figure_rates(self):
        """What amounts are multiplied by to become those of the user's company.

        All figures are converted with these, at the rates of today. Core's own conversion
        in SQL prefers a rate of the future, and takes the rate of the company's currency
        for 1.

        :return: id of a currency → factor
        :rtype: dict[int, float]
        """
        company = self.env.company
        # There are less than two hundred currencies.
        currencies = self.env["res.currency"].with_context(active_test=False)
        currencies = currencies.search([])  # pylint: disable=no-search-all
        rates = currencies._get_rates(company, fields.Date.context_today(self))
        own_rate = rates[company.currency_id.id]
        return {currency_id: own_rate / rate for currency_id, rate in rates.items()}

    @api.model
    def _get_rates_table_sql(self):
        """The factors of ``_get_figure_rates`` as a table with ``currency_id`` and ``factor``."""
        factors = sorted(self._get_figure_rates().items())
        values = SQL(", ").join(SQL("(%s, %s)", *factor) for factor in factors)
        return SQL("(SELECT * FROM (VALUES %s) AS factors(currency_id, factor))", values)

    def _join_figure_rates(self, query):
        """Join what amounts of closings are multiplied by to a query of closings.

        :return: the factor of a closing
        :rtype: SQL
        """
        rates = query.make_alias(self._table, "company_currency__factors")
        currency = self._field_to_sql(self._table, "company_currency", query)
        condition = SQL("%s = %s", currency, SQL.identifier(rates, "currency_id"))
        query.add_join("LEFT JOIN", rates, self._get_rates_table_sql(), condition)
        return SQL("COALESCE(%s, 1)", SQL.identifier(rates, "factor"))

    def _get_converted_sql(self, fname, query, factor):
        """An amount of a closing, in the currency of the user's company.

        :param str fname: a monetary field of closings
        :param SQL factor: as of ``_join_figure_rates``
        :rtype: SQL
        """
        return SQL("%s * %s", self._field_to_sql(self._table, fname, query), factor)

    @api.model
    def _compare_converted_sql(self, amount, currency, operator, value):
        """Compare an amount, in the currency of the user's company and rounded as there.

        :param SQL amount: an amount
        :param SQL currency: the id of its currency
        :param str operator: one of Python's for comparing numbers, from code only
        :param float value: what it is compared with
        :rtype: SQL
        """
        return SQL(
            """ROUND((%s * COALESCE((SELECT factor FROM %s AS rates
                                      WHERE currency_id = %s), 1))::numeric, %s) %s %s""",
            amount,
            self._get_rates_table_sql(),
            currency,
            self.env.company.currency_id.decimal_places,
            SQL(operator),
            value,
        )

    def _read_group_groupby(self, alias, groupby_spec, query):
        """Group by tags without reading the leads: both tables know the lead's id."""
        if groupby_spec != "tag_ids":
            return super()._read_group_groupby(alias, groupby_spec, query)
        field = self.env["crm.lead"]._fields["tag_ids"]
        tags = query.make_alias(alias, "tag_ids")
        condition = SQL(
            "%s = %s", SQL.identifier(alias, "lead_id"), SQL.identifier(tags, field.column1)
        )
        query.add_join("LEFT JOIN", tags, field.relation, condition)
        return SQL.identifier(tags, field.column2)

    def _get_counted_sql(self, aggregate, query, outcome=None):
        """Let an aggregate see counted closings only, and those of one outcome if it is given.

        :param SQL aggregate: a call of an aggregate function
        :param Query query: what it is taken of
        :rtype: SQL
        """
        condition = self._field_to_sql(self._table, "is_counted", query)
        if outcome:
            is_meant = self._field_to_sql(self._table, "outcome", query)
            condition = SQL("%s AND %s = %s", condition, is_meant, outcome)
        return SQL("%s FILTER (WHERE %s)", aggregate, condition)
