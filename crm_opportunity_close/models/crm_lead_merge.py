from odoo import fields, models

from .crm_lead import OUTCOMES
from .crm_lead_win_back import WIN_BACK


class CrmLead(models.Model):
    """Merging deals: their closings come along, and a lost deal never swallows an open one."""

    _inherit = "crm.lead"

    def _sort_by_confidence_level(self, reverse=False):
        """No deal is more certain to be won than a won one, whatever its stage."""
        leads = super()._sort_by_confidence_level(reverse=reverse)
        won = leads.filtered(lambda lead: lead.won_status == "won")
        return won + (leads - won) if reverse else (leads - won) + won

    def _merge_opportunity(self, user_id=False, team_id=False, **kwargs):
        """A lost deal that is about to swallow an open one is reopened: the result is open.

        A result that is closed stays so, in its stage: it gets its team afterwards, because
        core looks for a stage of that team, and so would reopen the deal. So do the others,
        where they are not deleted.
        """
        leads = self._sort_by_confidence_level(reverse=True)
        head = leads[:1]
        open_deals = self.filtered(lambda lead: lead.active and lead.won_status == "pending")
        if head.won_status == "lost" and open_deals:
            head.action_reopen(
                note=self.env._("Merged with the open deal “%(deal)s”", deal=open_deals[0].name)
            )
        is_closed = head.won_status in OUTCOMES
        later_team = is_closed and (team_id or leads.team_id[:1].id)
        team_id = False if is_closed else team_id
        kept = self.browse() if kwargs.get("auto_unlink", True) else self
        closings = kept._get_current_closings().grouped("lead_id")
        merged = super()._merge_opportunity(user_id=user_id, team_id=team_id, **kwargs)
        if later_team and merged.team_id.id != later_team:
            merged.team_id = later_team
        closings.pop(merged, None)
        self._keep_closings(closings)
        return merged

    def _keep_closings(self, closings):
        """Copy closings that went to another deal, where their own is not deleted.

        :param dict closings: closed deal → its closing before the merge
        """
        vals_list = [
            {**closing.copy_data()[0], "lead_id": lead.id, "is_current": True}
            | dict.fromkeys(("reopened_date", "reopened_by_id", "reopen_note"), False)
            for lead, closing in closings.items()
        ]
        # sudo: nobody may write closings; these were written at the door
        rows = self.env["crm.lead.closing"].sudo()
        # The copy must find the place free.
        rows.flush_model(["lead_id", "is_current"])
        rows.create(vals_list)

    def _merge_data(self, fnames=None):
        data = super()._merge_data(fnames)
        if self[:1].won_status in OUTCOMES:
            data.pop("team_id", None)
        return data

    def _merge_get_fields_specific(self):
        """The reason of a lost deal stays on its closing when the surviving deal is open."""
        fields_info = super()._merge_get_fields_specific()
        core_reason = fields_info["lost_reason_id"]

        def get_lost_reason(fname, leads):
            if leads[0].won_status != "lost":
                leads = leads.filtered(lambda lead: lead.won_status != "lost")
            return core_reason(fname, leads)

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
        opportunities.activity_unlink([WIN_BACK])
        opportunities._move_cancelled_activities(self)
        result = super()._merge_dependences(opportunities)
        self._merge_dependences_closings(opportunities)
        return result

    def _merge_dependences_closings(self, opportunities):
        """Move the closings of merged deals to the surviving one, as closings of its past.

        :param crm.lead opportunities: the deals that are about to disappear
        """
        ended = opportunities._get_current_closings()
        ended.write(
            {
                "is_current": False,
                "reopened_date": fields.Datetime.now(),
                "reopened_by_id": self.env.uid,
                "reopen_note": self.env._("Merged into “%(deal)s”", deal=self.name),
            }
        )
        # sudo: the user may merge these deals, so their past moves whole
        closings = self.env["crm.lead.closing"].sudo()
        closings.search([("lead_id", "in", opportunities.ids)]).lead_id = self
        self._post_reopen(ended.with_env(self.env))
