from datetime import timedelta

from odoo import fields, models

from ..models.closing_values import YEARS


class CrmLeadFollowupMixin(models.AbstractModel):
    """A follow-up date that the lost reason proposes; a date chosen by a person stays.

    A model says on which date its leads are closed in ``_get_closing_date``, and on which
    fields that depends.
    """

    _name = "crm.lead.followup.mixin"
    _description = "Proposed follow-up"

    lost_reason_id = fields.Many2one("crm.lost.reason")
    followup_date = fields.Date(
        "Follow up on",
        compute="_compute_followup_date",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="On this day the salesperson is reminded to try again. Empty: never.",
    )
    # What the reason has proposed last: another date in its place was chosen by a person.
    proposed_followup_date = fields.Date(
        "Follow-up proposed", compute="_compute_followup_date", compute_sudo=False, store=True
    )

    def _compute_followup_date(self):
        for record in self:
            proposed = record._get_proposed_followup()
            if record.followup_date == record.proposed_followup_date:
                record.followup_date = proposed
            record.proposed_followup_date = proposed

    def _get_closing_date(self):
        """When the lead is closed (UTC); empty for now.

        :rtype: datetime
        """
        raise NotImplementedError

    def _get_proposed_followup(self):
        """When to follow up on a lead that is lost for this reason.

        :return: the day where the user is, or False
        :rtype: date
        """
        now = fields.Datetime.now()
        closed = self._get_closing_date() or now
        # No closing can have another date, and calendars end.
        possible = closed <= now and closed.year in YEARS
        if not possible or not self.lost_reason_id.followup_days:
            return False
        today = fields.Datetime.context_timestamp(self, closed).date()
        return today + timedelta(days=self.lost_reason_id.followup_days)
