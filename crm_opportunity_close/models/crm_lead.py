from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import frozendict

from .closing_guard import guard_refuses
from .closing_write import StateBefore, Verb

OUTCOMES = ("won", "lost")
REASON_FIELD = {"won": "win_reason_id", "lost": "lost_reason_id"}

# What a person answers when closing a deal; all of it is cleared by reopening.
ANSWER_FIELDS = (
    "lost_reason_id",
    "win_reason_id",
    "secondary_reason_ids",
    "competitor_id",
    "closing_note",
    "followup_date",
)
# What the deal and its current closing have in common.
CLOSING_FIELDS = frozenset(ANSWER_FIELDS) | {"date_closed", "closed_revenue"}
# A write of any of these may close or reopen a deal (see crm's own write).
STATUS_FIELDS = {"active", "stage_id", "probability"}


class CrmLead(models.Model):
    """A deal, with the answers of its current closing as ordinary fields."""

    _inherit = "crm.lead"

    lost_reason_id = fields.Many2one(copy=False)
    loss_type = fields.Selection(
        related="lost_reason_id.loss_type",
        string="Loss type",
        help="The type of the reason the deal is lost for.",
    )
    win_reason_id = fields.Many2one(
        "crm.lost.reason",
        "Win reason",
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
        help="Who won the deal instead of us, or was beaten by us.",
    )
    closing_note = fields.Html(
        "Closing note", copy=False, help="What happened, for whoever meets this customer next."
    )
    date_closed = fields.Datetime(tracking=74)
    closed_revenue = fields.Monetary(
        "Closed revenue",
        currency_field="company_currency",
        compute="_compute_closed_revenue",
        store=True,
        readonly=False,
        copy=False,
        tracking=75,
        help="What the won deal really brings; the expected revenue unless changed.",
    )
    closing_ids = fields.One2many("crm.lead.closing", "lead_id", "Closings", readonly=True)
    closing_id = fields.Many2one(
        "crm.lead.closing",
        "Current closing",
        compute="_compute_closing_id",
        search="_search_closing_id",
    )
    # As superuser, like any related field; only two flags of the stage come out.
    stage_allow_won = fields.Boolean(
        "May be won from its stage", compute="_compute_stage_allow", compute_sudo=True
    )
    stage_allow_lost = fields.Boolean(
        "May be lost from its stage", compute="_compute_stage_allow", compute_sudo=True
    )
    closing_count = fields.Integer("Times closed", compute="_compute_closing_count")
    reopen_count = fields.Integer("Times reopened", compute="_compute_closing_count")

    @api.depends("won_status")
    def _compute_closed_revenue(self):
        won = self.filtered(lambda lead: lead.won_status == "won")
        # A deal that is won already keeps the figure, whatever else is computed anew.
        known = {
            closing.lead_id.id: closing.closed_revenue
            for closing in won._get_current_closings()
            if closing.outcome == "won"
        }
        (self - won).closed_revenue = 0
        for lead in won:
            lead.closed_revenue = known.get(lead._origin.id, lead.expected_revenue)

    @api.depends("stage_id.allow_won", "stage_id.allow_lost")
    def _compute_stage_allow(self):
        # By stage: related fields go through the cards of a pipeline one by one.
        for stage, leads in self.grouped("stage_id").items():
            leads.stage_allow_won = stage.allow_won
            leads.stage_allow_lost = stage.allow_lost

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
        """Passing to another team neither reopens a deal nor wins it."""
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

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self.browse()._check_closing_date(vals.get("date_closed"))
        return super().create(vals_list)

    def write(self, vals):
        verb = self._get_verb()
        leads, vals = verb.complete(self, dict(vals)) if verb else (self, dict(vals))
        if not leads and self:
            return True
        # It follows from the other fields: written by itself, it would walk round the door.
        vals.pop("won_status", None)
        answered = vals.keys() & CLOSING_FIELDS
        concerned = answered | (vals.keys() & {"type"})
        closed = leads._filter_closed() if concerned else leads.browse()
        before = {lead: (lead.won_status, [lead[name] for name in concerned]) for lead in closed}
        date = fields.Datetime.to_datetime(vals.get("date_closed"))
        leads._check_closing_date(date)
        if vals.keys() & (STATUS_FIELDS | CLOSING_FIELDS):
            leads._track_closing()
        if vals.keys() & STATUS_FIELDS:
            leads.mapped("company_currency")  # for all at once, before core asks deal by deal
            stages = frozendict((lead.id, lead.stage_id.id) for lead in leads)
            state = StateBefore(stages, frozenset(answered), date)
            leads = leads.with_context(closing_state_before=state, closing_verb=None)
        result = super(CrmLead, leads).write(vals)
        if "date_closed" in vals:
            leads._settle_date_closed(date)
        corrected = closed.filtered(lambda lead: lead.won_status == before[lead][0])
        changed = {
            name
            for lead in corrected
            for name, value in zip(concerned, before[lead][1], strict=True)
            if lead[name] != value
        }
        if corrected and (answered or changed):
            corrected._correct_closings(changed)
        if "followup_date" in changed:
            corrected.filtered(lambda lead: lead.won_status == "lost")._schedule_followups()
        return result

    def _get_verb(self):
        """The verb of this add-on under way, if any.

        :rtype: Verb
        """
        verb = self.env.context.get("closing_verb")
        return verb if isinstance(verb, Verb) else None

    def _filter_closed(self):
        """Those of these deals that are won or lost."""
        return self.filtered(lambda lead: lead.won_status in OUTCOMES)

    def _settle_date_closed(self, date):
        """Let a closing date that was written reach the deals that can have one.

        :param datetime date: what closed deals get, which core may have replaced by the
            present moment; they keep theirs where it is empty. Open deals have none.
        """
        closed = self._filter_closed()
        if date:
            closed.filtered(lambda lead: lead.date_closed != date)._write_closing_fields(
                {"date_closed": date}
            )
        self._align_date_closed(closed if date else self.browse())

    def _write_closing_fields(self, vals):
        """Write fields of the closing as they are: unchecked, and on the deals alone."""
        if self:
            self._track_closing()
            # Past this model's own write, which would check and copy them to the closing.
            return super().write(vals)  # pylint: disable=super-method-mismatch
        return True

    def _get_state_before(self):
        """What the write under way started from.

        :return: an empty state outside such a write
        :rtype: StateBefore
        """
        state = self.env.context.get("closing_state_before")
        return state if isinstance(state, StateBefore) else StateBefore()

    def _check_closing_date(self, date):
        """Refuse a person's closing date that cannot be true.

        A deal that was imported closed may have been closed before it was created here.

        :param datetime date: the date given (UTC), if any
        :raise ValidationError: it lies in the future, or before the deal was created
        """
        date = fields.Datetime.to_datetime(date)
        if not date or not guard_refuses(self.env):
            return
        if date > fields.Datetime.now():
            raise ValidationError(
                self.env._("The closing date cannot be in the future. Choose today or earlier.")
            )
        early = self.filtered(
            lambda lead: (
                date < (created := lead.create_date.replace(microsecond=0))
                and not (lead.date_closed and lead.date_closed < created)
            )
        )
        if early:
            raise ValidationError(
                self.env._(
                    "The closing date lies before the day these deals were created. "
                    "Choose a later date for:\n%(deals)s",
                    deals="\n".join(early.mapped("name")),
                )
            )

    def copy_data(self, default=None):
        """The copy of a closed deal is an open deal without a past."""
        vals_list = super().copy_data(default=default)
        for lead, vals in zip(self, vals_list, strict=True):
            if lead.won_status == "lost" and "active" not in (default or {}):
                vals["active"] = True
        return vals_list
