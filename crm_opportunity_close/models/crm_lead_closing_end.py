from odoo import fields, models
from odoo.tools import plaintext2html

from .crm_lead import ANSWER_FIELDS, OUTCOMES
from .crm_lead_closing_sync import get_correctable


class CrmLead(models.Model):
    """What ends with a closing when a lead is reopened, or closed another way."""

    _inherit = "crm.lead"

    def _end_closings(self, rows, written):
        """End the current closings of these leads, and clear the answers they leave.

        :param dict rows: id of a lead → its current closing, for each of them
        :param set[str] written: the names of fields that were written
        :return: the rows that ended (as superuser)
        :rtype: crm.lead.closing
        """
        closings = self.env["crm.lead.closing"].sudo().concat(*(rows[lead.id] for lead in self))
        self.filtered("followup_date")._unlink_reminders()
        closings.write(
            {
                "is_current": False,
                "reopened_date": fields.Datetime.now(),
                "reopened_by_id": self.env.uid,
            }
        )
        # A lead may be closed anew in the same write: its row must find the place free.
        closings.flush_recordset(["is_current"])
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

    def _post_reopen(self, closings):
        """Called once after a set of leads has been reopened, with the closings that ended.

        The closings already say who reopened, when and why. Whatever an extension raises
        undoes the reopening.

        :param crm.lead.closing closings: the rows that are not current any more
        """
