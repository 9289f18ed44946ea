from odoo import api, fields, models
from odoo.tools import format_date


class CrmLead(models.Model):
    """With the next lead of a customer, the last one that was lost is remembered."""

    _inherit = "crm.lead"

    lost_before_id = fields.Many2one(
        "crm.lead.closing", "Lost before", compute="_compute_lost_before"
    )
    lost_before_message = fields.Char(compute="_compute_lost_before")

    @api.depends("partner_id", "won_status")
    def _compute_lost_before(self):
        """The latest loss among the other leads of the same customer, for an open lead."""
        open_deals = self.filtered(lambda lead: lead.won_status == "pending")
        customers = open_deals.partner_id.commercial_partner_id
        losses = self.env["crm.lead.closing"].search(self._get_losses_domain(customers))
        if len(open_deals) == 1:
            # A form shows the latest; only that one is read. (A limit in the search would
            # let PostgreSQL look for the customer in the whole history, latest first.)
            losses -= open_deals._origin.closing_ids
            losses = losses[:1].with_prefetch()
        losses.fetch(["date", "lead_id", "partner_id", "reason_id", "competitor_id"])
        # sudo: as the message reads it
        losses.lead_id.sudo().fetch(["name"])
        by_customer = losses.grouped(lambda loss: loss.partner_id.commercial_partner_id)
        for lead in self:
            customer = lead.partner_id.commercial_partner_id
            earlier = (
                by_customer.get(customer, losses.browse())
                if lead in open_deals
                else losses.browse()
            )
            loss = earlier.filtered(lambda loss, lead=lead: loss.lead_id != lead._origin)[:1]
            lead.lost_before_id = loss
            lead.lost_before_message = self._get_loss_message(loss) if loss else False

    @api.model
    def _get_losses_domain(self, customers):
        """The losses of all leads with these customers and their people, without mistakes.

        :param res.partner customers: commercial entities
        :rtype: list
        """
        return [
            ("partner_id.commercial_partner_id", "in", customers.ids),
            ("outcome", "=", "lost"),
            ("is_mistake", "=", False),
        ]

    @api.model
    def _get_loss_message(self, loss):
        """What to know about an earlier loss, in one sentence.

        :param crm.lead.closing loss: one closing
        :rtype: str
        """
        # sudo: the user may see the closing, not always the company its reason is for
        loss = loss.sudo()
        why = ", ".join(filter(None, (loss.reason_id.name, loss.competitor_id.name)))
        values = {"lead": loss.lead_id.name, "date": format_date(self.env, loss.date)}
        if not why:
            return self.env._("“%(lead)s” was lost on %(date)s", **values)
        return self.env._("“%(lead)s” was lost on %(date)s: %(why)s", why=why, **values)

    def action_view_lost_before(self):
        """Open every earlier loss of this customer.

        :return: a window action
        :rtype: dict
        """
        self.ensure_one()
        domain = self._get_losses_domain(self.partner_id.commercial_partner_id)
        return self.env["crm.lead.closing"]._get_closings_action(domain)
