from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    close_min_rate_base = fields.Integer(related="company_id.close_min_rate_base", readonly=False)
