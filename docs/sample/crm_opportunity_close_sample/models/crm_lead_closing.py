from odoo import fields, models


class CrmLeadClosing(models.Model):
    _inherit = "crm.lead.closing"

    decision_maker_id = fields.Many2one("res.partner", readonly=True)
