from odoo import models


class CrmLead(models.Model):
    """Open quotations are transferred with their lead."""

    _inherit = "crm.lead"

    def _get_handover_kinds(self):
        return [*super()._get_handover_kinds(), "quotations"]

    def _get_quotations_to_transfer(self):
        """The open quotations of these leads that their own salespeople made.

        :return: as superuser
        :rtype: sale.order
        """
        # sudo: whoever may hand a lead over hands over what is offered for it
        quotations = self.sudo().order_ids.filtered_domain(self._get_lead_quotation_domain())
        return quotations.filtered(lambda order: order.user_id == order.opportunity_id.user_id)

    def _transfer_related_records(self, user, kinds):
        transferred = super()._transfer_related_records(user, kinds)
        if "quotations" in kinds:
            quotations = self._get_quotations_to_transfer()
            for quotation in quotations:
                transferred[quotation.opportunity_id.id]["quotations"].append(quotation.id)
            quotations._transfer_to(user)
        return transferred

    def _restore_related_records(self, lines):
        result = super()._restore_related_records(lines)
        groups = lines.grouped(lambda line: (line.handover_id.user_id, line.former_user_id))
        for (user, former), group in groups.items():
            quotations = group._get_transferred("quotations", "sale.order")
            quotations.filtered_domain(self._get_lead_quotation_domain()).filtered(
                lambda order, group=group, user=user: (
                    order.user_id == user and order.opportunity_id in group.lead_id
                )
            )._transfer_to(former)
        return result
