from markupsafe import Markup

from odoo import fields, models
from odoo.fields import Command

from .closing_refusal import UNANSWERABLE
from .closing_values import group_by_values
from .crm_lead import OUTCOMES, REASON_FIELD
from .crm_lead_closing import AMOUNTS, FROM_LEAD
from .crm_lead_facts import get_days_silent

# What only the other outcome has.
FOREIGN_FIELDS = {
    "won": ("lost_reason_id", "followup_date", "winning_price"),
    "lost": ("win_reason_id", "closed_revenue"),
}
# The answers of a lead, by their names on its closing.
CORRECTABLE = {
    "date_closed": "date",
    "secondary_reason_ids": "secondary_reason_ids",
    "competitor_id": "competitor_id",
    "winning_price": "winning_price",
    "closing_note": "note",
    "closed_revenue": "closed_revenue",
}


class CrmLead(models.Model):
    """After each write, leads are compared with their current closings.

    The current closing of a lead says which state was recorded last. Another outcome means
    that the lead was closed or reopened, the same outcome with other answers that it was
    corrected. So it does not matter who wrote what, how often, or in which order.
    """

    _inherit = "crm.lead"

    def _sync_closings(self, was_closed=None, written=frozenset(), dates=None, states=None):
        """Bring the closings of these leads in line with them.

        :param crm.lead was_closed: those that were won or lost before
        :param set[str] written: the names of fields that were written
        :param dict dates: lead → the closing date given (UTC), if any
        :param dict states: see ``crm.lead.closing._get_states``
        :raise ClosingRefusedError: a person left out an answer the rules ask for
        """
        closed = self._filter_closed()
        (self - closed)._clear_fields(["date_closed"])
        concerned = closed | was_closed if was_closed else closed
        if not concerned:
            return
        # Concurrent closings of one lead are serialized at its row, where Odoo retries.
        concerned.flush_recordset(["active", "stage_id", "probability", "won_status"])
        dates, states = dates or {}, states or {}
        rows = {row.lead_id.id: row for row in concerned._get_current_closings()}
        kept = closed.filtered(
            lambda lead: lead.id in rows and rows[lead.id].outcome == lead.won_status
        )
        outdated = (concerned - kept).filtered(lambda lead: lead.id in rows)
        ended = outdated._end_closings(rows, written) if outdated else None
        for row in ended or ():
            states.get(row.lead_id.id, {})["closing_id"] = row.id
        new = closed - kept
        recorded = {
            outcome: new.filtered(
                lambda lead, outcome=outcome: lead.won_status == outcome
            )._record_closings(outcome, dates, states)
            for outcome in OUTCOMES
        }
        # Recorded already, by a nested write that knew no more what the lead was like before.
        unknown = kept.filtered(lambda lead: lead.id in states and not rows[lead.id].state_before)
        for lead in unknown:
            rows[lead.id].state_before = states[lead.id]
        kept._correct_closings(rows, written, dates)
        # What follows may write on the leads again: everything is recorded by now.
        if ended:
            reopened = concerned.filtered(lambda lead: lead.id in ended.lead_id._ids)
            reopened._resume_work(ended, written)
            reopened._post_reopen(ended.with_env(self.env))
        for closings in filter(None, recorded.values()):
            self.browse(closings.lead_id.ids)._post_close(closings.with_env(self.env))

    def _get_current_closings(self):
        """The current closings of these leads, whoever may see them.

        :return: as superuser: at most one row a lead
        :rtype: crm.lead.closing
        """
        # sudo: rules and records must not depend on what the user may read
        closings = self.env["crm.lead.closing"].sudo()
        if not self.ids:
            return closings
        fnames = [name for name, field in closings._fields.items() if field.column_type]
        domain = [("lead_id", "in", self.ids), ("is_current", "=", True)]
        return closings.search_fetch(domain, fnames)

    # ------------------------------------------------------------
    # Closing
    # ------------------------------------------------------------

    def _record_closings(self, outcome, dates, states):
        """Record that these leads have just been closed.

        :param str outcome: ``lost`` or ``won``
        :param dict dates: lead → the closing date given (UTC), if any
        :param dict states: see ``crm.lead.closing._get_states``
        :return: the new rows, in the order of ``self`` (as superuser)
        :rtype: crm.lead.closing
        :raise ClosingRefusedError: a person left out an answer the rules ask for
        """
        # sudo: nobody may write closings; these values come from the leads themselves
        closings = self.env["crm.lead.closing"].sudo()
        if not self:
            return closings
        self._clear_fields(FOREIGN_FIELDS[outcome])
        self._drop_redundant_reasons(outcome)
        now = fields.Datetime.now()
        self._set_closing_dates({lead: dates.get(lead) or lead.date_closed or now for lead in self})
        blockers = self._get_closing_blockers(outcome)
        self._check_closing(outcome, blockers)
        self._file_under_unspecified(outcome, blockers)
        vals_list = self._prepare_rows(outcome, blockers)
        self._add_last_words(vals_list)
        for lead, vals in zip(self, vals_list, strict=True):
            vals["state_before"] = states.get(lead.id)
        closings = closings.create(vals_list)
        for note, leads in self.grouped("closing_note").items():
            if note:
                leads._set_closing_message(self.env._("Closing Note:"), note)
        return closings

    def _prepare_rows(self, outcome, blockers):
        """The values of closings, with whether each is complete.

        :param str outcome: ``lost`` or ``won``
        :param dict blockers: see :meth:`_get_closing_blockers`
        :rtype: list[dict]
        """
        vals_list = self._prepare_closing_vals(outcome)
        for lead, vals in zip(self, vals_list, strict=True):
            vals["is_complete"] = UNANSWERABLE.issuperset(blockers.get(lead, ()))
        return vals_list

    def _prepare_closing_vals(self, outcome):
        """The values of the closings of these leads, in their order.

        Called once for a set that has just been closed. An extension calls ``super()`` and
        adds its own fields to each dictionary.

        :param str outcome: ``lost`` or ``won``
        :return: one dictionary of ``crm.lead.closing`` values a lead
        :rtype: list[dict]
        """
        vals_list = []
        # sudo: a reason may belong to a company the user does not see, an amount to a group
        for lead in self.sudo():
            reason = lead[REASON_FIELD[outcome]]
            vals = {name: lead[source] for name, source in FROM_LEAD.items()}
            vals_list.append(
                {
                    **{name: getattr(value, "id", value) for name, value in vals.items()},
                    "stage_name": lead.last_open_stage_id.name,
                    "team_name": lead.team_id.name,
                    "outcome": outcome,
                    "closed_by_id": self.env.uid,
                    "reason_id": reason.id,
                    "loss_type": reason.loss_type if outcome == "lost" else False,
                    "secondary_reason_ids": [Command.set(lead.secondary_reason_ids.ids)],
                    "is_current": True,
                }
            )
        return vals_list

    def _set_closing_dates(self, dates):
        """Write closing dates where they differ, all leads of one date at once.

        :param dict dates: lead → its closing date (UTC)
        """
        wrong = self.filtered(lambda lead: lead.date_closed != dates[lead])
        for date, leads in wrong.grouped(dates.get).items():
            leads._write_closing_fields({"date_closed": date})

    def _set_date_of_created_as_won(self, vals_list):
        """Date what is created in a Won stage now, as core would do in a write of its own.

        :param list[dict] vals_list: values of new leads; changed in place
        """
        stages = self.env["crm.stage"].search(
            [("id", "in", [vals["stage_id"] for vals in vals_list if vals.get("stage_id")])]
        )
        won = stages.filtered("is_won")._ids
        for vals in vals_list:
            if vals.get("stage_id") in won and not vals.get("date_closed"):
                vals["date_closed"] = fields.Datetime.now()

    def _post_close(self, closings):
        """Called once after a set of leads has been closed, with their new closings.

        An extension acts on the closings as a whole (one search, one write); whatever it
        raises undoes the closing.

        :param crm.lead.closing closings: the new rows, in the order of ``self``
        """

    # ------------------------------------------------------------
    # Correcting
    # ------------------------------------------------------------

    def _correct_closings(self, rows, written, dates):
        """Let the current closings follow corrections made on their leads.

        :param dict rows: id of a lead → its current closing
        :param set[str] written: the names of fields that were written
        :param dict dates: lead → the closing date given (UTC), if any
        :raise ClosingRefusedError: a person took away an answer the rules ask for
        """
        self._set_closing_dates({lead: dates.get(lead) or rows[lead.id].date for lead in self})
        for outcome in OUTCOMES:
            leads = self.filtered(lambda lead, outcome=outcome: lead.won_status == outcome)
            leads._clear_fields(FOREIGN_FIELDS[outcome])
            leads._drop_redundant_reasons(outcome)
            changed = leads._get_corrected_fields(outcome, rows, written)
            leads = leads.filtered(lambda lead, changed=changed: changed[lead])
            if leads:
                leads._write_corrections(outcome, rows, changed)

    def _get_corrected_fields(self, outcome, rows, written):
        """Which values of closed leads differ from those on their closings.

        :param str outcome: ``lost`` or ``won``
        :param dict rows: id of a lead → its current closing
        :param set[str] written: the names of fields that were written; with the type, the
            rules may ask for another answer
        :return: lead → names of fields
        :rtype: dict[crm.lead, set[str]]
        """
        names = get_correctable(outcome)
        for name in AMOUNTS - written:
            # The company may have changed its currency since: another amount says nothing.
            del names[name]
        asked = written & {"type"}
        return {
            lead: {name for name in names if lead[name] != rows[lead.id][names[name]]} | asked
            for lead in self
        }

    def _write_corrections(self, outcome, rows, changed):
        blockers = self._get_closing_blockers(outcome)
        concerned = self._filter_concerned(blockers, changed)
        self._check_closing(outcome, concerned)
        self._file_under_unspecified(outcome, concerned)
        names = get_correctable(outcome)
        pairs = []
        for lead, vals in zip(self, self._prepare_rows(outcome, blockers), strict=True):
            row = rows[lead.id]
            wanted = [names[name] for name in names if name in changed[lead]]
            if lead[REASON_FIELD[outcome]] != row.reason_id:
                wanted += ["reason_id", "loss_type"]
            changes = {name: vals[name] for name in (*wanted, "is_complete")}
            for name in AMOUNTS & changes.keys():
                changes[name] = row._convert_amount(lead, name)
            if "date" in changes:
                changes["days_silent"] = get_days_silent(row.last_word_date, changes["date"])
            pairs.append((row, changes))
        for changes, closings in group_by_values(pairs):
            closings[0].concat(*closings[1:]).write(changes)
        self.filtered(lambda lead: "closing_note" in changed[lead])._log_note_corrections()

    def _log_note_corrections(self):
        title = self.env._("Closing Note corrected:")
        bodies = {
            lead.id: Markup("<p>%s</p>%s") % (title, lead.closing_note or Markup("<p>–</p>"))
            for lead in self
        }
        if bodies:
            self._message_log_batch(bodies=bodies)


def get_correctable(outcome):
    """The answers of a lead with this outcome → their names on its closing."""
    return {**CORRECTABLE, REASON_FIELD[outcome]: "reason_id"}
