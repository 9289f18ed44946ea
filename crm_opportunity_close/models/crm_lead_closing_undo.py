from datetime import date, datetime, timedelta

from odoo import api, fields, models
from odoo.fields import Command
from odoo.models import BaseModel
from odoo.tools import float_compare, plaintext2html

from .closing_values import group_by_values
from .crm_lead import ANSWER_FIELDS, OUTCOMES

# What decides the status of a lead: what a closing may change, and Undo gives back.
STATUS = ("active", "stage_id", "probability", "automated_probability", "date_last_stage_update")
STATE_FIELDS = (*STATUS, *ANSWER_FIELDS, "date_closed", "closed_revenue")


class CrmLeadClosing(models.Model):
    """Taking a closing back: Undo, and what reopening restores.

    A row keeps what its lead was like before (``state_before``). For ten minutes whoever
    closed a lead may undo that: the lead is as it was, the row is a mistake that no figure
    counts. A lead created as closed has no state before, and nothing to undo.
    """

    _inherit = "crm.lead.closing"

    state_before = fields.Json(
        "Before the closing",
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        help="What the closing changed on the opportunity, as it was before.",
    )

    # ------------------------------------------------------------
    # The state before
    # ------------------------------------------------------------

    @api.model
    def _get_states(self, leads):
        """What leads are like before they are closed.

        :param crm.lead leads: not closed yet, or closed another way
        :return: id of a lead → values that JSON can carry, by field name
        :rtype: dict[int, dict]
        """
        # sudo: an answer may be a record of a company the user does not see
        return {
            lead.id: {
                name: _to_json(lead[name])
                for name in STATE_FIELDS
                # Of an amount that may be unknown, zero says something.
                if name in STATUS or lead[name] or isinstance(lead[name], float)
            }
            for lead in leads.sudo()
        }

    @api.model
    def _get_states_with_closings(self, leads):
        """What leads are like, each with the closing that ends when it is closed another way.

        :param crm.lead leads: not closed yet, or closed another way
        :return: see :meth:`_get_states`
        :rtype: dict[int, dict]
        """
        states = self._get_states(leads)
        for closing in leads._get_current_closings():
            states[closing.lead_id.id]["closing_id"] = closing.id
        return states

    def _set_states(self, states):
        """Keep other states of before on these rows.

        :param dict states: id of a lead → see :meth:`_get_states`
        """
        for closing in self.filtered(lambda row: row.lead_id.id in states):
            closing.state_before = states[closing.lead_id.id]

    def _get_manual_probabilities(self):
        """The probabilities that people had set before these closings.

        :return: id of a lead → its probability, where it did not follow the automated one
        :rtype: dict[int, float]
        """
        # sudo: state_before is nobody's to read
        return {
            closing.lead_id.id: state["probability"]
            for closing in self.sudo()
            if (state := closing._get_open_state())
            and float_compare(state["probability"], state["automated_probability"], 2)
        }

    def _get_open_state(self):
        """The state of the lead when it was open last; the past of a closing included."""
        closing = self
        while closing.state_before and (previous := closing.state_before.get("closing_id")):
            closing = closing.browse(previous).exists()
        return closing.state_before

    # ------------------------------------------------------------
    # Slips
    # ------------------------------------------------------------

    def _filter_slips(self):
        """Those of these closings that are mistakes by default when they are taken back now.

        A person takes back what the same person closed within the time the company sets.
        Superuser code says by itself what was a mistake.
        """
        if self.env.su:
            return self.browse()
        now = fields.Datetime.now()

        def is_slip(row):
            minutes = (row.company_id or row.env.company).close_slip_minutes
            is_own = row.state_before and row.closed_by_id.id == row.env.uid
            return is_own and minutes and now - row.create_date <= timedelta(minutes=minutes)

        # sudo: salespeople may not read the settings of every company
        return self.sudo().filtered(is_slip)

    # ------------------------------------------------------------
    # Undo
    # ------------------------------------------------------------

    def _undo(self):
        """Give leads back the state they had, and make these rows mistakes."""
        leads = self.lead_id
        leads.check_access("write")
        # sudo: nobody may write closings; whoever may write the lead may take one back
        rows = self.sudo()
        note = self.env._("Undone")
        rows.write({"is_mistake": True, "reopened_by_id": self.env.uid, "reopen_note": note})
        relapsing = rows.filtered(lambda row: "closing_id" in row.state_before)
        (rows - relapsing).lead_id._restore_cancelled(min(rows.mapped("create_date")))
        if relapsing:
            relapsing._revive_previous()
            relapsing._restore_values(self.env, ANSWER_FIELDS)
        self._restore_status()
        rows._restore_values(self.env, STATE_FIELDS)
        if relapsing:
            lost = relapsing.lead_id.with_env(self.env)
            lost._set_closing_message(self.env._("Reopened:"), plaintext2html(note))
            lost.filtered("followup_date")._schedule_followups()
            lost._post_reopen(relapsing.with_env(self.env))

    def _revive_previous(self):
        """End these rows, and make those current that ended with them."""
        previous = self.browse(row.state_before["closing_id"] for row in self)
        self._end()
        fresh = dict.fromkeys(
            ("reopened_date", "reopened_by_id", "reopen_note", "is_mistake"), False
        )
        previous.write({**fresh, "is_current": True})

    def _restore_status(self):
        """Write what decides the status of the leads, all of one state at once."""
        rows = self.sudo()
        stages = self.env["crm.stage"].browse(
            {row.state_before["stage_id"] for row in rows} - {False}
        )
        stages = stages.exists()
        pairs = []
        for row in rows:
            state = row.state_before
            vals = {"active": state["active"], "stage_id": state["stage_id"]}
            if not state["active"]:
                vals["probability"] = state["probability"]
            stage = stages.filtered(lambda stage, state=state: stage.id == state["stage_id"])
            is_right = stage and ("closing_id" in state or not stage.is_won)
            if state["stage_id"] and not is_right:
                lead = row.lead_id.with_env(self.env)
                vals["stage_id"] = lead._get_reopening_stage(row.stage_id, None).id
            pairs.append((row.lead_id.id, vals))
        for vals, ids in group_by_values(pairs):
            self.env["crm.lead"].browse(ids).write(vals)

    def _restore_values(self, env, fnames):
        """Write other values of the states, past what compares leads with their rows.

        :param Environment env: whose write it is
        :param list[str] fnames: which
        """
        pairs = []
        leads = env["crm.lead"]
        for row in self:
            vals = {
                name: _from_json(leads._fields[name], value)
                for name, value in row.state_before.items()
                if name in fnames and name not in ("active", "stage_id")
            }
            pairs.append((row.lead_id.id, vals))
        for vals, ids in group_by_values(pairs):
            leads.browse(ids)._write_closing_fields(vals)
        still_open = leads.browse(self.lead_id.ids).filtered(
            lambda lead: lead.won_status not in OUTCOMES
        )
        still_open._clear_fields(["date_closed"])


def _to_json(value):
    """A value of a lead as JSON can carry it."""
    if isinstance(value, BaseModel):
        return value.ids if len(value) > 1 else value.id
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _from_json(field, value):
    """What to write on a lead to give it back a value."""
    if field.type == "many2many":
        return [Command.set(value if isinstance(value, list) else [value])]
    if field.type == "datetime" and value:
        return datetime.fromisoformat(value)
    return value
