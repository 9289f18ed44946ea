from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    close_require_lost_reason = fields.Boolean(
        "Reason for lost opportunities",
        default=True,
        help="An opportunity cannot be lost without a lost reason.",
    )
    close_require_lead_reason = fields.Boolean(
        "Reason for lost leads",
        help="A lead cannot be lost without a lost reason either. "
        "Leave it off where leads come in numbers and most of them are noise.",
    )
    close_require_win_reason = fields.Boolean(
        "Reason for won opportunities",
        help="Pressing Won opens a window that asks why the deal was won. "
        "Leave it off to keep Won a single click.",
    )
