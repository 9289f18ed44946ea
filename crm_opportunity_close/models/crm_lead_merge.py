from odoo import fields, models


class CrmLead(models.Model):
    """Merging deals: their closings come along, and a lost deal never swallows an open one."""

    _inherit = "crm.lead"

    def _merge_opportunity(self, *args, **kwargs):
        """Reopen a lost deal that is about to swallow an open one: the result is open."""
        head = self._sort_by_confidence_level(reverse=True)[:1]
        open_deals = self.filtered(lambda lead: lead.active and lead.won_status == "pending")
        if head.won_status == "lost" and open_deals:
            head.action_reopen(
                note=self.env._("Merged with the open deal “%(deal)s”", deal=open_deals[0].name)
            )
        return super()._merge_opportunity(*args, **kwargs)

    def _merge_get_fields_specific(self):
        """The reason of a lost deal stays on its closing when the surviving deal is open."""
        fields_info = super()._merge_get_fields_specific()
        core_reason = fields_info["lost_reason_id"]

        def get_lost_reason(fname, leads):
            if leads[0].won_status != "lost":
                leads = leads.filtered(lambda lead: lead.won_status != "lost")
            return core_reason(fname, leads)

        return {**fields_info, "lost_reason_id": get_lost_reason}

    def _merge_dependences(self, opportunities):
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
