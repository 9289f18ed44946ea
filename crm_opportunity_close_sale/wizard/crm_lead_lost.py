from odoo import api, fields, models


class CrmLeadLost(models.TransientModel):
    _inherit = "crm.lead.lost"

    quotation_message = fields.Char(compute="_compute_preview")
    cancel_quotations = fields.Boolean(
        help="A quotation that stays open can still be accepted by the customer.",
    )
    order_message = fields.Char(compute="_compute_preview")

    def _show_open_work(self, leads):
        result = super()._show_open_work(leads)
        self.quotation_message = self.order_message = False
        if quotations := leads._get_quotations():
            self.quotation_message = self.env._(
                "Open quotations: %(names)s", names=", ".join(quotations.mapped("name"))
            )
        if orders := leads._get_confirmed_orders():
            self.order_message = self.env._(
                "These orders are confirmed: %(names)s. "
                "An opportunity with an order is usually won.",
                names=", ".join(orders.mapped("name")),
            )
        return result

    @api.onchange("lead_ids")
    def _onchange_lead_ids_quotations(self):
        """Propose it in the form; code that creates the window chooses for itself."""
        self.cancel_quotations = True

    def action_lost_reason_apply(self):
        """Those that are cancelled with their opportunity take its lost reason."""
        quotations = self.env["sale.order"]
        if self.cancel_quotations:
            quotations = self._get_leads()._get_quotations()
        result = super().action_lost_reason_apply()
        quotations.filtered(lambda order: order.state == "cancel")._take_reason_of_lead()
        return result

    def _process_open_work(self, leads):
        result = super()._process_open_work(leads)
        if self.cancel_quotations:
            leads._cancel_quotations()
        return result
