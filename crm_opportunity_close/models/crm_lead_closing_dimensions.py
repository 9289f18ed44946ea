from odoo import api, fields, models


class CrmLeadClosing(models.Model):
    """By what closings are grouped: stage and team by their names then, and the origin."""

    _inherit = "crm.lead.closing"

    stage_name = fields.Char(
        "Stage then",
        readonly=True,
        help="The name of the stage when it was closed from there, also where it is gone.",
    )
    team_name = fields.Char(
        "Sales team then",
        readonly=True,
        help="The name of the sales team at the closing, also where it is gone.",
    )
    stage_label = fields.Char(
        "From stage",
        compute="_compute_labels",
        help="The last stage worked in before the closing; by its name then, where it is gone.",
    )
    team_label = fields.Char(
        "Team",
        compute="_compute_labels",
        help="The sales team at the closing; by its name then, where it is gone.",
    )
    source_id = fields.Many2one(
        "utm.source", readonly=True, help="Where the opportunity came from."
    )
    medium_id = fields.Many2one(
        "utm.medium", readonly=True, help="How the opportunity reached you."
    )
    campaign_id = fields.Many2one(
        "utm.campaign", readonly=True, help="The campaign that brought the opportunity."
    )
    country_id = fields.Many2one(
        "res.country", readonly=True, help="The country of the opportunity when it was closed."
    )

    @api.depends("stage_id", "stage_name", "team_id", "team_name")
    def _compute_labels(self):
        for closing in self:
            # sudo: in Odoo's lists as well, a team of another company has a name
            closing.stage_label = closing.stage_id.sudo().name or closing.stage_name
            closing.team_label = closing.team_id.sudo().name or closing.team_name
