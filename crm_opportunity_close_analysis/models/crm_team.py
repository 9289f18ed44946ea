from odoo import fields, models
from odoo.fields import Domain


class CrmTeam(models.Model):
    _inherit = "crm.team"

    closing_month_count = fields.Integer(
        "Opportunities closed this month", compute="_compute_win_rate_month"
    )
    win_rate_month = fields.Float(
        "Win rate this month",
        compute="_compute_win_rate_month",
        help="Won opportunities among all that this team closed since the first of the month. "
        "Disqualified ones and mistakes are left out.",
    )

    win_rate_month_label = fields.Char(
        "Win rate this month, and its base", compute="_compute_win_rate_month"
    )

    def _get_closings_month_domain(self):
        """What these teams closed since the first of the month where the user is.

        :rtype: Domain
        """
        figures = self.env["crm.lead.closing"]._get_figures_domain()
        return figures & Domain([("team_id", "in", self.ids), ("date", ">=", "today =1d")])

    def _compute_win_rate_month(self):
        closings = self.env["crm.lead.closing"]
        figures = {
            team.id: values
            for team, *values in closings._read_figures(
                self._get_closings_month_domain(), ["team_id"], ["__count", "win_rate:sum"]
            )
        }
        for team in self:
            count, won = figures.get(team.id, (0, 0))
            team.closing_month_count = count
            team.win_rate_month = won / count if count else 0
            team.win_rate_month_label = closings._format_rate(round(won), count)

    def action_view_win_rate_month(self):
        """Open the analysis of what this team closed this month, won and lost.

        :return: a window action
        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_opportunity_close_analysis.crm_lead_closing_action_report"
        )
        domain = self._get_closings_month_domain()
        closings = self.env["crm.lead.closing"]
        return {
            **action,
            "name": closings._name_closings(action["name"], self.closing_month_count, domain),
            "domain": list(domain),
            "context": {"graph_groupbys": ["outcome"]},
        }
