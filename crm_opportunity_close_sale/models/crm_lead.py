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
        states = {order: order.state for order in quotations}
        quotations.action_cancel()
        for order, state in states.items():
            order.sudo().state_before_closing = state  # sudo: nobody's to write
        self.browse(bodies)._message_log_batch(bodies=bodies)

    def _post_close(self, closings):
        """Cancel the question whether the opportunity is won; reopening asks it again."""
        result = super()._post_close(closings)
        # sudo: the question may be somebody else's
        questions = self.env["mail.activity"].sudo()
        questions = questions.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", self.env.ref(ORDER_CONFIRMED).id),
            ]
        )
        questions.write({"active": False, "cancelled_at_closing": True})
        return result

    def _post_reopen(self, closings):
        """Bring back the quotations that the closing cancelled, unless the leads are to be won."""
        result = super()._post_reopen(closings)
        if not self._get_winning():
            self.filtered(lambda lead: lead.won_status == "pending")._restore_quotations()
        return result

    def _restore_quotations(self):
        """Let the quotations that a closing cancelled be what they were, and log it."""
        # sudo: whoever may reopen a lead brings back what was cancelled with it, by whomever
        orders = self.sudo().order_ids.filtered(
            lambda order: order.state == "cancel" and order.state_before_closing
        )
        if not orders:
            return
        bodies = {
            lead.id: self.env._(
                "Quotations brought back: %(quotations)s",
                quotations=", ".join(
                    f"{order.name} ({order._get_state_label(order._restore_before_closing())})"
                    for order in group
                ),
            )
            for lead, group in orders.grouped("opportunity_id").items()
        }
        self.browse(bodies)._message_log_batch(bodies=bodies)
