from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    close_won_on_order = fields.Selection(related="company_id.close_won_on_order", readonly=False)
