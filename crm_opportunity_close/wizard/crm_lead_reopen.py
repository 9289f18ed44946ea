from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmLeadReopen(models.TransientModel):
    """The window behind Reopen: why, where to go on, and whether the closing was a mistake."""

    _name = "crm.lead.reopen"
    _inherit = "crm.lead.window.mixin"
    _description = "Reopen opportunities"

    team_ids = fields.Many2many("crm.team", compute="_compute_team_ids")
    stage_id = fields.Many2one(
        "crm.stage",
        "Back to stage",
        compute="_compute_stage_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('is_won', '=', False), "
        "'|', ('team_ids', '=', False), ('team_ids', 'in', team_ids)]",
        help="Leave empty to put each opportunity back into the stage it was closed from.",
    )
    date_deadline = fields.Date(
        "New expected closing", help="Leave empty to keep the date the opportunity has."
    )
    note = fields.Text("Why is it reopened?")
    is_mistake = fields.Boolean(
        "The closing was a mistake",
        help="It is kept in the history, but left out of all figures.",
    )

    @api.depends("lead_ids")
    def _compute_team_ids(self):
        for wizard in self:
            wizard.team_ids = wizard._get_leads().team_id

    @api.depends("lead_ids")
    def _compute_stage_id(self):
        for wizard in self:
            lead = wizard._get_leads()
            stage = self.env["crm.stage"]
            if len(lead) == 1 and lead.type == "opportunity":
                stage = lead._get_reopening_stage(lead.closing_id.stage_id, None)
            wizard.stage_id = stage

    def _get_skipped_leads(self, leads):
        skipped = super()._get_skipped_leads(leads)
        skipped.update(dict.fromkeys(leads - leads._filter_closed(), self.env._("already open")))
        return skipped

    def action_reopen_apply(self):
        """Reopen the closed leads of the selection.

        :return: True
        :raise UserError: none of them is closed
        """
        self.ensure_one()
        leads, skipped = self._split_leads()
        if not leads:
            raise UserError(
                self.env._(
                    "Only won and lost opportunities can be reopened:\n%(leads)s",
                    leads=self._describe_skipped(skipped),
                )
            )
        leads.action_reopen(
            stage_id=self.stage_id.id,
            date_deadline=self.date_deadline,
            note=self.note,
            is_mistake=self.is_mistake,
        )
        return True
