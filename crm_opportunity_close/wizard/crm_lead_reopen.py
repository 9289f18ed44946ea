from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmLeadReopen(models.TransientModel):
    """The window behind Reopen: why, where to go on, and whether the closing was a mistake."""

    _name = "crm.lead.reopen"
    _description = "Reopen deals"

    lead_ids = fields.Many2many("crm.lead", string="Leads", context={"active_test": False})
    team_ids = fields.Many2many("crm.team", compute="_compute_team_ids")
    lead_count = fields.Integer("Deals to reopen", compute="_compute_lead_count")
    stage_id = fields.Many2one(
        "crm.stage",
        "Back to stage",
        compute="_compute_stage_id",
        store=True,
        readonly=False,
        domain="[('is_won', '=', False), "
        "'|', ('team_ids', '=', False), ('team_ids', 'in', team_ids)]",
        help="Leave empty to put each deal back into the stage it was closed from.",
    )
    date_deadline = fields.Date(
        "New expected closing", help="Leave empty to keep the date the deal has."
    )
    note = fields.Text("Why is it reopened?")
    is_mistake = fields.Boolean(
        "The closing was a mistake",
        help="It is kept in the history, but left out of all figures.",
    )

    @api.depends("lead_ids")
    def _compute_team_ids(self):
        for wizard in self:
            wizard.team_ids = wizard.lead_ids.team_id

    @api.depends("lead_ids")
    def _compute_lead_count(self):
        for wizard in self:
            wizard.lead_count = len(wizard._get_closed_leads())

    @api.depends("lead_ids")
    def _compute_stage_id(self):
        for wizard in self:
            lead = wizard.lead_ids._origin
            stage = self.env["crm.stage"]
            if len(lead) == 1 and lead.type == "opportunity":
                stage = lead._get_reopening_stage(lead.closing_id.stage_id, None)
            wizard.stage_id = stage

    def _get_closed_leads(self):
        return self.lead_ids._filter_closed()

    def action_reopen_apply(self):
        """Reopen the closed deals of the selection.

        :return: True
        :raise UserError: none of them is closed
        """
        self.ensure_one()
        # sudo: reading a relation leaves out what the user may not see, instead of refusing
        self.sudo().lead_ids.with_env(self.env).check_access("write")
        leads = self._get_closed_leads()
        if not leads:
            raise UserError(
                self.env._("Only won and lost deals can be reopened. These are open already.")
            )
        leads.action_reopen(
            stage_id=self.stage_id.id,
            date_deadline=self.date_deadline,
            note=self.note,
            is_mistake=self.is_mistake,
        )
        return True
