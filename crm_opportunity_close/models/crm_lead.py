from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

OUTCOMES = ("won", "lost")
REASON_FIELD = {"won": "win_reason_id", "lost": "lost_reason_id"}

# What a person answers when closing a lead; all of it is cleared by reopening.
ANSWER_FIELDS = (
    "lost_reason_id",
    "win_reason_id",
    "secondary_reason_ids",
    "competitor_id",
    "winning_price",
    "closing_note",
    "followup_date",
)
# The values of a closing on its lead.
CLOSING_FIELDS = frozenset(ANSWER_FIELDS) | {"date_closed", "closed_revenue"}
# A write of any of these may close or reopen a lead (see crm's own write).
STATUS_FIELDS = {"active", "stage_id", "probability"}
# After a write of any of these, leads are compared with their current closing.
COMPARED_FIELDS = STATUS_FIELDS | CLOSING_FIELDS


class CrmLead(models.Model):
    """A lead or opportunity, with the answers of its current closing as ordinary fields."""

    _inherit = "crm.lead"

    # Search views know no lead; which reasons fit one says _get_fitting_domain of the reason.
    lost_reason_id = fields.Many2one(copy=False, domain="[('outcome', '=', 'lost')]")
    loss_type = fields.Selection(
        related="lost_reason_id.loss_type",
        string="Loss type",
        tracking=False,  # the reason is tracked, and with it its type
        help="The type of the reason the opportunity is lost for.",
    )
    win_reason_id = fields.Many2one(
        "crm.lost.reason",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        tracking=72,
        domain="[('outcome', '=', 'won')]",
    )
    secondary_reason_ids = fields.Many2many(
        "crm.lost.reason",
        "crm_lead_secondary_reason_rel",
        "lead_id",
        "reason_id",
        "Further reasons",
        copy=False,
        tracking=73,
        help="What else contributed to the outcome.",
    )
    competitor_id = fields.Many2one(
        "crm.competitor",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        tracking=73,
        help="Who won the opportunity instead of us, or was beaten by us.",
    )
    closing_note = fields.Html(
        copy=False, help="What happened, for whoever meets this customer next."
    )
    date_closed = fields.Datetime(readonly=False, tracking=74)
    closed_revenue = fields.Monetary(
        "Revenue won",
        currency_field="company_currency",
        compute="_compute_closed_revenue",
        store=True,
        readonly=False,
        copy=False,
        tracking=75,
        help="What the won opportunity really brings; the expected revenue unless changed.",
    )
    last_open_stage_id = fields.Many2one(
        "crm.stage",
        "Last open stage",
        compute="_compute_last_open_stage_id",
        store=True,
        copy=False,
        help="The last stage worked in that is not a Won stage.",
    )
    closing_ids = fields.One2many("crm.lead.closing", "lead_id", "Closings", readonly=True)
    closing_id = fields.Many2one(
        "crm.lead.closing",
        "Current closing",
        compute="_compute_closing_id",
        search="_search_closing_id",
    )
    closing_count = fields.Integer("Times closed", compute="_compute_closing_count")
    reopen_count = fields.Integer("Times reopened", compute="_compute_closing_count")

    @api.depends("won_status")
    def _compute_closed_revenue(self):
        won = self.filtered(lambda lead: lead.won_status == "won")
        # A lead that is won already keeps the figure, whatever else is computed anew.
        known = won._get_current_closings().filtered(lambda closing: closing.outcome == "won")
        known = set(known.lead_id._ids)
        (self - won).closed_revenue = 0
        for lead in won:
            is_known = lead._origin.id in known
            lead.closed_revenue = lead._origin.closed_revenue if is_known else lead.expected_revenue

    @api.depends("stage_id.is_won")
    def _compute_last_open_stage_id(self):
        """A Won stage leaves it as it is: that is where a won lead was closed from."""
        for lead in self:
            won = lead.stage_id.is_won
            lead.last_open_stage_id = lead._origin.last_open_stage_id if won else lead.stage_id

    @api.depends("closing_ids.is_current")
    def _compute_closing_id(self):
        for lead in self:
            lead.closing_id = lead.closing_ids.filtered("is_current")

    def _search_closing_id(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        current = Domain("is_current", "=", True)
        if operator == "any":
            return Domain("closing_ids", "any", current & Domain(value))
        wanted = Domain("closing_ids", "any", current & Domain("id", "in", list(value)))
        if False in value:
            wanted |= Domain("closing_ids", "not any", current)
        return wanted

    @api.depends("closing_ids.reopened_date")
    def _compute_closing_count(self):
        # A form, where they are shown, lists the closings as well.
        for lead in self:
            lead.closing_count = len(lead.closing_ids)
            lead.reopen_count = len(lead.closing_ids.filtered("reopened_date"))

    @api.depends("team_id", "type")
    def _compute_stage_id(self):
        """Passing to another team neither reopens a lead nor wins it."""
        closed = self.filtered(lambda lead: lead.stage_id and lead.won_status in OUTCOMES)
        others = self - closed
        stages = {lead: lead.stage_id for lead in others if not lead.stage_id.is_won}
        result = super(CrmLead, others)._compute_stage_id()
        for lead, stage in stages.items():
            if stage and lead.stage_id.is_won:
                lead.stage_id = lead._stage_find(domain=[("is_won", "=", False)]) or stage
        return result

    # ------------------------------------------------------------
    # Create, write, copy
    # ------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        """No default answers for a person: neither one of the context nor one of a user's own."""
        return super().default_get([name for name in fields if name not in CLOSING_FIELDS])

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._clean_closing_vals(vals) for vals in vals_list]
        self._set_date_of_created_as_won(vals_list)
        dates = [vals.get("date_closed") for vals in vals_list]
        for date in dates:
            self.browse()._check_closing_date(date)
        leads = super().create(vals_list)
        for lead, vals in zip(leads, vals_list, strict=True):
            lead._check_answers_of_open(vals)
        leads._sync_closings(dates=dict(zip(leads, dates, strict=True)))
        return leads

    def write(self, vals):
        leads, vals = self.union()._apply_winning(self._clean_closing_vals(vals))
        written = vals.keys() & COMPARED_FIELDS | leads._get_affected_fields(vals)
        was_closed = leads._filter_closed() if written else leads.browse()
        states = None
        if written:
            # Amounts are rounded by it; core would have it computed lead by lead.
            leads.mapped("company_currency")
            if not self._get_winning():
                leads._post_previous_status(vals)
            leads._track_closing_fields()
            leads._check_closing_date(vals.get("date_closed"))
            closing = leads._filter_closing(vals)
            if vals.keys() & STATUS_FIELDS:
                states = self.env["crm.lead.closing"]._get_states(closing)
            closing._clear_unconfirmed_answers(vals)
        if "stage_id" in vals:
            leads.mapped("last_open_stage_id")  # computed before the stage changes again
        result = super(CrmLead, leads).write(dict(vals))
        written |= leads._get_answers_to_compute()
        if written:
            leads._check_answers_of_open(vals)
            dates = dict.fromkeys(leads, vals.get("date_closed"))
            leads._sync_closings(was_closed, written, dates, states)
        return result

    def _get_affected_fields(self, vals):
        """What else the values about to be written may change of closed leads.

        ``type``: other rules hold for lost leads of the other type. ``stage_id``: core gives
        won leads whose stage is gone another one, where they are open.
        """
        affected = set()
        if "type" in vals and any(not lead.active and lead.type != vals["type"] for lead in self):
            affected.add("type")
        restages = vals.keys() & {"type", "user_id", "team_id"}
        if restages and any(lead.won_status == "won" and not lead.stage_id for lead in self):
            affected.add("stage_id")
        return affected

    @api.model
    def _get_answers_to_compute(self):
        """Which answers an add-on computes from what was just written.

        :return: names of fields
        :rtype: set[str]
        """
        return {name for name in ANSWER_FIELDS if self.env.records_to_compute(self._fields[name])}

    def _filter_closed(self):
        """Those of these leads that are won or lost."""
        return self.filtered(lambda lead: lead.won_status in OUTCOMES)

    def _write_closing_fields(self, vals):
        """Write fields of the closing on the leads alone, unchecked.

        :param dict vals: by field name
        """
        self._track_closing_fields()
        # Past this model's own write, which would compare the leads with their closings.
        return not self or super().write(vals)  # pylint: disable=super-method-mismatch

    def copy_data(self, default=None):
        """The copy of any lead is open and without a past, unless the caller says otherwise."""
        vals_list = super().copy_data(default=default)
        for vals in vals_list:
            if "active" not in (default or {}):
                vals["active"] = True
        return vals_list

    # ------------------------------------------------------------
    # Chatter
    # ------------------------------------------------------------

    def _track_prepare(self, fields_iter):
        """Most writes have nothing to do with a closing, and compare none of its values."""
        if fields_iter is self._fields:
            fields_iter = self._fields.keys() - CLOSING_FIELDS | {"lost_reason_id"}
        return super()._track_prepare(fields_iter)

    def _track_closing_fields(self):
        """Let the values of a closing be tracked as well, before a write that may change them."""
        if not (self.env.context.get("tracking_disable") or self.env.context.get("mail_notrack")):
            self._track_prepare(CLOSING_FIELDS)

    def _post_previous_status(self, vals):
        """Post the message of a status that is about to change again in one transaction.

        Core compares the beginning of a transaction with its end: of a status in between
        there would be no message, and the note given with it would be lost.

        :param dict vals: what is about to be written, cleaned
        """
        pending = self.env.cr.precommit.data.get(f"mail.tracking.{self._name}", {})
        for lead in self.filtered(lambda lead: pending.get(lead.id)):
            status = pending[lead.id].get("won_status", lead.won_status)
            if lead.won_status not in (status, lead._get_next_status(vals)):
                self._track_finalize()
                break

    def _set_closing_message(self, title, body):
        """Let the chatter message of a change of state carry what was written with it.

        :param str title: plain text
        :param Markup body: what was written
        """
        untracked = {"tracking_disable", "mail_notrack"}
        if not any(self.env.context.get(key) for key in untracked):
            self._track_set_log_message(Markup("<p>%s</p>%s") % (title, body))

    def _mail_track(self, tracked_fields, initial_values):
        """The date and revenue of a closing are tracked when corrected, not when closed."""
        if initial_values.get("won_status", self.won_status) != self.won_status:
            hidden = {"date_closed", "closed_revenue"}
            tracked_fields = {k: info for k, info in tracked_fields.items() if k not in hidden}
        return super()._mail_track(tracked_fields, initial_values)

    def _track_subtype(self, initial_values):
        """A correction is a note: it does not notify like a second loss."""
        corrected = initial_values.keys() & set(ANSWER_FIELDS)
        if corrected and "won_status" not in initial_values and self.won_status in OUTCOMES:
            return self.env.ref("mail.mt_note")
        return super()._track_subtype(initial_values)
