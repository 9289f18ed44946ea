from odoo import fields, models


class CrmStage(models.Model):
    _inherit = "crm.stage"

    allow_won = fields.Boolean(
        "May be won from here",
        default=True,
        help="Whether an opportunity in this stage can be closed as won.",
    )
    allow_lost = fields.Boolean(
        "May be lost from here",
        default=True,
        help="Whether an opportunity in this stage can be closed as lost.",
    )
