from odoo import api, fields, models
from odoo.fields import Domain


class CrmLostReason(models.Model):
    """What came of the opportunities a reason explains, where it is the main reason."""

    _name = "crm.lost.reason"
    _inherit = ["crm.lost.reason", "crm.close.figures"]

    won_back_rate = fields.Float(
        "Won back",
        compute="_compute_won_back_rate",
        help="Of the opportunities lost for this reason, how many were reopened and won after all.",
    )

    won_back_label = fields.Char(
        "Won back, of those lost",
        compute="_compute_won_back_rate",
        help="Of the opportunities lost for this reason, how many were reopened and won after "
        "all. Below the least number of closings that the settings ask for, no rate is told.",
    )

    @api.depends("closing_ids")
    @api.depends_context("company", "uid", "allowed_company_ids", "lang")
    def _compute_won_back_rate(self):
        closings = self.env["crm.lead.closing"]
        recovered = Domain("recovered_count", "=", 1) & Domain("is_counted", "=", True)
        won_back = closings._get_figures_domain() & Domain(
            [
                ("reason_id", "in", self.ids),
                ("outcome", "=", "lost"),
                ("reopened_date", "!=", False),
                ("lead_id.closing_ids", "any", recovered),
            ]
        )
        counts = dict(closings._read_figures(won_back, ["reason_id"], ["__count"]))
        for reason in self:
            won_back_count = counts.get(reason._origin, 0)
            reason.won_back_rate = won_back_count and won_back_count / reason.lost_count
            reason.won_back_label = closings._format_rate(won_back_count, reason.lost_count)
