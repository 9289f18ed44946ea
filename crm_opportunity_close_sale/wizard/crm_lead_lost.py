from odoo import api, fields, models


class CrmLeadLost(models.TransientModel):
    _inherit = "crm.lead.lost"

    quotation_message = fields.Char(compute="_compute_order_messages")
    cancel_quotations = fields.Boolean(
        help="A quotation that stays open can still be accepted by the customer.",
    )
    order_message = fields.Char(compute="_compute_order_messages")

    @api.depends("lead_ids")
    def _compute_order_messages(self):
        for wizard in self:
            leads = wizard._get_shown_leads()
            wizard.quotation_message = wizard.order_message = False
            if quotations := leads._get_quotations():
                wizard.quotation_message = self.env._(
                    "Open quotations: %(names)s", names=", ".join(quotations.mapped("name"))
                )
            if orders := leads._get_confirmed_orders():
                wizard.order_message = self.env._(
                    "These orders are confirmed: %(names)s. A deal with an order is usually won.",
                    names=", ".join(orders.mapped("name")),
                )

    @api.onchange("lead_ids")
    def _onchange_lead_ids_quotations(self):
        """Propose it to a person who sees it: code has made no choice."""
        self.cancel_quotations = True

    def _settle_open_work(self, leads):
        result = super()._settle_open_work(leads)
        if self.cancel_quotations:
            leads._cancel_quotations()
        return result
