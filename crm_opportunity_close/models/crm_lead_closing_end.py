from odoo import fields, models
from odoo.tools import plaintext2html

from .crm_lead import ANSWER_FIELDS, OUTCOMES
from .crm_lead_activities import CANCELLED
from .crm_lead_closing_rules import guard_refuses
from .crm_lead_closing_sync import get_correctable


class CrmLead(models.Model):
    """How closings end: their lead is reopened, closed another way, or merged.

    A merge takes the closings along, and what is still open is never lost by a merge.
    """

    _inherit = "crm.lead"

    merged_into_id = fields.Many2one(
        "crm.lead",
        "Merged into",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="Where the closings go once this lead is deleted.",
    )

    # ------------------------------------------------------------
    # Reopening
    # ------------------------------------------------------------

    def _end_closings(self, rows, written):
        """End the current closings of these leads, and clear the answers they leave.

        :param dict rows: id of a lead → its current closing, for each of them
        :param set[str] written: the names of fields that were written
        :return: the rows that ended (as superuser)
        :rtype: crm.lead.closing
        """
        closings = self.env["crm.lead.closing"].sudo().concat(*(rows[lead.id] for lead in self))
        self.filtered("followup_date")._unlink_reminders()
        # Whoever has begun to reopen a row has said whether it was a mistake.
        slips = closings.with_env(self.env)._filter_slips()
        slips.filtered(lambda row: not row.reopened_by_id).is_mistake = True
        closings._end()
        still_open = self.filtered(lambda lead: lead.won_status not in OUTCOMES)
        still_open._clear_fields(ANSWER_FIELDS)
        (self - still_open)._clear_stale_answers(rows, written)
        for closing in closings.filtered("reopen_note"):
            title, note = self.env._("Reopened:"), plaintext2html(closing.reopen_note)
            self.browse(closing.lead_id.id)._set_closing_message(title, note)
        return closings

    def _clear_stale_answers(self, rows, written):
        """Clear what leads that were closed anew still have of the closing that ended.

        :param dict rows: id of a lead → the closing that ended
        :param set[str] written: the names of fields that were written, with the new closing
        """
        for outcome, leads in self.grouped(lambda lead: rows[lead.id].outcome).items():
            names = get_correctable(outcome)
            for name in names.keys() & set(ANSWER_FIELDS) - written:
                leads.filtered(
                    lambda lead, name=name, source=names[name]: lead[name] == rows[lead.id][source]
                )._clear_fields([name])

    def _resume_work(self, ended, written):
        """Bring back what the closing changed, unless the leads are about to be won.

        :param crm.lead.closing ended: the rows that ended
        :param set[str] written: the names of fields that were written
        """
        still_open = self.filtered(lambda lead: lead.won_status not in OUTCOMES)
        if self._get_winning():
            still_open._restart_probability()
            return
        still_open._restore_activities()
        still_open._restart_probability()
        if "probability" not in written:
            still_open._restore_probabilities(ended._get_manual_probabilities())

    def _restart_probability(self):
        """Give the automated probability to open leads that a loss has left at zero."""
        stuck = self.filtered(lambda lead: lead.active and not lead.probability)
        if stuck:
            stuck._compute_probabilities()
            differing = stuck.filtered(lambda lead: lead.probability != lead.automated_probability)
            differing._restore_probabilities(
                {lead.id: lead.automated_probability for lead in stuck}
            )

    def _restore_probabilities(self, probabilities):
        """Write probabilities on those of these leads that are in the pipeline.

        :param dict probabilities: id of a lead → its probability
        """
        leads = self.filtered(lambda lead: lead.active and lead.id in probabilities)
        for probability, group in leads.grouped(lambda lead: probabilities[lead.id]).items():
            group.write({"probability": probability})

    def _get_reopening_stage(self, closed_from, chosen_id):
        """The stage a lead goes back to: as chosen, else as before, else its team's first."""
        stage = self.env["crm.stage"].browse(chosen_id or (closed_from and closed_from.id))
        foreign = stage.team_ids and self.team_id and self.team_id not in stage.team_ids
        if stage and not stage.is_won and (chosen_id or not foreign):
            return stage
        return self._stage_find(domain=[("is_won", "=", False), ("fold", "=", False)])

    def _post_reopen(self, closings):
        """Called once after a set of leads has been reopened, with the closings that ended.

        The closings already say who reopened, when and why. Whatever an extension raises
        undoes the reopening.

        :param crm.lead.closing closings: the rows that are not current any more
        """

    # ------------------------------------------------------------
    # Merging
    # ------------------------------------------------------------

    def _sort_by_confidence_level(self, reverse=False):
        """No lead is more certain to be won than a won one, whatever its stage."""
        leads = super()._sort_by_confidence_level(reverse=reverse)
        won = leads.filtered(lambda lead: lead.won_status == "won")
        return won + (leads - won) if reverse else (leads - won) + won

    def _merge_opportunity(self, user_id=False, team_id=False, auto_unlink=True, max_length=5):
        """A lost lead that survives a merge with an open one is reopened: the result is open.

        A result that is closed stays so, in its stage: it gets its team afterwards, because
        core looks for a stage of that team, and so would reopen it.
        """
        leads = self._sort_by_confidence_level(reverse=True)
        head = leads[:1]
        still_open = self.filtered(lambda lead: lead.active and lead.won_status == "pending")
        if head.won_status == "lost" and still_open:
            head.action_reopen(
                note=self.env._("Merged with the open “%(lead)s”", lead=still_open[0].name),
                is_mistake=False,
            )
        is_closed = head.won_status in OUTCOMES
        later_team = is_closed and (team_id or leads.team_id[:1].id)
        team_id = False if is_closed else team_id
        merged = super()._merge_opportunity(user_id, team_id, auto_unlink, max_length)
        if later_team and merged.team_id.id != later_team:
            merged.team_id = later_team
        return merged

    def _merge_data(self, fnames=None):
        data = super()._merge_data(fnames)
        if self[:1].won_status in OUTCOMES:
            data.pop("team_id", None)
        return data

    def _merge_get_fields_specific(self):
        """The reason of a lost lead stays on its closing when the survivor is open."""
        fields_info = super()._merge_get_fields_specific()
        core_reason = fields_info["lost_reason_id"]

        def get_lost_reason(fname, leads):
            if leads[0].won_status == "lost":
                return core_reason(fname, leads)
            # What code left on open leads: a person could not write it on the survivor.
            still_open = leads.filtered(lambda lead: lead.won_status != "lost")
            return not guard_refuses(self.env) and core_reason(fname, still_open)

        def get_followup_date(fname, leads):
            dates = filter(None, leads.mapped(fname))
            return leads[0].won_status == "lost" and next(dates, False)

        return {
            **fields_info,
            "lost_reason_id": get_lost_reason,
            "followup_date": get_followup_date,
        }

    def _merge_dependences(self, opportunities):
        # Core moves what is open: the survivor has a reminder of its own, or none.
        opportunities._unlink_reminders()
        opportunities._move_cancelled_activities(self)
        result = super()._merge_dependences(opportunities)
        # sudo: the user may merge these leads, so their past goes along whole
        opportunities = opportunities.sudo()
        opportunities.filtered(
            lambda lead: lead.closing_ids or lead.origin_closing_id
        ).merged_into_id = self
        return result

    def _move_cancelled_activities(self, lead):
        """What the closings of merged leads cancelled can come back on the survivor.

        :param crm.lead lead: the lead these are about to be merged into
        """
        # sudo: the user may merge these leads, so what was planned for them moves whole
        activities = self.env["mail.activity"].sudo()
        leads = [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        activities.search([*CANCELLED, *leads]).write({"res_id": lead.id})
        meetings = self.env["calendar.event"].sudo()
        meetings = meetings.search([*CANCELLED, ("opportunity_id", "in", self.ids)])
        meetings.write({"res_id": lead.id, "opportunity_id": lead.id})

    def unlink(self):
        """The closings of merged leads go to the survivor when these leads are deleted.

        A caller of a merge may keep them: then they keep their closings as well, and each
        closing counts once.
        """
        for survivor, leads in self.grouped("merged_into_id").items():
            if survivor and survivor not in self:
                leads._move_closings(survivor)
        return super().unlink()

    def _move_closings(self, survivor):
        """Give the closings of these leads to another one, as closings of its past.

        :param crm.lead survivor: the lead they were merged into
        """
        ended = self._get_current_closings()
        ended._end(reopen_note=self.env._("Merged into “%(lead)s”", lead=survivor.name))
        # sudo: the user may delete these leads, and merged them
        closings = self.env["crm.lead.closing"].sudo()
        closings.search([("lead_id", "in", self.ids)]).lead_id = survivor
        survivor.invalidate_recordset(["closing_ids"])
        self._move_origin(survivor)
        if ended:
            survivor._post_reopen(ended.with_env(self.env))
