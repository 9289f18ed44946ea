from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import is_html_empty

from ..models.closing_refusal import describe_blockers, describe_unconfirmed_answers
from ..models.crm_lead import REASON_FIELD
from ..models.crm_lead_activities import ACTIVITY_CHOICES
from ..models.crm_lead_closing_undo_actions import describe_first

# What follows from a reason, and the web client knows with the reasons themselves.
FROM_REASON = {
    "note_required",
    "competitor_required",
    "price_asked",
    "followup_date",
    "proposed_followup_date",
}


class CrmLeadWindowMixin(models.AbstractModel):
    """A window about leads: those it acts on, and those it skips.

    A client may send any ids. Fields and onchanges say nothing about leads the user may not
    read, and nothing is done to leads the user may not write.
    """

    _name = "crm.lead.window.mixin"
    _description = "Window about opportunities"

    lead_ids = fields.Many2many("crm.lead", string="Opportunities", context={"active_test": False})
    lead_count = fields.Integer("Number of opportunities", compute="_compute_preview")
    skipped_message = fields.Text("Left as they are", compute="_compute_preview")

    @api.onchange("lead_ids")
    def _onchange_lead_ids_readable(self):
        leads = self._get_leads()
        if leads != self.lead_ids._origin:
            self.lead_ids = leads

    @api.depends("lead_ids")
    def _compute_preview(self):
        for wizard in self:
            leads = wizard._get_leads()
            skipped = wizard._get_skipped_leads(leads)
            wizard.skipped_message = wizard._describe_skipped(skipped)
            wizard._show_preview(leads.filtered(lambda lead, skipped=skipped: lead not in skipped))

    def _show_preview(self, leads):
        """Set the fields that say what this window is about to act on.

        :param crm.lead leads: without those that are skipped
        """
        self.lead_count = len(leads)

    def _get_leads(self):
        """The stored leads of this window that the user may read.

        :rtype: crm.lead
        """
        leads = self.lead_ids._origin
        found = leads.with_context(active_test=False).search([("id", "in", leads.ids)])
        return leads & found

    def _get_skipped_leads(self, leads):
        """The leads that this window cannot act on, and why.

        :param crm.lead leads: the leads of the window
        :return: lead → plain words
        :rtype: dict[crm.lead, str]
        """
        return {}

    def _describe_skipped(self, skipped):
        """The skipped leads as a text, a line each.

        :param dict skipped: see :meth:`_get_skipped_leads`
        :rtype: str
        """
        return "\n".join(describe_first(self.env, skipped))

    def _split_leads(self):
        """The leads this window acts on, and the skipped ones.

        :return: the leads, and see :meth:`_get_skipped_leads`
        :rtype: tuple[crm.lead, dict]
        :raise AccessError: this is somebody else's window, or the user may not change one of
            the selected leads
        """
        self.check_access("write")
        # sudo: reading a relation leaves out what the user may not see, instead of refusing
        leads = self.sudo().lead_ids.with_env(self.env)
        leads.check_access("write")
        skipped = self._get_skipped_leads(leads)
        return leads.filtered(lambda lead: lead not in skipped), skipped


class CrmLeadCloseMixin(models.AbstractModel):
    """What the windows Lost and Won have in common: the answers, and a preview.

    A window collects the answers, and calls the leads' own action. A window model says which
    outcome it is about in ``_closing_outcome`` and names its reason as the lead does.
    """

    _name = "crm.lead.close.mixin"
    _inherit = ["crm.lead.window.mixin", "crm.lead.answers.mixin"]
    _description = "Closing window"
    _closing_outcome = None

    secondary_reason_ids = fields.Many2many(
        "crm.lost.reason", string="Further reasons", help="What else contributed."
    )
    competitor_id = fields.Many2one("crm.competitor")
    date_closed = fields.Datetime(
        "Closed Date",
        default=lambda self: fields.Datetime.now(),
        help="When the opportunity was decided. Not in the future.",
    )
    reason_domain = fields.Binary("Reasons offered", compute="_compute_reason_domain")
    reason_required = fields.Boolean(compute="_compute_preview")
    note_required = fields.Boolean(compute="_compute_reason_flags")
    competitor_required = fields.Boolean(compute="_compute_reason_flags")
    note_min_letters = fields.Integer(compute="_compute_preview")
    unconfirmed_message = fields.Char("Left by automation", compute="_compute_preview")
    facts = fields.Char("What is known", compute="_compute_preview")
    open_count = fields.Integer("Open activities and meetings", compute="_compute_preview")
    open_message = fields.Char(compute="_compute_preview")
    activity_choice = fields.Selection(
        ACTIVITY_CHOICES,
        "What becomes of them",
        help="Cancelled activities and meetings come back when the opportunity is reopened in "
        "time. Nobody gets a mail about a meeting that is taken off the calendar.",
    )

    @api.depends("lead_ids")
    def _compute_reason_domain(self):
        for wizard in self:
            leads = wizard._get_leads()
            wizard.reason_domain = list(leads._get_offered_reason_domain(self._closing_outcome))

    @api.depends(
        lambda self: [REASON_FIELD[self._closing_outcome]] if self._closing_outcome else []
    )
    def _compute_reason_flags(self):
        for wizard in self:
            reason = wizard[REASON_FIELD[self._closing_outcome]]
            wizard.note_required = reason.note_required
            wizard.competitor_required = reason.competitor_required

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Let a reason ask the server only for what an add-on has made depend on it."""
        arch, view = super()._get_view(view_id, view_type, **options)
        names = {node.get("name") for node in arch.iter("field")} & self._fields.keys()
        followers = [self._fields[name] for name in names - FROM_REASON]
        reason = self._fields[REASON_FIELD[self._closing_outcome]]
        if self._has_onchange(reason, followers):
            for node in arch.xpath(f"//field[@name='{reason.name}'][@widget='closing_reason']"):
                node.set("options", "{'asks_server': True}")
        return arch, view

    def _show_preview(self, leads):
        result = super()._show_preview(leads)
        outcome = self._closing_outcome
        self.reason_required = any(lead._requires_reason(outcome) for lead in leads)
        self.note_min_letters = max((lead._get_note_min_letters() for lead in leads), default=0)
        self.unconfirmed_message = describe_unconfirmed_answers(leads)
        self.facts = " · ".join(leads._get_closing_facts()) if len(leads) == 1 else False
        self._show_open_work(leads)
        return result

    def _show_open_work(self, leads):
        """Say what is still open on these leads, before they are closed.

        Called once; an extension calls ``super()`` and sets fields of its own, which have
        ``_compute_preview`` as their method.

        :param crm.lead leads: the leads this window closes
        """
        meetings = leads._get_future_meetings()
        activities = leads._get_open_activities(meetings)
        self.open_count = len(activities) + len(meetings)
        self.open_message = self.env._(
            "Open activities: %(activities)s, meetings to come: %(meetings)s",
            activities=len(activities),
            meetings=len(meetings),
        )

    @api.onchange("lead_ids")
    def _onchange_lead_ids_activity_choice(self):
        """Propose what the company wants, to a person who sees it: code has made no choice."""
        # sudo: salespeople may not read the settings of every company
        company = (self._get_leads().company_id[:1] or self.env.company).sudo()
        self.activity_choice = company[f"close_{self._closing_outcome}_activities"]

    def _get_skipped_leads(self, leads):
        skipped = super()._get_skipped_leads(leads)
        done = {"won": self.env._("already won"), "lost": self.env._("already lost")}
        if self._closing_outcome == "won":
            del done["lost"]
        blockers = leads._get_closing_blockers(self._closing_outcome)
        blocked = {lead: ["stage"] for lead, codes in blockers.items() if "stage" in codes}
        words = blocked and describe_blockers(leads, self._closing_outcome, blocked)
        for lead in leads:
            if why := done.get(lead.won_status) or words.get(lead):
                skipped[lead] = why
        return skipped

    def _split_leads(self):
        """The leads this window closes, and those it skips.

        :raise UserError: there is nothing to close
        """
        leads, skipped = super()._split_leads()
        if not leads:
            raise UserError(
                self.env._(
                    "There is no opportunity left to close:\n%(leads)s",
                    leads=self._describe_skipped(skipped),
                )
            )
        return leads.with_context(closing_window=True), skipped

    def _process_open_work(self, leads):
        """Do with what is still open on these leads what the person chose in this window.

        Called once, just before they are closed. An extension calls ``super()`` and does what
        it has added to the window.

        :param crm.lead leads: the leads this window closes
        """
        if self.activity_choice:
            leads._apply_activity_choice(self.activity_choice)

    def _prepare_answers(self, note):
        """The answers of this window, by the names they have on the lead.

        :param str note: the closing note (HTML)
        :rtype: dict
        """
        reason_field = REASON_FIELD[self._closing_outcome]
        return {
            reason_field: self[reason_field].id,
            "secondary_reason_ids": [Command.set(self.secondary_reason_ids.ids)],
            "competitor_id": self.competitor_id.id,
            "closing_note": False if is_html_empty(note) else note,
            "date_closed": self.date_closed,
        }

    def _get_report_action(self, leads, skipped):
        """Close the window, say what was closed and what was not, and offer Undo.

        :param crm.lead leads: the leads that were closed
        :param dict skipped: the others, see :meth:`_get_skipped_leads`
        :return: a client action
        :rtype: dict
        """
        closings = leads._get_current_closings().with_env(self.env)
        return closings._get_closed_notification(describe_first(self.env, skipped))
