from odoo import fields, models


class CrmLead(models.Model):
    """Merging deals: their closings come along, and a lost deal never swallows an open one."""

    _inherit = "crm.lead"

    def _sort_by_confidence_level(self, reverse=False):
        """Lost deals come last: the surviving deal is lost only if all of them are."""
        leads = super()._sort_by_confidence_level(reverse=reverse)
        lost = leads.filtered(lambda lead: lead.won_status == "lost")
        return (leads - lost) + lost if reverse else lost + (leads - lost)

    def _merge_get_fields_specific(self):
        fields_info = super()._merge_get_fields_specific()
        core_reason = fields_info["lost_reason_id"]
        fields_info["lost_reason_id"] = lambda fname, leads: (
            core_reason(fname, leads) if leads[0].won_status == "lost" else False
        )
        return fields_info

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
