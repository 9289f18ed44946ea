from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import frozendict
from odoo.tools.mail import html_to_inner_content

from ..models.closing_refusal import get_closing_refusal
from ..models.exceptions import ClosingRefusedError


class CrmLeadLost(models.TransientModel):
    """The window behind Lost: the reason, the note, and what else the closing says."""

    _name = "crm.lead.lost"
    _inherit = ["crm.lead.lost", "crm.lead.close.mixin", "crm.lead.followup.mixin"]
    _closing_outcome = "lost"

    lost_reason_id = fields.Many2one(domain="reason_domain")
    price_asked = fields.Selection(related="lost_reason_id.price_asked")
    company_currency = fields.Many2one("res.currency", compute="_compute_preview")
    asked_price = fields.Monetary(
        "Our price", currency_field="company_currency", compute="_compute_preview"
    )
    winning_price = fields.Monetary(
        "Winning price",
        currency_field="company_currency",
        help="What the customer paid to whom they chose. 0: not known.",
    )
    is_per_deal = fields.Boolean(
        "A reason for each opportunity",
        help="Show the opportunities one by one, each with its own answers.",
    )
    line_ids = fields.One2many(
        "crm.lead.lost.line",
        "wizard_id",
        "One by one",
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
    )

    @api.depends("lead_ids", "is_per_deal")
    def _compute_line_ids(self):
        for wizard in self:
            if not wizard.is_per_deal:
                wizard.line_ids = [Command.clear()]
            elif not wizard.line_ids:
                wizard.line_ids = wizard._prepare_line_commands()

    def _show_preview(self, leads):
        result = super()._show_preview(leads)
        # One price says nothing of several: each has its own, one by one.
        single = leads if len(leads) == 1 else leads.browse()
        self.company_currency = single.company_currency
        self.asked_price = single.asked_price
        return result

    def _prepare_line_commands(self):
        """A line for each lead this window closes, with what is answered already.

        :rtype: list
        """
        leads = self._get_leads()
        skipped = self._get_skipped_leads(leads)
        answers = {
            "lost_reason_id": self.lost_reason_id.id,
            "competitor_id": self.competitor_id.id,
            "note": html_to_inner_content(self.lost_feedback or "") or False,
        }
        return [
            Command.create({"lead_id": lead.id, **answers}) for lead in leads if lead not in skipped
        ]

    @api.depends("lost_reason_id", "date_closed")
    def _compute_followup_date(self):
        return super()._compute_followup_date()

    def _get_closing_date(self):
        return self.date_closed

    def action_lost_reason_apply(self):
        """Mark what can be lost of the selection as lost, and report the rest.

        Core's method is not called: it would close every lead of the selection, with the
        reason alone.

        :return: a client action that offers Undo, and names the skipped leads
        :raise UserError: there is nothing to close
        :raise ClosingRefusedError: an answer is missing; nothing is closed, and everything
            that is missing is said
        """
        self.ensure_one()
        leads, skipped = self._split_leads()
        groups = self._get_groups(leads)
        # A lead taken off the list is not closed, and keeps what it has.
        leads = leads.browse().concat(*(group for group, _answers in groups))
        # A caller that catches the refusal finds the leads as they were.
        with self.env.cr.savepoint():
            self._process_open_work(leads)
            self._close_groups(groups)
        return self._get_report_action(leads, skipped)

    def _close_groups(self, groups):
        """Close the leads of each group; say of all of them together what is missing.

        :param list groups: see :meth:`_get_groups`
        :raise ClosingRefusedError: an answer is missing
        """
        blockers = {}
        for leads, answers in groups:
            try:
                leads.action_set_lost(**answers)
            except ClosingRefusedError as error:
                blockers.update(error.blockers)
        if blockers:
            leads = groups[0][0].browse().concat(*blockers)
            raise ClosingRefusedError(get_closing_refusal(leads, "lost", blockers))

    def _get_groups(self, leads):
        """The leads to close, by the answers they share.

        :param crm.lead leads: the leads to close
        :return: pairs of leads and answers
        :rtype: list[tuple[crm.lead, dict]]
        :raise UserError: all leads have been taken off the list
        """
        answers = {
            **self._prepare_answers(self.lost_feedback),
            "followup_date": self.followup_date,
            "winning_price": self.winning_price,
        }
        if not self.is_per_deal:
            return [(leads, answers)]
        lines = self.line_ids.filtered(lambda line: line.lead_id in leads)
        if not lines:
            raise UserError(self.env._("There is no opportunity left on the list."))
        groups = lines.grouped(lambda line: frozendict(line._prepare_answers()))
        return [
            (leads & group.lead_id.with_env(leads.env), {**answers, **own})
            for own, group in groups.items()
        ]
