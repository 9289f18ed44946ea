from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    close_require_lost_reason = fields.Boolean(
        related="company_id.close_require_lost_reason", readonly=False
    )
    close_require_lead_reason = fields.Boolean(
        related="company_id.close_require_lead_reason", readonly=False
    )
    close_require_win_reason = fields.Boolean(
        related="company_id.close_require_win_reason", readonly=False
    )
    close_note_min_letters = fields.Integer(
        related="company_id.close_note_min_letters", readonly=False
    )
    close_slip_minutes = fields.Integer(related="company_id.close_slip_minutes", readonly=False)
    close_lost_activities = fields.Selection(
        related="company_id.close_lost_activities", readonly=False
    )
    close_won_activities = fields.Selection(
        related="company_id.close_won_activities", readonly=False
    )
