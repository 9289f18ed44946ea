from odoo import api, fields, models

ORDER_CONFIRMED = "crm_opportunity_close_sale.mail_activity_type_order_confirmed"


class CrmLead(models.Model):
    _inherit = "crm.lead"

    lost_with_order_message = fields.Char(compute="_compute_lost_with_order_message")

    @api.depends("won_status", "order_ids.state")
    def _compute_lost_with_order_message(self):
        """Warn where a lost opportunity has confirmed orders."""
        for lead in self:
            lead.lost_with_order_message = False
            if lead.won_status == "lost" and (orders := lead._get_confirmed_orders()):
                lead.lost_with_order_message = self.env._(
                    "This opportunity is lost, but these orders are confirmed: %(orders)s. "
                    "Win it, or cancel the orders.",
                    orders=", ".join(orders.mapped("name")),
                )

    def _get_quotations(self):
        """Return the quotations of these leads that the customer can still accept.

        :rtype: sale.order
        """
        return self.order_ids.filtered_domain(self._get_lead_quotation_domain())

    def _get_confirmed_orders(self):
        """Return the confirmed orders of these leads.

        :rtype: sale.order
        """
        return self.order_ids.filtered_domain(self._get_lead_sale_order_domain())

    def _get_closing_facts(self):
        """Add what became of the last quotation that is neither confirmed nor cancelled."""
        facts = super()._get_closing_facts()
        quotation = self._get_quotations().sorted("date_order")[-1:]
        if quotation:
            facts.append(quotation._describe_quotation())
        return facts

    def _cancel_quotations(self):
        """Cancel the open quotations of these leads, and log it in their chatter.

        :raise AccessError: the user may not change one of them
        """
        quotations = self._get_quotations()
        if not quotations:
            return
        bodies = {
            lead.id: self.env._(
                "Quotations cancelled with the closing: %(quotations)s",
                quotations=", ".join(orders.mapped("name")),
            )
            for lead, orders in quotations.grouped("opportunity_id").items()
        }
        quotations.action_cancel()
        self.browse(bodies)._message_log_batch(bodies=bodies)

    def _post_close(self, closings):
        """Remove the question whether the opportunity is won."""
        result = super()._post_close(closings)
        self.activity_unlink([ORDER_CONFIRMED])
        return result
