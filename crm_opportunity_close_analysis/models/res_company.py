from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    close_min_rate_base = fields.Integer(
        "Closings for a rate",
        default=10,
        help="A rate of fewer closings is not told: it says too few to tell.",
    )
