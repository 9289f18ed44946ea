from odoo import api, fields, models


class CrmCloseFigures(models.AbstractModel):
    """A record closings refer to, with what came of those closings.

    The figures are those of the *counted* closings the user may see; amounts are in the
    currency of the user's company. A model has the inverse field ``closing_ids``.
    """

    _name = "crm.close.figures"
    _description = "Figures of closings"

    lost_count = fields.Integer(
        "Deals lost",
        compute="_compute_figures",
        help="Without disqualified deals and mistakes.",
    )
    won_count = fields.Integer("Deals won", compute="_compute_figures", help="Without mistakes.")
    currency_id = fields.Many2one("res.currency", compute="_compute_figures")
    lost_revenue = fields.Monetary(
        "Revenue lost",
        compute="_compute_figures",
        help="The expected revenue of the deals lost, without disqualified ones, in the currency "
        "of your company.",
    )
    won_revenue = fields.Monetary(
        "Revenue won",
        compute="_compute_figures",
        help="The closed revenue of the deals won, in the currency of your company.",
    )
    win_rate = fields.Float(
        "Win rate",
        compute="_compute_figures",
        help="Won deals among all closed ones. Disqualified deals and mistakes are left out. "
        "Where nothing was won or lost there is no rate.",
    )

    @api.depends("closing_ids")
    @api.depends_context("company", "uid", "allowed_company_ids")
    def _compute_figures(self):
        fname = self._fields["closing_ids"].inverse_name
        groups = self.env["crm.lead.closing"]._read_group(
            [(fname, "in", self.ids), ("is_counted", "=", True)],
            [fname],
            [
                "__count",
                "win_rate:sum",
                "revenue_lost:sum_currency",
                "closed_revenue:sum_currency",
            ],
        )
        figures = {record.id: values for record, *values in groups}
        for record in self:
            count, won, lost_revenue, won_revenue = figures.get(record._origin.id, [0] * 4)
            record.won_count = won
            record.lost_count = count - won
            record.win_rate = count and won / count
            record.lost_revenue = lost_revenue
            record.won_revenue = won_revenue
            record.currency_id = self.env.company.currency_id
