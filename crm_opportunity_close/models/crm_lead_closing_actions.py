from odoo import api, models


class CrmLeadClosing(models.Model):
    """What opens from a closing, and where closings are listed."""

    _inherit = "crm.lead.closing"

    @api.model
    def action_view_to_complete(self):
        """Open the closings that lack an answer: a manager's own, and everybody else's.

        :return: a window action
        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_opportunity_close.crm_lead_closing_action_complete"
        )
        if self.env.user.has_group("sales_team.group_sale_manager"):
            action["context"] = {}
        return action

    @api.model
    def _get_closings_action(self, domain):
        """The list of closings, and nothing but those of a domain.

        :param list domain: which closings
        :return: a window action
        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_opportunity_close.crm_lead_closing_action"
        )
        return {**action, "domain": domain, "context": {}}

    def action_open_lead(self):
        """Open the lead of this closing.

        :return: a window action
        :rtype: dict
        """
        self.ensure_one()
        return self.lead_id.get_formview_action()

    def action_complete(self):
        """Open the small form that asks for what this closing still lacks.

        :return: a window action on the lead, in a window of its own
        :rtype: dict
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_opportunity_close.crm_lead_action_complete"
        )
        return {**action, "res_id": self.lead_id.id}
