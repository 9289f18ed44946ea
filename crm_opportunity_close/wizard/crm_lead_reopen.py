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
        compute="_compute_is_mistake",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="It is kept in the history, but left out of all figures. Ticked by default where you "
        "have just closed the opportunity yourself.",
    )
    slip_message = fields.Text("Mistakes by default", compute="_compute_slip_message")

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

    @api.depends("lead_ids")
    def _compute_is_mistake(self):
        for wizard in self:
            closings = wizard._get_leads()._get_current_closings()
            slips = closings.with_env(self.env)._filter_slips()
            wizard.is_mistake = bool(closings) and slips == closings

    @api.depends("lead_ids", "is_mistake")
    def _compute_slip_message(self):
        """Name those of a selection that are mistakes by default, where not all of them are."""
        why = self.env._("just closed by you")
        for wizard in self:
            closings = wizard._get_leads()._get_current_closings()
            slips = closings.with_env(self.env)._filter_slips()
            named = slips if slips != closings and not wizard.is_mistake else slips.browse()
            wizard.slip_message = wizard._describe_skipped(dict.fromkeys(named.lead_id, why))

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
            # In a mixed selection each is what it is by default, unless all are ticked.
            is_mistake=None if self.slip_message else self.is_mistake,
        )
        return True
