from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools.mail import html_to_inner_content

from ..models.closing_refusal import (
    describe_missing_answers,
    get_closing_refusal,
    get_missing_answers,
)
from ..models.crm_lead import REASON_FIELD
from ..models.exceptions import ClosingRefusedError

# What a person answers about a closing that is there already; its date and amounts stay.
KEPT = {"date_closed", "closed_revenue"}
NO_RECORDS = [Command.set([])]
# Which blocker says that an answer is there, and is not good enough.
INSUFFICIENT = {
    "lost_reason_id": "wrong_reason",
    "win_reason_id": "wrong_reason",
    "closing_note": "note",
}


class CrmLeadCloseMixin(models.AbstractModel):
    """The same windows ask for what the closings of leads that are closed already lack.

    A single closing shows its answers, and every one can be changed. Of several, the answers
    given fill what each lacks: what was answered before stays.
    """

    _inherit = "crm.lead.close.mixin"

    _note_field = "closing_note"

    is_completing = fields.Boolean("Complete closings")
    missing_message = fields.Text("What is missing", compute="_compute_preview")

    def _show_preview(self, leads):
        result = super()._show_preview(leads)
        self.missing_message = False
        if self.is_completing:
            # These are about leads that are still to be closed.
            self.facts = self.unconfirmed_message = False
            self.open_count = 0
            words = describe_missing_answers(leads, self._closing_outcome)
            single = len(leads) == 1 and words.get(leads)
            self.missing_message = single or self._describe_skipped(words)
        return result

    def _get_skipped_leads(self, leads):
        if not self.is_completing:
            return super()._get_skipped_leads(leads)
        states = {
            "won": self.env._("this one was won"),
            "lost": self.env._("this one was lost"),
            "pending": self.env._("already open"),
        }
        others = leads.filtered(lambda lead: lead.won_status != self._closing_outcome)
        return {lead: states[lead.won_status] for lead in others}

    @api.onchange("lead_ids")
    def _onchange_lead_ids_answers(self):
        """Show what a single closing says already."""
        leads = self._get_leads()
        if self.is_completing and len(leads) == 1:
            unspecified = self.env["crm.lost.reason"]._get_unspecified(self._closing_outcome)
            reason_field = REASON_FIELD[self._closing_outcome]
            self[reason_field] = leads[reason_field] - unspecified
            self.competitor_id = leads.competitor_id
            self.secondary_reason_ids = leads.secondary_reason_ids
            self[self._note_field] = leads.closing_note

    def _complete_closings(self, leads, groups):
        """Write the answers of each group on its leads, unless something would still be missing.

        :param crm.lead leads: all the leads whose closings are to be complete
        :param list groups: pairs of leads and answers
        :return: what lets the client count anew what is left to complete
        :rtype: dict
        :raise ClosingRefusedError: naming every lead that still lacks something
        """
        outcome = self._closing_outcome
        with self.env.cr.savepoint():
            blockers = {}
            for group, answers in groups:
                try:
                    group.write(answers)
                except ClosingRefusedError as error:
                    blockers.update(error.blockers)
            blockers = {**get_missing_answers(leads, outcome), **blockers}
            if blockers:
                raise ClosingRefusedError(get_closing_refusal(leads, outcome, blockers))
            # What lacks nothing is complete, also where only the rules have changed.
            leads._get_current_closings().write({"is_complete": True})
        return {"type": "ir.actions.client", "tag": "crm_opportunity_close.completed"}

    def _get_completing_groups(self, leads):
        """The leads, by which of the answers of this window each takes.

        :param crm.lead leads: leads that are closed
        :return: pairs of leads and answers
        :rtype: list[tuple[crm.lead, dict]]
        """
        answers = self._prepare_completing_answers()
        if len(leads) == 1:
            return [(leads, answers)]
        given = {name: value for name, value in answers.items() if value and value != NO_RECORDS}
        missing = get_missing_answers(leads, self._closing_outcome)
        unspecified = self.env["crm.lost.reason"]._get_unspecified(self._closing_outcome)

        def get_lacking(lead):
            return tuple(
                name
                for name in given
                if not lead[name]
                or lead[name] == unspecified
                or INSUFFICIENT.get(name) in missing.get(lead, ())
            )

        groups = leads.grouped(get_lacking)
        return [(group, {name: given[name] for name in names}) for names, group in groups.items()]

    def _prepare_completing_answers(self):
        answers = self._prepare_answers(self[self._note_field])
        return {name: value for name, value in answers.items() if name not in KEPT}


class CrmLeadLost(models.TransientModel):
    _inherit = "crm.lead.lost"
    _note_field = "lost_feedback"

    @api.onchange("lead_ids")
    def _onchange_lead_ids_answers(self):
        result = super()._onchange_lead_ids_answers()
        leads = self._get_leads()
        if self.is_completing and len(leads) == 1:
            self.winning_price = leads.winning_price
        return result

    def action_lost_reason_apply(self):
        if not self.is_completing:
            return super().action_lost_reason_apply()
        self.ensure_one()
        leads, _skipped = self._split_leads()
        if not self.is_per_deal:
            return self._complete_closings(leads, self._get_completing_groups(leads))
        groups = self._get_completing_lines(leads)
        return self._complete_closings(leads.concat(*(group for group, _ in groups)), groups)

    def _get_proposed_followup(self):
        """A reason that was given before proposes nothing anew."""
        leads = self._get_leads() if self.is_completing else self.lead_ids.browse()
        if len(leads) == 1 and leads.lost_reason_id == self.lost_reason_id:
            return leads.followup_date
        return super()._get_proposed_followup()

    def _prepare_completing_answers(self):
        answers = super()._prepare_completing_answers()
        own = {"followup_date": self.followup_date, "winning_price": self.winning_price}
        return {**answers, **own}

    def _get_completing_lines(self, leads):
        """The leads of the lines, by the answers they share.

        :param crm.lead leads: leads that are closed
        :return: pairs of leads and answers; a note that nobody changed is not written anew
        :rtype: list[tuple[crm.lead, dict]]
        """
        names = {
            *("lost_reason_id", "competitor_id", "winning_price"),
            *("followup_date", "closing_note"),
        }
        pairs = []
        for group, answers in self._get_groups(leads):
            answers = {name: answers[name] for name in names}
            text = html_to_inner_content(answers["closing_note"] or "")
            known = group.filtered(
                lambda lead, text=text: html_to_inner_content(lead.closing_note or "") == text
            )
            pairs.append((group - known, dict(answers)))
            del answers["closing_note"]
            pairs.append((known, answers))
        return [(group, answers) for group, answers in pairs if group]

    def _prepare_line_commands(self):
        """With what each closing says already, where it is to be completed."""
        commands = super()._prepare_line_commands()
        if self.is_completing:
            unspecified = self.env["crm.lost.reason"]._get_unspecified("lost")
            leads = self._get_leads().grouped("id")
            for _code, _id, vals in commands:
                lead = leads[vals["lead_id"]]
                known = {
                    "lost_reason_id": (lead.lost_reason_id - unspecified).id,
                    "competitor_id": lead.competitor_id.id,
                    "winning_price": lead.winning_price,
                    "note": html_to_inner_content(lead.closing_note or ""),
                }
                vals.update({name: value for name, value in known.items() if value})
        return commands


class CrmLeadLostLine(models.TransientModel):
    _inherit = "crm.lead.lost.line"

    def _get_proposed_followup(self):
        """A reason that was given before proposes nothing anew."""
        lead = self.lead_id._origin & self._get_readable_leads()
        if self.wizard_id.is_completing and lead.lost_reason_id == self.lost_reason_id:
            return lead.followup_date
        return super()._get_proposed_followup()


class CrmLeadWin(models.TransientModel):
    _inherit = "crm.lead.win"

    def action_win_apply(self):
        if not self.is_completing:
            return super().action_win_apply()
        self.ensure_one()
        leads, _skipped = self._split_leads()
        return self._complete_closings(leads, self._get_completing_groups(leads))
