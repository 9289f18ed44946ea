from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from ..models.crm_lead import REASON_FIELD
from ..models.crm_lead_activities import ACTIVITY_CHOICES


class CrmLeadCloseMixin(models.AbstractModel):
    """What the windows Lost and Won have in common: the answers, and a preview.

    A window collects; the deals' own verb closes. A window model says which outcome it is
    about in ``_closing_outcome`` and names its reason as the deal does.
    """

    _name = "crm.lead.close.mixin"
    _description = "Closing window"
    _closing_outcome = None

    lead_ids = fields.Many2many("crm.lead", string="Leads", context={"active_test": False})
    secondary_reason_ids = fields.Many2many(
        "crm.lost.reason", string="Further reasons", help="What else contributed."
    )
    competitor_id = fields.Many2one("crm.competitor")
    date_closed = fields.Datetime(
        "Closing date",
        default=lambda self: fields.Datetime.now(),
        help="When the deal was decided. Not in the future.",
    )
    reason_domain = fields.Binary("Reasons offered", compute="_compute_reason_domain")
    reason_required = fields.Boolean(compute="_compute_preview")
    note_required = fields.Boolean(compute="_compute_reason_flags")
    competitor_required = fields.Boolean(compute="_compute_reason_flags")
    lead_count = fields.Integer("Deals to close", compute="_compute_preview")
    open_count = fields.Integer("Open activities and meetings", compute="_compute_preview")
    open_message = fields.Char(compute="_compute_preview")
    activity_choice = fields.Selection(
        ACTIVITY_CHOICES,
        "What becomes of them",
        help="Cancelled activities and meetings come back when the deal is reopened in time. "
        "Nobody gets a mail about a meeting that is taken off the calendar.",
    )
    left_message = fields.Text("Left as they are", compute="_compute_preview")

    @api.depends("lead_ids")
    def _compute_reason_domain(self):
        reasons = self.env["crm.lost.reason"]
        for wizard in self:
            domain = reasons._get_offered_domain(wizard.lead_ids._origin, self._closing_outcome)
            wizard.reason_domain = list(domain)

    @api.depends(
        lambda self: [REASON_FIELD[self._closing_outcome]] if self._closing_outcome else []
    )
    def _compute_reason_flags(self):
        for wizard in self:
            reason = wizard[REASON_FIELD[self._closing_outcome]]
            wizard.note_required = reason.note_required
            wizard.competitor_required = reason.competitor_required

    @api.depends("lead_ids")
    def _compute_preview(self):
        for wizard in self:
            left = wizard._get_left_leads()
            closable = wizard.lead_ids._origin.filtered(lambda lead, left=left: lead not in left)
            wizard.lead_count = len(closable)
            wizard.reason_required = any(
                lead._requires_reason(self._closing_outcome) for lead in closable
            )
            wizard.left_message = wizard._describe_left(left)
            wizard._show_open_work(closable)

    def _show_open_work(self, leads):
        """Say what is still open on these deals, before they are closed.

        Called once; an extension calls ``super()`` and sets fields of its own, which have
        ``_compute_preview`` as their method.

        :param crm.lead leads: the deals this window closes
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
    def _onchange_lead_ids_settle(self):
        """Propose what the company wants, to a person who sees it: code has made no choice."""
        # sudo: salespeople may not read the settings of every company
        company = (self.lead_ids._origin.company_id[:1] or self.env.company).sudo()
        self.activity_choice = company[f"close_{self._closing_outcome}_activities"]

    def _get_left_leads(self):
        """The deals of the selection that this window cannot close, and why.

        :return: deal → plain words
        :rtype: dict[crm.lead, str]
        """
        leads = self.lead_ids._origin
        done = {"won": self.env._("already won"), "lost": self.env._("already lost")}
        if self._closing_outcome == "won":
            del done["lost"]
        blockers = leads._get_closing_blockers(self._closing_outcome)
        stuck = {lead for lead, codes in blockers.items() if "stage" in codes}
        labels = stuck and leads._get_blocker_labels(self._closing_outcome)
        left = {}
        for lead in leads:
            if lead.won_status in done:
                left[lead] = done[lead.won_status]
            elif lead in stuck:
                left[lead] = labels["stage"]
        return left

    def _describe_left(self, left):
        return "\n".join(f"{lead.name} – {why}" for lead, why in left.items())

    def _get_closable_leads(self, left):
        """The deals this window closes.

        :param dict left: the others, see :meth:`_get_left_leads`
        :rtype: crm.lead
        :raise AccessError: the user may not change one of the selected deals
        :raise UserError: there are none
        """
        # sudo: reading a relation leaves out what the user may not see, instead of refusing
        self.sudo().lead_ids.with_env(self.env).check_access("write")
        leads = self.lead_ids.filtered(lambda lead: lead not in left)
        leads = leads.with_context(closing_window=True)
        if not leads:
            raise UserError(
                self.env._(
                    "There is no deal left to close:\n%(deals)s", deals=self._describe_left(left)
                )
            )
        return leads

    def _settle_open_work(self, leads):
        """Do with what is still open on these deals what the person chose in this window.

        Called once, just before they are closed. An extension calls ``super()`` and settles
        what it has added to the window.

        :param crm.lead leads: the deals this window closes
        """
        if self.activity_choice:
            leads._apply_activity_choice(self.activity_choice)

    def _prepare_answers(self, note):
        """The answers of this window, by the names they have on the deal.

        :param str note: the closing note (HTML)
        :rtype: dict
        """
        reason_field = REASON_FIELD[self._closing_outcome]
        further = self.secondary_reason_ids - self[reason_field]
        return {
            reason_field: self[reason_field].id,
            "secondary_reason_ids": [fields.Command.set(further.ids)],
            "competitor_id": self.competitor_id.id,
            "closing_note": False if is_html_empty(note) else note,
            "date_closed": self.date_closed,
        }

    def _get_report_action(self, leads, left):
        """Close the window, and say what was closed and what was not.

        :param crm.lead leads: the deals that were closed
        :param dict left: the others, see :meth:`_get_left_leads`
        :return: a client action, or True where everything was closed
        """
        if not left:
            return True
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("%(count)s deals closed", count=len(leads)),
                "message": self.env._(
                    "Left as they are:\n%(deals)s", deals=self._describe_left(left)
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
