from odoo import fields, models


class CrmLeadHandover(models.TransientModel):
    _inherit = "crm.lead.handover"

    take_quotations = fields.Boolean(
        "Open quotations",
        default=True,
        help="The successor becomes the salesperson of the quotations the customer could still "
        "accept. Confirmed orders stay as they are.",
    )
    quotation_count = fields.Integer(compute="_compute_preview")

    def _set_counts(self, leads):
        result = super()._set_counts(leads)
        self.quotation_count = len(leads._get_quotations_to_transfer())
        return result

    def _get_chosen_kinds(self):
        kinds = super()._get_chosen_kinds()
        return [*kinds, "quotations"] if self.take_quotations else kinds
