from odoo import fields, models
from odoo.tools import SQL


class CrmLeadClosing(models.Model):
    """How closings are aggregated and grouped (``docs/analysis.md`` has the formulas)."""

    _inherit = "crm.lead.closing"

    tag_ids = fields.Many2many(
        related="lead_id.tag_ids", string="Tags", help="The tags the deal has now."
    )

    def _read_group_select(self, aggregate_spec, query):
        """Take the average of a rate over counted closings, whatever else is in the group.

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
            return self._get_counted_sql(select(aggregate_spec, query), query)
        if aggregate_spec == "win_rate_value:avg":
            won = self._get_counted_sql(select("closed_revenue:sum_currency", query), query)
            lost = self._get_counted_sql(select("revenue_lost:sum_currency", query), query)
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

    def _get_counted_sql(self, aggregate, query):
        """Let an aggregate see counted closings only.

        :param SQL aggregate: a call of an aggregate function
        :param Query query: what it is taken of
        :rtype: SQL
        """
        is_counted = self._field_to_sql(self._table, "is_counted", query)
        return SQL("%s FILTER (WHERE %s)", aggregate, is_counted)
