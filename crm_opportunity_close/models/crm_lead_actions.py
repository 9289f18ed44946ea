from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.models import BaseModel
from odoo.tools import frozendict

from .closing_values import is_id, to_text
from .crm_lead import OUTCOMES, STATUS_FIELDS
from .crm_lead_closing_rules import guard_refuses, guard_stands_aside

# How core asks for the stages that mean won.
WON_STAGE = [("is_won", "=", True)]


class Winning(NamedTuple):
    """What the winning write of core's ``action_set_won`` is to bring, carried in the context.

    Core chooses the stage and writes it in one method, so there is nothing else to hand the
    answers to. The winning write takes them and drops the key; no client can send one.
    """

    answers: frozendict = frozendict()  # values of the closing, by field name
    stages: BaseModel | None = None  # the Won stages, which core would search for each lead


class CrmLead(models.Model):
    """The actions of closing: win, lose, reopen, each for a set, and the windows that ask."""

    _inherit = "crm.lead"

    # ------------------------------------------------------------
    # Lose
    # ------------------------------------------------------------

    def action_set_lost(self, **additional_values):
        """Close these leads as lost. Those that are lost already stay as they are.

        :param additional_values: the answers, by field name (``lost_reason_id``,
            ``closing_note``, ``competitor_id``, ``date_closed``, …); a ``stage_id`` is the
            stage they are closed from
        :return: True
        :raise ValidationError: a person left out an answer the rules ask for, one of the
            leads is won, or the stage is none to be lost in; nothing is closed then
        """
        leads = self.filtered(lambda lead: lead.won_status != "lost")
        leads._check_not_won()
        values = _without_status(additional_values)
        if stage_id := self._check_stage_chosen(additional_values.get("stage_id")):
            values["stage_id"] = self._check_stage_of_lost(stage_id)
        # A caller that catches the refusal finds the leads as they were.
        with self.env.cr.savepoint():
            # Core archives first and gives the answers second, when they come too late.
            lost = {"active": False, "probability": 0, "automated_probability": 0}
            leads.write({**values, **lost})
            leads = leads.filtered(lambda lead: lead.won_status == "lost")
            super(CrmLead, leads).action_set_lost(**values)
        return True

    @api.model
    def _check_stage_of_lost(self, stage_id):
        """Return the id of an existing stage, unless it is a Won stage."""
        stage = self.env["crm.stage"].browse(stage_id)
        if stage.is_won:
            raise ValidationError(
                self.env._(
                    "What is lost cannot be in the Won stage “%(stage)s”. Choose another stage.",
                    stage=stage.name,
                )
            )
        return stage_id

    def _check_not_won(self):
        """Refuse to lose won leads, by name, before anything is written.

        :raise ValidationError: one of these leads is won
        """
        won = self.filtered(lambda lead: lead.won_status == "won")
        if won and not guard_stands_aside(self.env):
            raise ValidationError(
                self.env._(
                    "These are won and cannot be marked as lost. Reopen them first:\n%(leads)s",
                    leads="\n".join(won.mapped("name")),
                )
            )

    # ------------------------------------------------------------
    # Win
    # ------------------------------------------------------------

    def action_set_won(self, **additional_values):
        """Close these leads as won. Lost ones are reopened first, won ones stay.

        :param additional_values: the answers, by field name (``win_reason_id``,
            ``closing_note``, ``competitor_id``, ``closed_revenue``, ``date_closed``, …)
        :return: True
        :raise ValidationError: a person left out an answer the rules ask for
        """
        leads = self.filtered(lambda lead: lead.won_status != "won")
        # Those are unarchived first: what they are like before that is what Undo gives back.
        archived = leads.filtered(lambda lead: not lead.active)
        states = self.env["crm.lead.closing"]._get_states_with_closings(archived)
        answers = frozendict(_without_status(additional_values))
        # A caller that catches the refusal finds the leads as they were.
        with self.env.cr.savepoint():
            leads.with_context(closing_winning=Winning()).action_unarchive()
            for stages, group in leads._group_by_won_stages().items():
                winning = Winning(answers, stages)
                super(CrmLead, group.with_context(closing_winning=winning)).action_set_won()
            archived._get_current_closings()._set_states(states)
        return True

    def _get_winning(self):
        """What a winning write under way is to bring, if there is one.

        :rtype: Winning
        """
        winning = self.env.context.get("closing_winning")
        return winning if isinstance(winning, Winning) else None

    def _apply_winning(self, vals):
        """Let the write that wins bring the answers of :meth:`action_set_won`.

        :param dict vals: what is about to be written
        :return: what to write on which leads
        :rtype: tuple[crm.lead, dict]
        """
        winning = self._get_winning()
        if not winning or not self.env["crm.stage"].browse(vals.get("stage_id")).is_won:
            return self, vals
        leads = self.with_context(closing_winning=None)
        return leads, {**vals, **leads._clean_closing_vals(winning.answers)}

    def _group_by_won_stages(self):
        """These leads by the Won stages of their teams, which core would search for each.

        :rtype: dict[crm.stage, crm.lead]
        """
        groups = {}
        for leads in self.grouped("team_id").values():
            stages = leads[0]._stage_find(domain=WON_STAGE, limit=None)
            groups[stages] = groups.get(stages, self.browse()) + leads
        return groups

    def _stage_find(self, team_id=False, domain=None, order="sequence, id", limit=1):
        winning = self._get_winning()
        if winning and winning.stages and domain == WON_STAGE and limit is None:
            return winning.stages.with_env(self.env)
        return super()._stage_find(team_id, domain, order, limit)

    def action_set_won_rainbowman(self):
        """Win the lead, or open the window that asks for what the rules want to know.

        :return: a client action that offers Undo, with the rainbow effect, or a window action
        """
        if self._asks_before_winning():
            return self._action_open_closing_window("won")
        leads = self.filtered(lambda lead: lead.won_status != "won")
        return leads._notify_won(super().action_set_won_rainbowman())

    def action_mark_won(self):
        """Win a selection, or open the window that asks for what the rules want to know.

        :return: a window action, or a client action that offers Undo, with the rainbow effect
            for a single lead
        """
        if len(self) == 1:
            return self.action_set_won_rainbowman()
        if self._asks_before_winning():
            return self._action_open_closing_window("won")
        leads = self.filtered(lambda lead: lead.won_status != "won")
        return leads._notify_won(self.action_set_won())

    def _notify_won(self, result):
        """Offer Undo with whatever else winning shows.

        :param result: the rainbow effect, or True; an action of another add-on stays alone
        """
        notification = self.env["crm.lead.closing"].get_closed_notification(self.ids)
        effect = result if isinstance(result, dict) else {}
        return {**notification, **effect} if notification and "type" not in effect else result

    def _asks_before_winning(self):
        leads = self.filtered(lambda lead: lead.won_status != "won")
        return bool(guard_refuses(self.env) and leads._get_closing_blockers("won"))

    def _get_rainbowman_message(self):
        """Core compares with the opportunities of this year, and fails where there is none."""
        self.ensure_one()
        comparable = (
            self.active
            and self.type == "opportunity"
            and (self.team_id or self.user_id == self.env.user)
            and self.date_closed
            and self.date_closed.year == fields.Date.today().year
        )
        return super()._get_rainbowman_message() if comparable else False

    # ------------------------------------------------------------
    # Reopen
    # ------------------------------------------------------------

    def action_restore(self):
        """Put these leads back into the pipeline, with the probability they had.

        :return: True, which every protocol can carry
        """
        manual = self._get_current_closings()._get_manual_probabilities()
        # Core gives the automated probability to each of them.
        super().action_restore()
        still_open = self.filtered(lambda lead: lead.won_status not in OUTCOMES)
        still_open._restore_probabilities(manual)
        return True

    def action_reopen(self, stage_id=None, date_deadline=None, note=None, is_mistake=None):
        """Reopen these leads as far as they are closed; their closings are kept.

        :param int stage_id: the stage to go back to; by default the one each was
            closed from
        :param date date_deadline: the new expected closing, if any
        :param str note: why they are reopened
        :param bool is_mistake: leave the closing out of all figures; by default that is done
            with what the same person has just closed (see the company's setting)
        :return: the closings that ended
        :rtype: crm.lead.closing
        :raise ValidationError: there is no such stage, or no such day
        """
        stage_id = self._check_stage_chosen(stage_id)
        date_deadline = self._convert_closing_value(
            "date_deadline", fields.Date.to_date, date_deadline
        )
        note = to_text(note)
        leads = self._filter_closed()
        leads.check_access("write")
        closings = leads._get_current_closings()
        if is_mistake is not None:
            # Who reopens is said now, so that no default takes the place of what was said.
            closings.write({"is_mistake": bool(is_mistake), "reopened_by_id": self.env.uid})
        if note:
            closings.write({"reopen_note": note})
        stages = {closing.lead_id.id: closing.stage_id for closing in closings}
        groups = leads.grouped(
            lambda lead: lead._get_reopening_stage(stages.get(lead.id), stage_id)
        )
        for stage, group in groups.items():
            vals = {"active": True, "stage_id": stage.id}
            if date_deadline:
                vals["date_deadline"] = date_deadline
            group.write(vals)
        return closings.with_env(self.env)

    @api.model
    def _check_stage_chosen(self, stage_id):
        """Refuse what is no stage.

        :param stage_id: what a person or a program gave
        :return: the id of a stage; None where none was given
        :rtype: int | None
        :raise ValidationError: there is no such stage
        """
        if not stage_id:
            return None
        if not is_id(stage_id) or not self.env["crm.stage"].browse(stage_id).exists():
            raise ValidationError(
                self.env._("There is no stage “%(stage)s”.", stage=str(stage_id)[:50])
            )
        return stage_id

    # ------------------------------------------------------------
    # Windows
    # ------------------------------------------------------------

    def _action_open_closing_window(self, outcome):
        """The window that asks for the answers of a closing.

        :param str outcome: ``lost`` or ``won``
        :return: a window action
        :rtype: dict
        """
        xmlid = {
            "lost": "crm.crm_lead_lost_action",
            "won": "crm_opportunity_close.crm_lead_win_action",
        }[outcome]
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        context = {"dialog_size": "medium", "default_lead_ids": [Command.set(self.ids)]}
        return {**action, "context": context}

    def action_view_closings(self):
        """Open the closings of these leads.

        :return: a window action
        :rtype: dict
        """
        return self.env["crm.lead.closing"]._get_closings_action([("lead_id", "in", self.ids)])


def _without_status(values):
    """Values of a closing without those that decide the status: an answer is none of them."""
    return {name: value for name, value in values.items() if name not in STATUS_FIELDS}
