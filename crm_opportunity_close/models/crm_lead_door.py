from markupsafe import Markup

from odoo import fields, models
from odoo.fields import Command

from .crm_lead import ANSWER_FIELDS, OUTCOMES, REASON_FIELD
from .crm_lead_rules import UNANSWERABLE
from .crm_lead_win_back import WIN_BACK

# What only the other outcome has.
FOREIGN_FIELDS = {
    "won": ("lost_reason_id", "followup_date"),
    "lost": ("win_reason_id", "closed_revenue"),
}
# What a closing copies from its deal, and copies again when the deal is corrected.
CORRECTABLE = (
    "date",
    "reason_id",
    "loss_type",
    "secondary_reason_ids",
    "competitor_id",
    "note",
    "closed_revenue",
    "is_complete",
)


class CrmLead(models.Model):
    """The one door: every closing and every reopening is seen, checked and recorded here."""

    _inherit = "crm.lead"

    def _handle_won_lost(self, old_status_by_lead, new_status_by_lead):
        """Core calls this from ``create`` and ``write`` with the status before and after.

        :param dict old_status_by_lead: lead id → ``{"is_won": bool, "is_lost": bool}``
        :param dict new_status_by_lead: the same, after
        """
        result = super()._handle_won_lost(old_status_by_lead, new_status_by_lead)
        before = {lead_id: _outcome(status) for lead_id, status in old_status_by_lead.items()}
        after = {lead_id: _outcome(status) for lead_id, status in new_status_by_lead.items()}
        changed = self.filtered(lambda lead: before.get(lead.id) != after[lead.id])
        if changed:
            # Two people at one deal meet at its row, where Odoo retries the second.
            changed.flush_recordset(["active", "stage_id", "probability", "won_status"])
        changed.filtered(lambda lead: before.get(lead.id))._record_reopenings()
        for outcome in OUTCOMES:
            changed.filtered(
                lambda lead, outcome=outcome: after[lead.id] == outcome
            )._record_closings(outcome)
        if before:
            self._align_date_closed(changed)
        return result

    # ------------------------------------------------------------
    # Recording
    # ------------------------------------------------------------

    def _record_closings(self, outcome):
        """Write one closing for each of these deals, which have just been closed.

        :param str outcome: ``lost`` or ``won``
        :raise ValidationError: a person left out an answer the rules ask for
        """
        if not self:
            return
        self._clear_foreign_fields(outcome)
        given = self._get_state_before().date_closed
        self.filtered(
            lambda lead: lead.date_closed != given if given else not lead.date_closed
        )._write_closing_fields({"date_closed": given or fields.Datetime.now()})
        blockers = self._guard_closing(outcome)
        # sudo: nobody may write closings; these values come from the deals themselves
        closings = self.env["crm.lead.closing"].sudo()
        closings = closings.create(self._prepare_rows(outcome, blockers))
        self.filtered("followup_date")._schedule_followups()
        leads = self.with_context(closing_state_before=None)
        leads._post_close(closings.with_env(leads.env))

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
        """The values of the closings of these deals, in their order.

        Called once for a set that has just been closed, and again when a closed deal is
        corrected (then only what a correction may change is used). An extension calls
        ``super()`` and adds its own fields to each dictionary.

        :param str outcome: ``lost`` or ``won``
        :return: one dictionary of ``crm.lead.closing`` values a deal
        :rtype: list[dict]
        """
        stages = self._get_closing_stages()
        return [
            {
                "lead_id": lead.id,
                "outcome": outcome,
                "date": lead.date_closed,
                "closed_by_id": self.env.uid,
                "user_id": lead.user_id.id,
                "team_id": lead.team_id.id,
                "company_id": lead.company_id.id,
                "partner_id": lead.partner_id.id,
                "lead_type": lead.type,
                "stage_id": stages[lead].id,
                "source_id": lead.source_id.id,
                "medium_id": lead.medium_id.id,
                "campaign_id": lead.campaign_id.id,
                "country_id": lead.country_id.id,
                # sudo: the reason may belong to a company the user does not see
                "reason_id": (reason := lead[REASON_FIELD[outcome]].sudo()).id,
                "loss_type": reason.loss_type if outcome == "lost" else False,
                "secondary_reason_ids": [Command.set(lead.secondary_reason_ids.ids)],
                "competitor_id": lead.competitor_id.id,
                "note": lead.closing_note,
                "company_currency": lead.company_currency.id,
                "expected_revenue": lead.expected_revenue,
                "closed_revenue": lead.closed_revenue,
                "is_current": True,
            }
            for lead in self
        ]

    def _post_close(self, closings):
        """Called once after a set of deals has been closed, with their new closings.

        An extension acts on the closings as a whole (one search, one write); whatever it
        raises undoes the closing. By default nothing happens.

        :param crm.lead.closing closings: the new rows, in the order of ``self``
        """

    def _record_reopenings(self):
        """End the current closings of these deals, and clear their answers."""
        if not self:
            return
        closings = self._get_current_closings()
        closings.write(
            {
                "is_current": False,
                "reopened_date": fields.Datetime.now(),
                "reopened_by_id": self.env.uid,
            }
        )
        # A deal may be closed anew in the same write: its row must find the place free.
        closings.flush_recordset(["is_current"])
        self._clear_answers()
        if not self.env.context.get("closing_again"):
            self.filtered(lambda lead: lead.won_status == "pending")._restore_activities()
        self.activity_unlink([WIN_BACK])
        stuck = self.filtered(
            lambda lead: lead.won_status == "pending" and lead.active and not lead.probability
        )
        if stuck:
            stuck._compute_probabilities()
            stuck._align_probability()
        leads = self.with_context(closing_state_before=None)
        leads._post_reopen(closings.with_env(leads.env))

    def _post_reopen(self, closings):
        """Called once after a set of deals has been reopened, with the closings that ended.

        The closings already say who reopened, when and why. Whatever an extension raises
        undoes the reopening. By default nothing happens.

        :param crm.lead.closing closings: the rows that are not current any more
        """

    def _clear_answers(self):
        """Reopening leaves no answer behind, but those of a closing written with it."""
        answered = self._get_state_before().answered
        still_open = self.filtered(lambda lead: lead.won_status == "pending")
        still_open._clear_fields(ANSWER_FIELDS)
        (self - still_open)._clear_fields([f for f in ANSWER_FIELDS if f not in answered])

    def _clear_foreign_fields(self, outcome):
        """A won deal has no lost reason and no follow-up, a lost one no reason to win."""
        self._clear_fields(FOREIGN_FIELDS[outcome])

    def _clear_fields(self, fnames):
        """Empty these fields, where they are not."""
        filled = [fname for fname in fnames if any(lead[fname] for lead in self)]
        if filled:
            self._write_closing_fields(dict.fromkeys(filled, False))

    def _align_date_closed(self, changed):
        """Open deals have no closing date; closed ones keep that of their closing.

        :param crm.lead changed: the deals that have just been closed or reopened
        """
        self.filtered(
            lambda lead: lead.won_status == "pending" and lead.date_closed
        )._write_closing_fields({"date_closed": False})
        still_closed = (self - changed)._filter_closed()
        for closing in still_closed._get_current_closings():
            lead = self.browse(closing.lead_id.id)
            if lead.date_closed != closing.date:
                lead._write_closing_fields({"date_closed": closing.date})

    def _get_current_closings(self):
        """The current closings of these deals, whoever may see them.

        :return: as superuser: at most one row a deal
        :rtype: crm.lead.closing
        """
        if not self:
            return self.env["crm.lead.closing"].sudo()
        # sudo: the guard and the record must not depend on what the user may read
        closings = self.env["crm.lead.closing"].sudo()
        return closings.search([("lead_id", "in", self.ids), ("is_current", "=", True)])

    # ------------------------------------------------------------
    # Correcting
    # ------------------------------------------------------------

    def _correct_closings(self, answered):
        """Let the current closings follow a correction made on their deals.

        :param set[str] answered: the fields whose values the correction changed
        :raise ValidationError: a person took away an answer the rules ask for
        """
        for outcome in OUTCOMES:
            leads = self.filtered(lambda lead, outcome=outcome: lead.won_status == outcome)
            closings = {closing.lead_id.id: closing for closing in leads._get_current_closings()}
            leads = leads.filtered(lambda lead, closings=closings: lead.id in closings)
            if not leads:
                continue
            leads._clear_foreign_fields(outcome)
            blockers = leads._guard_closing(outcome, answered)
            noted = self.browse()
            groups = {}
            for lead, vals in zip(leads, leads._prepare_rows(outcome, blockers), strict=True):
                closing = closings[lead.id]
                changes = {
                    fname: vals[fname]
                    for fname in CORRECTABLE
                    if vals[fname] != _comparable(closing, fname)
                }
                if "note" in changes:
                    noted += lead
                same = groups.setdefault(str(changes), (changes, []))
                same[1].append(closing.id)
            for changes, ids in groups.values():
                if changes:
                    closings[leads[0].id].browse(ids).write(changes)
            noted._log_note_corrections()

    def _log_note_corrections(self):
        title = self.env._("Closing note corrected:")
        bodies = {
            lead.id: Markup("<p>%s</p>%s") % (title, lead.closing_note or Markup("<p>–</p>"))
            for lead in self
        }
        if bodies:
            self._message_log_batch(bodies=bodies)

    def _mail_track(self, tracked_fields, initial_values):
        """The figures of a closing are news when corrected, not when the deal is closed."""
        compared = set(initial_values)
        if initial_values.get("won_status", self.won_status) != self.won_status:
            compared -= {"date_closed", "closed_revenue"}
        # Odoo sorts all it is given for each record, also what it has nothing to compare with.
        tracked_fields = {k: info for k, info in tracked_fields.items() if k in compared}
        return super()._mail_track(tracked_fields, initial_values)

    def _track_subtype(self, initial_values):
        """A correction is not a second loss: it does not notify like one."""
        corrected = initial_values.keys() & set(ANSWER_FIELDS)
        if corrected and "won_status" not in initial_values and self.won_status in OUTCOMES:
            return self.env.ref("mail.mt_note")
        return super()._track_subtype(initial_values)


def _outcome(status):
    if status["is_won"]:
        return "won"
    return "lost" if status["is_lost"] else None


def _comparable(closing, fname):
    value = closing[fname]
    field = closing._fields[fname]
    if field.type == "many2many":
        return [Command.set(value.ids)]
    return value.id if field.type == "many2one" else value
