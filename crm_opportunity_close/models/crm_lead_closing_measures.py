from odoo import api, fields, models


class CrmLeadClosing(models.Model):
    """The columns that figures are made of (``docs/analysis.md`` has the formulas).

    A closing that is *counted* is the base of every rate: it was no mistake, and the deal was
    a real opportunity (not disqualified).
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
    is_counted = fields.Boolean(
        "Counted",
        compute="_compute_is_counted",
        store=True,
        precompute=True,
        help="Counted as won or lost in every figure: neither a mistake nor disqualified.",
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
        "deals and mistakes are left out: there was nothing to lose.",
    )
    recovered_count = fields.Integer(
        "Recovered deals",
        compute="_compute_recovered_count",
        store=True,
        precompute=True,
        help="Deals that had been lost, were reopened, and won after all.",
    )

    @api.depends("is_mistake", "loss_type")
    def _compute_is_counted(self):
        for closing in self:
            closing.is_counted = not closing.is_mistake and closing.loss_type != "disqualified"

    @api.depends("outcome")
    def _compute_win_rate(self):
        for closing in self:
            closing.win_rate = closing.win_rate_value = float(closing.outcome == "won")

    @api.depends("outcome", "is_counted", "expected_revenue")
    def _compute_revenue_lost(self):
        lost = self.filtered(lambda closing: closing.outcome == "lost" and closing.is_counted)
        (self - lost).revenue_lost = 0
        for closing in lost:
            closing.revenue_lost = closing.expected_revenue

    @api.depends("outcome")
    def _compute_recovered_count(self):
        """Computed once, when the row is written: a later merge does not change it."""
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
