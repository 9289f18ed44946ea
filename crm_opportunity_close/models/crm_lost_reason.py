from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.mail import html_to_inner_content

# The reason a closing is filed under when code closed a lead and gave none.
UNSPECIFIED = {
    "lost": "crm_opportunity_close.lost_reason_unspecified",
    "won": "crm_opportunity_close.win_reason_unspecified",
}
FIRST_SEQUENCE = 10


class CrmLostReason(models.Model):
    """Why an opportunity was lost, or won.

    Rules read the flags of a reason, never its name, so a reason can be renamed and
    translated freely. A reason that leads or closings use is archived, not deleted, and
    explains losses or wins for good. *Unspecified* is the last one for each outcome.
    """

    _name = "crm.lost.reason"
    _inherit = ["crm.lost.reason", "crm.close.mergeable"]
    _order = "outcome, is_unspecified, sequence, id"
    _check_company_auto = True

    name = fields.Char("Reason", tracking=True)
    active = fields.Boolean(tracking=True)
    sequence = fields.Integer(default=lambda self: self._get_next_sequence())
    outcome = fields.Selection(
        [("lost", "Lost"), ("won", "Won")],
        default="lost",
        required=True,
        tracking=True,
        help="Whether this explains what was lost, or what was won.",
    )
    loss_type = fields.Selection(
        [
            ("competitor", "Lost to a competitor"),
            ("no_decision", "No decision"),
            ("declined", "Declined by us"),
            ("disqualified", "Disqualified"),
            ("other", "Other"),
            ("unspecified", "Unspecified"),
        ],
        "Loss type",
        default="other",
        required=True,
        tracking=True,
        help="Lost to a competitor: the customer bought elsewhere.\n"
        "No decision: the customer bought nothing.\n"
        "Declined by us: we could not or would not deliver.\n"
        "Disqualified: it was never a real opportunity.\n"
        "Unspecified: nobody has said why yet.",
    )
    description = fields.Text(
        "When to choose it",
        translate=True,
        help="Shown to the salesperson while choosing.",
    )
    note_required = fields.Boolean(
        "Requires a note",
        tracking=True,
        help="The closing note must be filled in with this reason.",
    )
    competitor_required = fields.Boolean(
        "Requires a competitor",
        tracking=True,
        help="The competitor must be named with this reason.",
    )
    price_asked = fields.Selection(
        [("optional", "Where it is known"), ("required", "Always")],
        "Asks for the winning price",
        tracking=True,
        help="What the customer paid to whom they chose. Where it is known: the salesperson may "
        "leave it empty. Always: it must be given with this reason.",
    )
    followup_days = fields.Integer(
        "Follow up after (days)",
        tracking=True,
        help="Days after the closing when it is worth asking again, up to ten years. 0: never.",
    )
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        tracking=True,
        help="Offered to this company only. Leave empty for all companies.",
    )
    team_ids = fields.Many2many(
        "crm.team",
        string="Sales teams",
        check_company=True,
        tracking=True,
        # A reason of a team that was archived does not become one of all teams.
        context={"active_test": False},
        help="Offered to these teams only. Leave empty for all teams.",
    )
    is_unspecified = fields.Boolean(compute="_compute_is_unspecified", store=True, precompute=True)
    merged_into_id = fields.Many2one(
        "crm.lost.reason", "Merged into", readonly=True, copy=False, index="btree_not_null"
    )
    closing_ids = fields.One2many("crm.lead.closing", "reason_id", "Closings of this reason")

    _followup_days_possible = models.Constraint(
        "CHECK (followup_days BETWEEN 0 AND 3650)",
        "The follow-up can be 0 days (never) up to 3650 days (ten years) after the closing.",
    )

    @api.depends("loss_type")
    def _compute_is_unspecified(self):
        for reason in self:
            reason.is_unspecified = reason.loss_type == "unspecified"

    @api.model
    def _get_unspecified(self, outcome):
        """The protected reason of closings nobody has explained yet.

        :param str outcome: ``lost`` or ``won``
        :return: one reason, or none where the data is not there (yet)
        :rtype: crm.lost.reason
        """
        # Asked for at every step of a closing; env.ref would look each time if it exists.
        data = self.env["ir.model.data"]
        return self.browse(data._xmlid_to_res_id(UNSPECIFIED[outcome]) or ())

    def _filter_protected(self):
        """Those of these reasons that closings nobody has explained are filed under."""
        return self & (self._get_unspecified("lost") + self._get_unspecified("won"))

    # ------------------------------------------------------------
    # Create, write, copy
    # ------------------------------------------------------------

    @api.model
    def _get_next_sequence(self):
        """The place of a new reason: last, but for *Unspecified*.

        :rtype: int
        """
        if not self.env.registry.ready:  # the columns are just being made, or filled by data
            return FIRST_SEQUENCE
        # sudo: reasons of companies the user does not see have their places as well
        last = self.sudo().with_context(active_test=False)
        last = last.search([("is_unspecified", "=", False)], order="sequence DESC", limit=1)
        return last.sequence + 1 if last else FIRST_SEQUENCE

    def write(self, vals):
        vals = {name: value for name, value in vals.items() if name != "is_unspecified"}
        if "outcome" in vals:
            self.filtered(lambda reason: reason.outcome != vals["outcome"])._check_unused()
        return super().write(vals)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        for vals in vals_list:
            if vals.get("loss_type") == "unspecified":
                vals["loss_type"] = "other"
        return vals_list

    # ------------------------------------------------------------
    # Which reasons fit which leads
    # ------------------------------------------------------------

    @api.model
    def _get_fitting_domain(self, outcome, company, team):
        """The reasons that may explain a closing; the one place that says which.

        :param str outcome: ``lost`` or ``won``
        :param res.company company: whose rules hold for the lead
        :param crm.team team: the team of the lead, if any
        :rtype: Domain
        """
        of_team = Domain("team_ids", "=", False) | Domain("team_ids", "in", team.ids)
        return (
            Domain("outcome", "=", outcome)
            & Domain("company_id", "in", [False, company.id])
            & of_team
        )

    def _requires_price(self):
        """Whether a loss for this reason must say what the customer paid elsewhere."""
        return self.outcome == "lost" and self.price_asked == "required"

    def _is_explained_by(self, note, lead):
        """Whether a note says something beyond the name of this reason.

        :param str note: the closing note (HTML), may be empty
        :param crm.lead lead: whose company says how many letters it takes
        :rtype: bool
        """
        text = _get_letters(html_to_inner_content(note or ""))
        return len(text) >= lead._get_note_min_letters() and text != _get_letters(self.name)

    @api.model
    def get_import_templates(self):
        label = self.env._("Import Template for Lost & Win Reasons")
        template = "/crm_opportunity_close/static/xls/crm_lost_reason.xlsx"
        return [{"label": label, "template": template}]


def _get_letters(text):
    """The letters of a text, of any script, without case, signs, digits and spaces."""
    return "".join(filter(str.isalpha, text or "")).casefold()
