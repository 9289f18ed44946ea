from odoo import api, fields, models
from odoo.tools import SQL


class CrmLeadClosing(models.Model):
    """What closings are measured and grouped by (``docs/analysis.md`` has the formulas).

    The *rate base* is what a win rate is taken of: every closing but mistakes, which never
    count, and disqualified ones, which were never a real opportunity.
    """

    _inherit = "crm.lead.closing"

    source_id = fields.Many2one("utm.source", readonly=True, help="Where the deal came from.")
    medium_id = fields.Many2one("utm.medium", readonly=True, help="How the deal reached you.")
    campaign_id = fields.Many2one(
        "utm.campaign", readonly=True, help="The campaign that brought the deal."
    )
    country_id = fields.Many2one(
        "res.country", readonly=True, help="The country of the deal when it was closed."
    )
    tag_ids = fields.Many2many(
        related="lead_id.tag_ids", string="Tags", help="The tags the deal has now."
    )
    win_rate = fields.Float(
        "Win rate",
        compute="_compute_win_rate",
        store=True,
        precompute=True,
        aggregator="avg",
        help="Won deals among all closed ones. Disqualified deals and mistakes are left out.",
    )
    win_rate_value = fields.Float(
        "Win rate by value",
        compute="_compute_win_rate",
        store=True,
        precompute=True,
        aggregator="avg",
        help="Closed revenue of won deals, divided by the same plus the expected revenue of "
        "lost deals. Disqualified deals and mistakes are left out.",
    )
    revenue_lost = fields.Monetary(
        "Revenue lost",
        currency_field="company_currency",
        compute="_compute_revenue_lost",
        store=True,
        precompute=True,
        help="The expected revenue of lost deals, as it was when they were lost. Disqualified "
        "deals are left out: there was nothing to lose.",
    )
    recovered_count = fields.Integer(
        "Recovered deals",
        compute="_compute_recovered_count",
        store=True,
        precompute=True,
        help="Deals that had been lost, were reopened, and won after all.",
    )

    @api.depends("outcome")
    def _compute_win_rate(self):
        for closing in self:
            closing.win_rate = closing.win_rate_value = float(closing.outcome == "won")

    @api.depends("outcome", "loss_type", "expected_revenue")
    def _compute_revenue_lost(self):
        lost = self.filtered(
            lambda closing: closing.outcome == "lost" and closing.loss_type != "disqualified"
        )
        (self - lost).revenue_lost = 0
        for closing in lost:
            closing.revenue_lost = closing.expected_revenue

    @api.depends("outcome")
    def _compute_recovered_count(self):
        """Settled when the row is written: a merge later on rewrites no history."""
        won = self.filtered(lambda closing: closing.outcome == "won")
        (self - won).recovered_count = 0
        for closing in won:
            closing.recovered_count = any(
                past.outcome == "lost"
                and past.date <= closing.date
                and past.reopened_date
                and not past.is_mistake
                for past in closing.lead_id.closing_ids
            )

    def _read_group_select(self, aggregate_spec, query):
        """Take the average of a rate over its base, whatever else is in the group.

        The rate of a group without any such closing is empty rather than zero. Amounts of
        several currencies become the current company's, also where its own rate is not 1.
        """
        select = super()._read_group_select
        if aggregate_spec.endswith(":sum_currency"):
            company = self.env.company
            rates = company.currency_id._get_rates(company, fields.Date.context_today(self))
            own_rate = rates[company.currency_id.id]
            return SQL("%s * %s", select(aggregate_spec, query), own_rate)
        if aggregate_spec == "win_rate:avg":
            return self._get_rate_base_sql(select(aggregate_spec, query), query)
        if aggregate_spec == "win_rate_value:avg":
            won = self._get_rate_base_sql(select("closed_revenue:sum_currency", query), query)
            lost = self._get_rate_base_sql(select("revenue_lost:sum_currency", query), query)
            return SQL("(%(won)s / NULLIF(%(won)s + %(lost)s, 0))", won=won, lost=lost)
        return select(aggregate_spec, query)

    def _read_group_groupby(self, alias, groupby_spec, query):
        """Group by tags without reading the deals: both tables know the deal's id."""
        if groupby_spec != "tag_ids":
            return super()._read_group_groupby(alias, groupby_spec, query)
        field = self.env["crm.lead"]._fields["tag_ids"]
        tags = query.make_alias(alias, "tag_ids")
        condition = SQL(
            "%s = %s", SQL.identifier(alias, "lead_id"), SQL.identifier(tags, field.column1)
        )
        query.add_join("LEFT JOIN", tags, field.relation, condition)
        return SQL.identifier(tags, field.column2)

    def _get_rate_base_sql(self, aggregate, query):
        """Let an aggregate see the rate base only.

        :param SQL aggregate: a call of an aggregate function
        :param Query query: what it is taken of
        :rtype: SQL
        """
        return SQL(
            "%s FILTER (WHERE %s IS NOT TRUE AND %s IS DISTINCT FROM 'disqualified')",
            aggregate,
            self._field_to_sql(self._table, "is_mistake", query),
            self._field_to_sql(self._table, "loss_type", query),
        )
