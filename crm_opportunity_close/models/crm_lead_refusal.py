from odoo import models
from odoo.tools import format_date
from odoo.tools.mail import html_to_inner_content

from .crm_lead import REASON_FIELD
from .crm_lead_closing_rules import UNANSWERABLE


class CrmLead(models.Model):
    """Why a closing is refused, in plain words, and what to do there where the person is."""

    _inherit = "crm.lead"

    def _get_closing_refusal(self, outcome, blockers):
        """What a person reads whose closing, or correction of one, is refused.

        :param str outcome: ``lost`` or ``won``
        :param dict blockers: see :meth:`_get_closing_blockers`
        :rtype: str
        """
        leads = "\n".join(
            self.env._("– %(lead)s: %(why)s", lead=lead.name, why=why)
            for lead, why in self._describe_blockers(outcome, blockers).items()
        )
        if self.env.context.get("closing_window"):
            return self.env._("An answer is missing, or does not fit:\n%(leads)s", leads=leads)
        if any(lead.closing_id for lead in blockers):
            title = self.env._(
                "These are closed, and would lack an answer the rules ask for:\n%(leads)s",
                leads=leads,
            )
        elif outcome == "lost":
            title = self.env._("These cannot be marked as lost yet:\n%(leads)s", leads=leads)
        else:
            title = self.env._("These cannot be marked as won yet:\n%(leads)s", leads=leads)
        return "\n\n".join([title, *self._get_refusal_advice(outcome, blockers)])

    def _get_refusal_advice(self, outcome, blockers):
        """What to do about a refusal, there where the person is.

        :param str outcome: ``lost`` or ``won``
        :param dict blockers: see :meth:`_get_closing_blockers`
        :return: sentences
        :rtype: list[str]
        """
        codes = {code for codes in blockers.values() for code in codes}
        advice = []
        if codes & UNANSWERABLE:
            advice.append(self._get_stage_advice(outcome))
        if codes <= UNANSWERABLE:
            return advice
        if any(lead.closing_id for lead in blockers):
            advice.append(self.env._("Give what is missing together with this change."))
        elif self.env.context.get("import_file"):
            names = [REASON_FIELD[outcome], "closing_note", "competitor_id"]
            labels = [self._fields[name]._description_string(self.env) for name in names]
            advice.append(
                self.env._(
                    "Give what is missing in the file, in these columns: %(columns)s.",
                    columns=", ".join(labels),
                )
            )
        else:
            advice.append(self.env._("Give what is missing together with the closing."))
        return advice

    def _get_stage_advice(self, outcome):
        allowed = self.env["crm.stage"].search(
            [
                (f"allow_{outcome}", "=", True),
                ("is_won", "=", False),
                *("|", ("team_ids", "=", False), ("team_ids", "in", self.team_id.ids)),
            ]
        )
        if not allowed:
            return self.env._("No stage allows it. A sales manager can change that.")
        return self.env._(
            "Move them first to one of these stages: %(stages)s.",
            stages=", ".join(dict.fromkeys(allowed.mapped("name"))),
        )

    def _describe_blockers(self, outcome, blockers):
        """What blocks each lead.

        :param str outcome: ``lost`` or ``won``
        :param dict blockers: see :meth:`_get_closing_blockers`
        :return: lead → plain words
        :rtype: dict[crm.lead, str]
        """
        labels = self._get_blocker_labels(outcome)
        return {
            lead: ", ".join(
                lead._get_stage_label(outcome) if code == "stage" else labels.get(code, code)
                for code in codes
            )
            for lead, codes in blockers.items()
        }

    def _get_stage_label(self, outcome):
        stage = self.last_open_stage_id.name
        if outcome == "lost":
            return self.env._("cannot be lost from stage %(stage)s", stage=stage)
        return self.env._("cannot be won from stage %(stage)s", stage=stage)

    def _get_blocker_labels(self, outcome):
        """What to tell a person about each code of :meth:`_get_closing_blockers`.

        The code ``stage`` is not among them: :meth:`_describe_blockers` names the stage.

        :param str outcome: ``lost`` or ``won``
        :return: code → plain words
        :rtype: dict[str, str]
        """
        return {
            "reason": self.env._("the reason is missing"),
            "wrong_reason": self.env._("the reason is not meant for this outcome, company or team"),
            "note": self.env._("the reason asks for a closing note"),
            "competitor": self.env._("the reason asks for the competitor"),
        }

    def _describe_reopenings(self):
        """Who reopened these leads last, one line each.

        :rtype: list[str]
        """
        # sudo: the lines name who reopened leads the user is just writing on
        ended = self.env["crm.lead.closing"].sudo()
        ended = ended.search(
            [("lead_id", "in", self.ids), ("reopened_date", "!=", False)], order="reopened_date"
        )
        latest = {closing.lead_id.id: closing for closing in ended}
        return [
            self.env._(
                "– %(lead)s was reopened by %(user)s on %(date)s",
                lead=lead.name,
                user=closing.reopened_by_id.name,
                date=format_date(self.env, closing.reopened_date),
            )
            if (closing := latest.get(lead.id))
            else self.env._("– %(lead)s", lead=lead.name)
            for lead in self
        ]

    def _describe_unconfirmed_answers(self):
        """What code left on these open leads, which answers no closing by a person.

        :return: empty where there is nothing
        :rtype: str
        """
        # sudo: reasons may belong to a company the user does not see
        texts = [
            text
            for lead in self.sudo()
            for text in (
                *(lead.lost_reason_id + lead.win_reason_id).mapped("name"),
                *lead.competitor_id.mapped("name"),
                html_to_inner_content(lead.closing_note or ""),
            )
            if text
        ]
        return ", ".join(dict.fromkeys(texts))
