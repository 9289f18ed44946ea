from odoo import fields, models

TO_COMPLETE = (("is_current", "=", True), ("is_complete", "=", False))
# Closings the win rate is taken of, since the first of the month where the user is.
THIS_MONTH = (
    ("date", ">=", "today =1d"),
    ("is_mistake", "=", False),
    ("loss_type", "!=", "disqualified"),
)


class CrmTeam(models.Model):
    _inherit = "crm.team"

    closing_to_complete_count = fields.Integer(
        "Closings to complete",
        compute="_compute_closing_to_complete_count",
        help="Closed deals of this team that lack an answer the rules ask for.",
    )

    closing_month_count = fields.Integer("Closings this month", compute="_compute_win_rate_month")
    win_rate_month = fields.Float(
        "Win rate this month",
        compute="_compute_win_rate_month",
        help="Won deals among all that this team closed since the first of the month. "
        "Disqualified deals and mistakes are left out.",
    )

    def _compute_win_rate_month(self):
        figures = {
            team.id: values
            for team, *values in self.env["crm.lead.closing"]._read_group(
                [("team_id", "in", self.ids), *THIS_MONTH], ["team_id"], ["__count", "win_rate:avg"]
            )
        }
        for team in self:
            team.closing_month_count, team.win_rate_month = figures.get(team.id, (0, 0))

    def action_view_win_rate_month(self):
        """Open the analysis of what this team closed this month, won and lost.

        :return: a window action
        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_opportunity_close.crm_lead_closing_action_report"
        )
        domain = [("team_id", "in", self.ids), *THIS_MONTH]
        return {**action, "domain": domain, "context": {"graph_groupbys": ["outcome"]}}

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
