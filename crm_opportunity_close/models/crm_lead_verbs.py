from markupsafe import Markup

from odoo import fields, models
from odoo.fields import Command
from odoo.tools import frozendict

from .closing_guard import guard_refuses
from .closing_write import Verb
from .crm_lead import STATUS_FIELDS

# How core asks for the stages a deal may be won in.
WON_STAGE = [("is_won", "=", True)]


class CrmLead(models.Model):
    """The verbs of closing: win, lose, reopen, each for a set, and the windows that ask."""

    _inherit = "crm.lead"

    # ------------------------------------------------------------
    # The verbs: win, lose, reopen
    # ------------------------------------------------------------

    def action_set_lost(self, **additional_values):
        """Close these deals as lost. Deals that are lost already stay as they are.

        :param additional_values: the answers, by field name (``lost_reason_id``,
            ``closing_note``, ``competitor_id``, ``date_closed``, …)
        :return: as :meth:`action_archive`
        :raise ValidationError: a person left out an answer the rules ask for, or one of
            the deals is won; nothing is closed then
        """
        leads = self.filtered(lambda lead: lead.won_status != "lost")
        leads._check_not_won()
        # What decides the status is not an answer.
        additional_values = {k: v for k, v in additional_values.items() if k not in STATUS_FIELDS}
        # Core archives first, and writes the answers second: they would come too late.
        vals = {**additional_values, "probability": 0, "automated_probability": 0}
        archived = leads.filtered(lambda lead: not lead.active)
        leads = leads._under_verb(Verb("lost", frozendict(vals), frozenset(archived.ids)))
        # A caller that catches the refusal finds the deals as they were.
        with self.env.cr.savepoint():
            return super(CrmLead, leads).action_set_lost(**additional_values)

    def action_set_won(self, **additional_values):
        """Close these deals as won. Lost ones are reopened first, won ones stay.

        :param additional_values: the answers, by field name (``win_reason_id``,
            ``closing_note``, ``competitor_id``, ``closed_revenue``, ``date_closed``, …)
        :return: True
        :raise ValidationError: a person left out an answer the rules ask for
        """
        leads = self.filtered(lambda lead: lead.won_status != "won")
        answers = {k: v for k, v in additional_values.items() if k not in STATUS_FIELDS}
        # A caller that catches the refusal finds the deals as they were.
        with self.env.cr.savepoint():
            # What their loss cancelled does not come back to deals that are won at once.
            leads.with_context(closing_again=True).action_unarchive()
            for stages, group in leads._group_by_won_stages().items():
                verb = Verb("won", frozendict(answers), won_stages=stages)
                super(CrmLead, group._under_verb(verb)).action_set_won()
        return True

    def _under_verb(self, verb):
        return self.with_context(closing_verb=verb)

    def _group_by_won_stages(self):
        """These deals by the won stages of their teams, which core would search for each.

        :rtype: dict[crm.stage, crm.lead]
        """
        groups = {}
        for leads in self.grouped("team_id").values():
            stages = leads[0]._stage_find(domain=WON_STAGE, limit=None)
            groups[stages] = groups.get(stages, self.browse()) + leads
        return groups

    def _stage_find(self, team_id=False, domain=None, order="sequence, id", limit=1):
        verb = self._get_verb()
        if verb and verb.won_stages and domain == WON_STAGE and limit is None:
            return verb.won_stages.with_env(self.env)
        return super()._stage_find(team_id, domain, order, limit)

    def action_set_won_rainbowman(self):
        """Win the deal, or open the window that asks for what the rules want to know."""
        if guard_refuses(self.env) and self._get_closing_blockers("won"):
            return self._action_open_closing_window("won")
        return super().action_set_won_rainbowman()

    def action_mark_won(self):
        """Win a selection, or open the window that asks for what the rules want to know.

        :return: a window action, the rainbow for a single deal, or True
        """
        if len(self) == 1:
            return self.action_set_won_rainbowman()
        if guard_refuses(self.env) and self._get_closing_blockers("won"):
            return self._action_open_closing_window("won")
        return self.action_set_won()

    def _get_rainbowman_message(self):
        """Only a deal that core can compare with this year's deals is worth a rainbow.

        Core looks for records among them, and fails where it finds none, not even this one.
        """
        self.ensure_one()
        comparable = (
            self.active
            and self.type == "opportunity"
            and (self.team_id or self.user_id == self.env.user)
            and self.date_closed
            and self.date_closed.year == fields.Date.today().year
        )
        return super()._get_rainbowman_message() if comparable else False

    def _get_rainbow_action(self, message):
        """Close the window and let the rainbow rise, as core does after Won.

        :param str message: what to congratulate with
        :return: a client action
        :rtype: dict
        """
        image = "/web/static/img/smile.svg"
        leader = self.team_id.user_id
        if leader.image_1024:
            image = f"/web/image/{leader._name}/{leader.id}/image_1024"
        effect = {
            "type": "rainbow_man",
            "fadeout": "slow",
            "message": message,
            "img_url": image,
        }
        return {"type": "ir.actions.act_window_close", "effect": effect}

    def action_archive(self):
        """Archiving an open deal at 0 % loses it: ask for what that closing lacks."""
        blocked = self.browse()
        if guard_refuses(self.env) and not self._get_verb():
            losing = self.filtered(lambda lead: lead.active and lead._is_lost_by_archiving())
            blocked = blocked.concat(*losing._get_closing_blockers("lost"))
        if not blocked:
            return super().action_archive()
        super(CrmLead, self - blocked).action_archive()
        return blocked._action_open_closing_window("lost")

    def _is_lost_by_archiving(self):
        return self.won_status == "pending" and not self.probability

    def action_restore(self):
        """Put these deals back into the pipeline, with their automated probability."""
        self.action_unarchive()
        self._align_probability()
        # Core has nothing left to write, deal by deal.
        return super(CrmLead, self._under_verb(Verb("pending"))).action_restore()

    def action_reopen(self, stage_id=None, date_deadline=None, note=None, is_mistake=False):
        """Reopen these closed deals; their closings keep the story.

        :param int stage_id: the stage to go back to; by default the one each deal was
            closed from
        :param date date_deadline: the new expected closing, if any
        :param str note: why they are reopened
        :param bool is_mistake: leave the closing out of all figures
        :return: the closings that ended
        :rtype: crm.lead.closing
        """
        leads = self._filter_closed()
        leads.check_access("write")
        closings = leads._get_current_closings()
        if note or is_mistake:
            closings.write({"reopen_note": note, "is_mistake": is_mistake})
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

    def _get_reopening_stage(self, closed_from, chosen_id):
        """The stage a deal goes back to: as chosen, else as before, else its team's first."""
        stage = self.env["crm.stage"].browse(chosen_id or (closed_from and closed_from.id))
        foreign = stage.team_ids and self.team_id and self.team_id not in stage.team_ids
        if stage and not stage.is_won and (chosen_id or not foreign):
            return stage
        return self._stage_find(domain=[("is_won", "=", False), ("fold", "=", False)])

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
        """Open the closings of these deals.

        :return: a window action
        :rtype: dict
        """
        return self.env["crm.lead.closing"]._get_closings_action([("lead_id", "in", self.ids)])

    def _log_closing_note(self, note):
        """Let the message of the closing carry its note, as core does.

        :param str note: HTML, may be empty
        """
        if note:
            self._track_set_log_message(
                Markup('<div style="margin-bottom: 4px;"><p>%s:</p>%s<br /></div>')
                % (self.env._("Closing note"), note)
            )
