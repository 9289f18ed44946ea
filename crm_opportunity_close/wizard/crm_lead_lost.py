from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import is_html_empty


class CrmLeadLost(models.TransientModel):
    """The window behind Lost: the reason, the details, and what else the closing says."""

    _name = "crm.lead.lost"
    _inherit = ["crm.lead.lost", "crm.lead.close.mixin"]
    _closing_outcome = "lost"

    lost_reason_id = fields.Many2one(domain="reason_domain")
    is_per_deal = fields.Boolean(
        "A reason for each deal", help="Show the deals one by one, each with its own answer."
    )
    line_ids = fields.One2many(
        "crm.lead.lost.line",
        "wizard_id",
        "Deals",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    followup_date = fields.Date(
        "Follow up on",
        compute="_compute_followup_date",
        store=True,
        readonly=False,
        help="On this day the salesperson is reminded to try again. Empty: never.",
    )

    @api.depends("lead_ids", "is_per_deal")
    def _compute_line_ids(self):
        for wizard in self:
            if not wizard.is_per_deal:
                wizard.line_ids = [Command.clear()]
            elif not wizard.line_ids:
                left = wizard._get_left_leads()
                wizard.line_ids = [
                    Command.create({"lead_id": lead.id})
                    for lead in wizard.lead_ids._origin
                    if lead not in left
                ]

    @api.depends("lost_reason_id", "date_closed")
    def _compute_followup_date(self):
        for wizard in self:
            wizard.followup_date = wizard._get_proposed_followup(wizard.lost_reason_id)

    def _get_proposed_followup(self, reason):
        """When to follow up on a deal that is lost for this reason.

        :param crm.lost.reason reason: at most one
        :return: the day where the user is, or False
        :rtype: date
        """
        if not reason.followup_days:
            return False
        closed = self.date_closed or fields.Datetime.now()
        today = fields.Datetime.context_timestamp(self, closed).date()
        return today + timedelta(days=reason.followup_days)

    def action_lost_reason_apply(self):
        """Mark what can be lost of the selection as lost, and report the rest.

        Core's method is not called: it would close every deal of the selection, with the
        reason alone.

        :return: True, or a notification that names the deals left as they are
        :raise UserError: nothing can be closed, or an answer the rules ask for is missing
        """
        self.ensure_one()
        left = self._get_left_leads()
        groups = self._get_groups(self._get_closable_leads(left))
        # A deal taken off the list is not closed, and keeps what it has.
        leads = groups[0][0].concat(*(group for group, _answers in groups[1:]))
        self._settle_open_work(leads)
        for group, answers in groups:
            group.action_set_lost(**answers)
        return self._get_report_action(leads, left)

    def _get_groups(self, leads):
        """The deals to close, by the answers they share.

        :param crm.lead leads: the deals to close
        :return: pairs of deals and answers
        :rtype: list[tuple[crm.lead, dict]]
        """
        answers = {
            **self._prepare_answers(self.lost_feedback),
            "followup_date": self.followup_date,
        }
        if not self.is_per_deal:
            return [(leads, answers)]
        groups = self.line_ids.filtered(lambda line: line.lead_id in leads).grouped(
            lambda line: (line.lost_reason_id, line.note, line.followup_date)
        )
        if not groups:
            raise UserError(self.env._("There is no deal left on the list."))
        return [
            (
                leads & lines.lead_id.with_env(leads.env),
                {
                    **answers,
                    "lost_reason_id": reason.id,
                    "followup_date": followup_date,
                    "closing_note": answers["closing_note"]
                    if is_html_empty(note)
                    else Markup("<p>%s</p>") % note,
                },
            )
            for (reason, note, followup_date), lines in groups.items()
        ]


class CrmLeadLostLine(models.TransientModel):
    """One deal of a selection, where each gets a reason of its own."""

    _name = "crm.lead.lost.line"
    _description = "Deal to mark as lost"

    wizard_id = fields.Many2one("crm.lead.lost", required=True, ondelete="cascade")
    lead_id = fields.Many2one("crm.lead", "Deal", required=True, ondelete="cascade")
    lost_reason_id = fields.Many2one("crm.lost.reason", "Lost reason")
    note = fields.Char("Details of the closing")
    note_required = fields.Boolean(related="lost_reason_id.note_required")
    followup_date = fields.Date(
        "Follow up on",
        compute="_compute_followup_date",
        store=True,
        readonly=False,
        help="On this day the salesperson is reminded to try again. Empty: never.",
    )

    @api.depends("lost_reason_id", "wizard_id.date_closed")
    def _compute_followup_date(self):
        for line in self:
            line.followup_date = line.wizard_id._get_proposed_followup(line.lost_reason_id)
