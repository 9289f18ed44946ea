from odoo import fields, models


class CrmLead(models.Model):
    """An opportunity that is not lost without its decision maker."""

    _inherit = "crm.lead"

    decision_maker_id = fields.Many2one("res.partner", tracking=True)

    def _get_closing_blockers(self, outcome):
        blockers = super()._get_closing_blockers(outcome)
        if outcome == "lost":
            for lead in self.filtered(lambda lead: not lead.decision_maker_id):
                blockers.setdefault(lead, []).append("decision_maker")
        return blockers

    def _get_blocker_labels(self, outcome):
        labels = super()._get_blocker_labels(outcome)
        return {**labels, "decision_maker": self.env._("the decision maker is missing")}

    def _prepare_closing_vals(self, outcome):
        vals_list = super()._prepare_closing_vals(outcome)
        for lead, vals in zip(self, vals_list, strict=True):
            vals["decision_maker_id"] = lead.decision_maker_id.id
        return vals_list

    def _post_close(self, closings):
        result = super()._post_close(closings)
        lost = closings.filtered(lambda closing: closing.outcome == "lost")
        for team, group in lost.grouped("team_id").items():
            group.lead_id.message_subscribe(team.user_id.partner_id.ids)
        return result

    def _post_reopen(self, closings):
        result = super()._post_reopen(closings)
        for leader, group in closings.grouped(lambda closing: closing.team_id.user_id).items():
            if leader:
                group.lead_id.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("Reopened"),
                    user_id=leader.id,
                )
        return result
