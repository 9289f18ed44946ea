from odoo import fields, models

TO_COMPLETE = (("is_current", "=", True), ("is_complete", "=", False))


class CrmTeam(models.Model):
    _inherit = "crm.team"

    closing_to_complete_count = fields.Integer(
        "Closings to complete",
        compute="_compute_closing_to_complete_count",
        help="Closed opportunities of this team that lack an answer the rules ask for.",
    )

    def _compute_closing_to_complete_count(self):
        counts = dict(
            self.env["crm.lead.closing"]._read_group(
                [("team_id", "in", self.ids), *TO_COMPLETE], ["team_id"], ["__count"]
            )
        )
        for team in self:
            team.closing_to_complete_count = counts.get(team, 0)

    def action_view_closings_to_complete(self):
        """Open the team's closings that lack an answer.

        :return: a window action
        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_opportunity_close.crm_lead_closing_action_complete"
        )
        domain = [("team_id", "in", self.ids), *TO_COMPLETE]
        return {**action, "domain": domain, "context": {}}
