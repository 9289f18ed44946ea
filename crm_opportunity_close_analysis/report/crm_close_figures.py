from odoo import api, fields, models
from odoo.fields import Domain


class CrmCloseFigures(models.AbstractModel):
    """A record closings refer to, with what came of those closings.

    The figures are those of the *counted* closings of opportunities that are credited to the
    user (see ``_read_figures`` of closings); amounts are in the currency of the user's
    company. A model has the inverse field ``closing_ids``.
    """

    _name = "crm.close.figures"
    _description = "Figures of closings"

    lost_count = fields.Integer(
        "Opportunities lost",
        compute="_compute_figures",
        help="Without leads, disqualified opportunities and mistakes.",
    )
    won_count = fields.Integer(
        "Opportunities won",
        compute="_compute_figures",
        help="Without leads and mistakes.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_figures")
    lost_revenue = fields.Monetary(
        "Revenue lost",
        compute="_compute_figures",
        help="The expected revenue of the opportunities lost, without disqualified ones, in the "
        "currency of your company.",
    )
    won_revenue = fields.Monetary(
        "Revenue won",
        compute="_compute_figures",
        help="What the opportunities won really brought, in the currency of your company.",
    )
    win_rate = fields.Float(
        "Win rate",
        compute="_compute_figures",
        help="Won opportunities among all closed ones. Disqualified ones and mistakes are left "
        "out. Where nothing was won or lost there is no rate.",
    )

    win_rate_label = fields.Char(
        "Win rate and base",
        compute="_compute_figures",
        help="Won opportunities among all closed ones, with their numbers. Below the least number "
        "of closings that the settings ask for, no rate is told.",
    )
    win_rate_interval = fields.Char(
        "95% interval",
        compute="_compute_figures",
        help="Where the rate may be, considering how few or many closings it is made of.",
    )

    @api.depends("closing_ids")
    @api.depends_context("company", "uid", "allowed_company_ids", "lang")
    def _compute_figures(self):
        fname = self._fields["closing_ids"].inverse_name
        closings = self.env["crm.lead.closing"]
        groups = closings._read_figures(
            Domain(fname, "in", self.ids) & closings._get_figures_domain(),
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
            won = round(won)
            record.win_rate_label = closings._format_rate(won, count)
            record.win_rate_interval = closings._format_interval(won, count)
            record.lost_revenue = lost_revenue
            record.won_revenue = won_revenue
            record.currency_id = self.env.company.currency_id
