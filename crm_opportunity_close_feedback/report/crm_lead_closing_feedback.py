from odoo import api, models


class CrmLeadClosingFeedback(models.Model):
    """Who agrees with whom, as a list for coaching: by name, never by rate."""

    _inherit = "crm.lead.closing.feedback"

    @api.model
    def action_view_coaching(self):
        """Open where both sides named a reason, by salesperson: of the teams one leads.

        Sales managers see all teams. The list has its base and is no ranking.

        :return: a window action
        :rtype: dict
        """
        addon = "crm_opportunity_close_feedback"
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"{addon}.crm_lead_closing_feedback_action"
        )
        domain = [("agreement", "!=", False), ("source", "in", ["customer", "call"])]
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            domain.append(("team_id.user_id", "=", self.env.uid))
        view = self.env.ref(f"{addon}.crm_lead_closing_feedback_view_list_coaching")
        name = self.env._("Agreement by salesperson")
        return {
            **action,
            "name": name,
            "display_name": name,
            "views": [(view.id, "list"), (False, "form")],
            "view_mode": "list,form",
            "mobile_view_mode": "list",
            "domain": domain,
            "context": {"group_by": ["user_id"]},
        }
