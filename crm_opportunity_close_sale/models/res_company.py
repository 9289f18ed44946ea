from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    close_won_on_order = fields.Selection(
        [("ask", "Ask first"), ("always", "Win at once"), ("never", "No change")],
        "Win the opportunity when its order is confirmed",
        default="ask",
        required=True,
        help="Ask first: whoever confirms the order is asked whether the opportunity is won. An "
        "order confirmed online leaves the salesperson an activity instead.\n"
        "Win at once: the opportunity is won at once, with what its orders are worth.\n"
        "No change: the opportunity stays as it is.",
    )
