from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    feedback_active = fields.Boolean(related="company_id.feedback_active", readonly=False)
    feedback_outcomes = fields.Selection(related="company_id.feedback_outcomes", readonly=False)
    feedback_delay_days = fields.Integer(related="company_id.feedback_delay_days", readonly=False)
    feedback_reminder_days = fields.Integer(
        related="company_id.feedback_reminder_days", readonly=False
    )
    feedback_min_amount = fields.Monetary(
        related="company_id.feedback_min_amount",
        currency_field="feedback_currency_id",
        readonly=False,
    )
    feedback_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the least amount"
    )
    feedback_opportunities_only = fields.Boolean(
        related="company_id.feedback_opportunities_only", readonly=False
    )
    feedback_contact_months = fields.Integer(
        related="company_id.feedback_contact_months", readonly=False
    )
    feedback_sender = fields.Selection(related="company_id.feedback_sender", readonly=False)
    feedback_mailbox = fields.Char(related="company_id.feedback_mailbox", readonly=False)
    feedback_internal_domains = fields.Char(
        related="company_id.feedback_internal_domains", readonly=False
    )
