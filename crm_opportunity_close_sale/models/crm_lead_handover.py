from odoo import models


class CrmLead(models.Model):
    """Open quotations go with a deal that is handed over."""

    _inherit = "crm.lead"

    def _get_handover_kinds(self):
        return [*super()._get_handover_kinds(), "quotations"]

    def _get_quotations_to_pass(self):
        """The open quotations of these deals that are their own salespeople's.

        :return: as superuser
        :rtype: sale.order
        """
        # sudo: whoever may hand a deal over hands over what is offered for it
        quotations = self.sudo()._get_quotations()
        return quotations.filtered(lambda order: order.user_id == order.opportunity_id.user_id)

    def _take_along(self, user, take):
        moved = super()._take_along(user, take)
        if "quotations" in take:
            quotations = self._get_quotations_to_pass()
            for quotation in quotations:
                moved[quotation.opportunity_id.id]["quotations"].append(quotation.id)
            quotations._pass_to(user)
        return moved

    def _take_back_along(self, lines):
        result = super()._take_back_along(lines)
        groups = lines.grouped(lambda line: (line.handover_id.user_id, line.former_user_id))
        for (user, former), group in groups.items():
            quotations = group.lead_id._get_quotations() & group._get_moved(
                "quotations", "sale.order"
            )
            quotations.filtered(lambda order, user=user: order.user_id == user)._pass_to(former)
        return result
