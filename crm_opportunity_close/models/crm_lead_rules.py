from collections import defaultdict

from odoo import models
from odoo.exceptions import ValidationError
from odoo.tools import is_html_empty

from .closing_guard import guard_refuses, guard_stands_aside
from .crm_lead import REASON_FIELD
from .exceptions import ClosingRefusedError

# No answer helps against these blockers; all others make code's closing an incomplete one.
UNANSWERABLE = frozenset({"stage"})


class CrmLead(models.Model):
    """What a closing must say: one predicate, read by the guard and by every window."""

    _inherit = "crm.lead"

    def _get_closing_blockers(self, outcome):
        """What keeps these deals from being closed, or what their closing still lacks.

        The answers are read from the deals themselves. Called once for a set; an extension
        calls ``super()``, adds codes of its own, and says them in
        :meth:`_get_blocker_labels`.

        :param str outcome: ``lost`` or ``won``
        :return: blocked deals only, deal → codes: ``stage`` (cannot be closed from its
            stage), ``reason`` (none given), ``wrong_reason`` (of another outcome, company
            or team), ``note``, ``competitor`` (the reason asks for them)
        :rtype: dict[crm.lead, list[str]]
        """
        blockers = defaultdict(list)
        reason_field = REASON_FIELD[outcome]
        unspecified = self.env["crm.lost.reason"]._get_unspecified(outcome)
        stages = self._get_closing_stages()
        for lead in self:
            # sudo: flags of a reason the user may not see (of another company) still count
            reason = lead[reason_field].sudo()
            stage = stages[lead]
            if stage and not stage[f"allow_{outcome}"]:
                blockers[lead].append("stage")
            if reason == unspecified or not reason:
                if lead._requires_reason(outcome):
                    blockers[lead].append("reason")
                continue
            reasons = reason + lead.secondary_reason_ids.sudo()
            if not all(each._fits(lead, outcome) for each in reasons):
                blockers[lead].append("wrong_reason")
            if reason.note_required and is_html_empty(lead.closing_note):
                blockers[lead].append("note")
            if reason.competitor_required and not lead.competitor_id:
                blockers[lead].append("competitor")
        return dict(blockers)

    def _requires_reason(self, outcome):
        """Whether the rules of the deal's company ask for a reason.

        :param str outcome: ``lost`` or ``won``
        :rtype: bool
        """
        self.ensure_one()
        # sudo: salespeople may not read the settings of every company
        company = (self.company_id or self.env.company).sudo()
        if outcome == "won":
            return company.close_require_win_reason
        if self.type == "lead":
            return company.close_require_lead_reason
        return company.close_require_lost_reason

    def _get_closing_stages(self):
        """The last stage each of these deals was worked in.

        :return: deal → stage, which is empty for a deal that was created as won
        :rtype: dict[crm.lead, crm.stage]
        """
        before = self._get_state_before().stages
        return {
            lead: lead.stage_id.browse(before[lead.id])
            if lead.id in before
            else lead.stage_id
            if lead.won_status != "won"
            else lead.stage_id.browse()
            for lead in self
        }

    def _guard_closing(self, outcome, answered=None):
        """Refuse a closing that lacks an answer, or file it under *Unspecified*.

        :param str outcome: ``lost`` or ``won``
        :param set[str] answered: for a correction, the fields that changed; only what they
            are about is checked then
        :return: what the closings lack, see :meth:`_get_closing_blockers`
        :rtype: dict[crm.lead, list[str]]
        :raise ValidationError: naming every blocked deal and what each lacks
        """
        blockers = self._get_closing_blockers(outcome)
        if guard_stands_aside(self.env):
            return blockers
        asked = blockers if answered is None else _about(blockers, answered)
        if asked and guard_refuses(self.env):
            blocked = self.browse().concat(*asked)
            raise ClosingRefusedError(
                self._get_closing_refusal(outcome, asked),
                blocked._get_answering_window(outcome, asked),
            )
        reason_field = REASON_FIELD[outcome]
        silent = self.browse(
            lead.id for lead, codes in asked.items() if "reason" in codes and not lead[reason_field]
        )
        unspecified = self.env["crm.lost.reason"]._get_unspecified(outcome)
        silent._write_closing_fields({reason_field: unspecified.id})
        return blockers

    def _get_answering_window(self, outcome, blockers):
        """The window in which a person can answer what a refused closing lacks.

        :param str outcome: ``lost`` or ``won``
        :param dict blockers: see :meth:`_get_closing_blockers`
        :return: a window action; None where the deals are being created or corrected, where
            no answer helps, or where that window itself is closing them
        """
        created = not self._get_state_before().stages
        answerable = all(UNANSWERABLE.isdisjoint(codes) for codes in blockers.values())
        if created or not answerable or self.env.context.get("closing_window"):
            return None
        return self._action_open_closing_window(outcome)

    def _check_not_won(self):
        """Refuse to lose won deals, by name, before anything is written."""
        won = self.filtered(lambda lead: lead.won_status == "won")
        if won and not guard_stands_aside(self.env):
            raise ValidationError(
                self.env._(
                    "These deals are won and cannot be marked as lost. Reopen them "
                    "first:\n%(deals)s",
                    deals="\n".join(won.mapped("name")),
                )
            )

    def _get_closing_refusal(self, outcome, blockers):
        """What a person reads whose closing is refused.

        :param str outcome: ``lost`` or ``won``
        :param dict blockers: see :meth:`_get_closing_blockers`
        :rtype: str
        """
        labels = self._get_blocker_labels(outcome)
        deals = "\n".join(
            f"– {lead.name}: {', '.join(labels.get(code, code) for code in codes)}"
            for lead, codes in blockers.items()
        )
        if self.env.context.get("closing_window"):
            return self.env._("An answer is missing, or does not fit:\n%(deals)s", deals=deals)
        if outcome == "lost":
            return self.env._(
                "These deals cannot be marked as lost yet:\n%(deals)s\n\n"
                "Press Lost on the deal and answer there.",
                deals=deals,
            )
        return self.env._(
            "These deals cannot be marked as won yet:\n%(deals)s\n\n"
            "Press Won on the deal and answer there.",
            deals=deals,
        )

    def _get_blocker_labels(self, outcome):
        """What to tell a person about each code of :meth:`_get_closing_blockers`.

        :param str outcome: ``lost`` or ``won``
        :return: code → plain words
        :rtype: dict[str, str]
        """
        stages = self.env["crm.stage"].search([(f"allow_{outcome}", "=", True)])
        return {
            "stage": self.env._(
                "not from its stage (allowed: %(stages)s)", stages=", ".join(stages.mapped("name"))
            ),
            "reason": self.env._("the reason is missing"),
            "wrong_reason": self.env._("the reason is not meant for this outcome, company or team"),
            "note": self.env._("the reason asks for a closing note"),
            "competitor": self.env._("the reason asks for the competitor"),
        }


# Which written fields make a code the concern of a correction; a stage never is.
_ABOUT = {
    "reason": {"lost_reason_id", "win_reason_id", "type"},
    "wrong_reason": {"lost_reason_id", "win_reason_id", "secondary_reason_ids"},
    "note": {"lost_reason_id", "win_reason_id", "closing_note"},
    "competitor": {"lost_reason_id", "win_reason_id", "competitor_id"},
}


def _about(blockers, answered):
    concerned = {
        lead: [code for code in codes if answered & _ABOUT.get(code, set())]
        for lead, codes in blockers.items()
    }
    return {lead: codes for lead, codes in concerned.items() if codes}
