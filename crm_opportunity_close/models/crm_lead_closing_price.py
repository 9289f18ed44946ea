from odoo import api, fields, models

from .optional_fields import OptionalFloat


class CrmLeadClosing(models.Model):
    """What the customer paid elsewhere, and how far that was below what we asked."""

    _inherit = "crm.lead.closing"

    winning_price = fields.Monetary(
        "Winning price",
        currency_field="company_currency",
        readonly=True,
        aggregator=None,
        help="What the customer paid to whom they chose. 0: not known.",
    )
    price_gap = OptionalFloat(
        "Price gap",
        compute="_compute_price_gap",
        store=True,
        precompute=True,
        aggregator="avg",
        help="By how much the winning price was below the expected revenue of the closing: 20% "
        "means a fifth less, a negative one that it was higher. Empty: not known.",
    )

    @api.depends("expected_revenue", "winning_price")
    def _compute_price_gap(self):
        for closing in self:
            asked, paid = closing.expected_revenue, closing.winning_price
            closing.price_gap = (asked - paid) / asked if asked > 0 and paid else False
