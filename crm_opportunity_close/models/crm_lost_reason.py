from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.mail import html_to_inner_content

from .crm_lead_closing_rules import guard_stands_aside

# The reason a closing is filed under when code closed a deal and gave none.
UNSPECIFIED = {
    "lost": "crm_opportunity_close.lost_reason_unspecified",
    "won": "crm_opportunity_close.win_reason_unspecified",
}


class CrmLostReason(models.Model):
    """Why a deal was lost, or won.

    Rules read the flags of a reason, never its name, so a reason can be renamed and
    translated freely. A reason that deals or closings use is archived, not deleted.
    """

    _name = "crm.lost.reason"
    _inherit = ["crm.lost.reason", "crm.close.mergeable"]
    _order = "outcome, sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    outcome = fields.Selection(
        [("lost", "Lost"), ("won", "Won")],
        default="lost",
        required=True,
        help="Whether this explains a lost or a won deal.",
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
        "Requires a note", help="The closing note must be filled in with this reason."
    )
    competitor_required = fields.Boolean(
        "Requires a competitor", help="The competitor must be named with this reason."
    )
    followup_days = fields.Integer(
        "Follow up after (days)",
        help="Days after the closing when it is worth asking again. 0: never.",
    )
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        help="Offered only for deals of this company. Leave empty for all companies.",
    )
    team_ids = fields.Many2many(
        "crm.team",
        string="Sales teams",
        check_company=True,
        help="Offered only for deals of these teams. Leave empty for all teams.",
    )
    closing_ids = fields.One2many("crm.lead.closing", "reason_id", "Closings of this reason")
    is_unspecified = fields.Boolean(compute="_compute_is_unspecified")

    _followup_days_positive = models.Constraint(
        "CHECK (followup_days >= 0)",
        "The number of days until the follow-up cannot be negative.",
    )

    def _compute_is_unspecified(self):
        protected = self._get_unspecified("lost") + self._get_unspecified("won")
        for reason in self:
            reason.is_unspecified = reason in protected

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

    # ------------------------------------------------------------
    # Rules
    # ------------------------------------------------------------

    @api.constrains("name", "active", "company_id", "outcome")
    def _check_unique_name(self):
        # While modules are installed, two sets of default reasons may meet.
        installing = self.env.context.get("install_mode") and not self.env.registry.ready
        if installing or guard_stands_aside(self.env):
            return
        # sudo: a reason of a company the user does not see counts as well
        peers_by_name = defaultdict(self.sudo().browse)
        for reason in self.sudo().search([("outcome", "in", self.mapped("outcome"))]):
            peers_by_name[reason.outcome, _normalize(reason.name)] |= reason
        for reason in self.sudo().filtered("active"):
            peers = peers_by_name[reason.outcome, _normalize(reason.name)] - reason
            twin = peers.filtered(
                lambda peer, reason=reason: (
                    not peer.company_id
                    or not reason.company_id
                    or peer.company_id == reason.company_id
                )
            )
            if twin:
                raise ValidationError(
                    self.env._(
                        "There is already a reason “%(name)s”. Use that one, or choose "
                        "another name.",
                        name=twin[0].name,
                    )
                )

    @api.constrains("active", "outcome", "loss_type", "company_id", "team_ids")
    def _check_unspecified_untouched(self):
        for reason in self.filtered("is_unspecified"):
            expected = "won" if reason == reason._get_unspecified("won") else "lost"
            if (
                not reason.active
                or reason.outcome != expected
                or reason.loss_type != "unspecified"
                or reason.company_id
                or reason.team_ids
            ):
                raise ValidationError(
                    self.env._(
                        "“%(name)s” holds the closings nobody has explained yet. "
                        "It can be renamed, but not archived or changed.",
                        name=reason.name,
                    )
                )

    @api.constrains("outcome")
    def _check_outcome_unused(self):
        for reason in self:
            wrong_side = "win_reason_id" if reason.outcome == "lost" else "lost_reason_id"
            # sudo: the count covers the deals of all salespeople and companies
            used = self.env["crm.lead"].sudo().with_context(active_test=False)
            if used.search_count([(wrong_side, "=", reason.id)], limit=1):
                raise ValidationError(
                    self.env._(
                        "“%(name)s” is used by closed deals, so it cannot change between "
                        "won and lost. Create a new reason instead.",
                        name=reason.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        protected = self.filtered("is_unspecified")
        if protected:
            raise UserError(
                self.env._(
                    "“%(name)s” cannot be deleted: closings nobody has explained are "
                    "filed under it.",
                    name=protected[0].name,
                )
            )
        usage = self._describe_usage()
        if usage:
            raise UserError(
                self.env._(
                    "These reasons are in use and cannot be deleted:\n%(lines)s\n\n"
                    "Archive them to stop offering them: deals and reports keep them. "
                    "Or merge them into another reason.",
                    lines=usage,
                )
            )

    def _get_merge_fields(self):
        return [
            ("crm.lead", "lost_reason_id"),
            ("crm.lead", "win_reason_id"),
            ("crm.lead", "secondary_reason_ids"),
            ("crm.lead.closing", "reason_id"),
            ("crm.lead.closing", "secondary_reason_ids"),
        ]

    def _check_mergeable_into(self, target):
        if any(reason.outcome != target.outcome for reason in self):
            raise UserError(
                self.env._("Reasons of lost and of won deals cannot be merged into each other.")
            )
        company = target.company_id
        if company and any(reason.company_id != company for reason in self):
            raise UserError(
                self.env._(
                    "“%(name)s” is offered to %(company)s only. Keep a reason that is offered "
                    "to all companies instead.",
                    name=target.name,
                    company=company.name,
                )
            )
        protected = (self + target).filtered("is_unspecified")
        if protected:
            raise UserError(
                self.env._(
                    "“%(name)s” cannot be merged: closings nobody has explained are filed "
                    "under it.",
                    name=protected[0].name,
                )
            )

    # ------------------------------------------------------------
    # Which reasons fit which deals
    # ------------------------------------------------------------

    def _fits(self, lead, outcome):
        """Whether this reason may explain the closing of a deal.

        :param crm.lead lead: one deal
        :param str outcome: ``lost`` or ``won``
        :rtype: bool
        """
        self.ensure_one()
        company = lead.company_id or self.env.company
        return (
            self.outcome == outcome
            and (not self.company_id or self.company_id == company)
            and (not self.team_ids or lead.team_id in self.team_ids)
        )

    def _is_explained_by(self, note, lead):
        """Whether a note says something beyond the name of this reason.

        :param str note: the closing note (HTML), may be empty
        :param crm.lead lead: whose company says how many letters it takes
        :rtype: bool
        """
        text = _get_letters(html_to_inner_content(note or ""))
        enough = len(text) >= max(lead._get_closing_company().close_note_min_letters, 1)
        return enough and text != _get_letters(self.name)

    @api.model
    def _get_offered_domain(self, leads, outcome):
        """The reasons a person may choose for all of these deals.

        :param crm.lead leads: the deals about to be closed
        :param str outcome: ``lost`` or ``won``
        :rtype: Domain
        """
        domain = Domain("outcome", "=", outcome)
        domain &= Domain("id", "not in", self._get_unspecified(outcome).ids)
        companies = {(lead.company_id or self.env.company).id for lead in leads}
        shared = Domain("company_id", "=", False)
        if len(companies) == 1:
            shared |= Domain("company_id", "in", list(companies))
        domain &= shared
        teams = leads.team_id if all(lead.team_id for lead in leads) else leads.team_id.browse()
        own = Domain("team_ids", "=", False)
        if teams:
            own |= Domain.AND(Domain("team_ids", "in", team.ids) for team in teams)
        return domain & own


def _normalize(name):
    return " ".join((name or "").split()).casefold()


def _get_letters(text):
    """The letters of a text, of any script, without case, signs, digits and spaces."""
    return "".join(filter(str.isalpha, text or "")).casefold()
