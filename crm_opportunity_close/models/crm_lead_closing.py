from datetime import timedelta
from itertools import chain

from odoo import api, fields, models

from .optional_fields import OptionalInteger

ONE_DAY = timedelta(days=1)
# Columns of a closing → the values of its lead that they keep as they were.
FROM_LEAD = {
    "lead_id": "id",
    "lead_create_date": "create_date",
    "lead_type": "type",
    "date": "date_closed",
    "user_id": "user_id",
    "team_id": "team_id",
    "company_id": "company_id",
    "partner_id": "partner_id",
    "stage_id": "last_open_stage_id",
    "source_id": "source_id",
    "medium_id": "medium_id",
    "campaign_id": "campaign_id",
    "country_id": "country_id",
    "competitor_id": "competitor_id",
    "winning_price": "winning_price",
    "note": "closing_note",
    "company_currency": "company_currency",
    "expected_revenue": "expected_revenue",
    "closed_revenue": "closed_revenue",
    "recurring_revenue_monthly": "recurring_revenue_monthly",
    "deadline_moved_count": "deadline_moved_count",
}
# Answers that are amounts in the currency of the closing; leads call them the same.
AMOUNTS = {"winning_price", "closed_revenue"}


class CrmLeadClosing(models.Model):
    """One time a lead or opportunity was closed, won or lost.

    Rows are written by ``crm.lead._sync_closings`` and nowhere else. A row keeps the answers
    of its closing and the state of the lead as it was then. While the lead stays closed its
    row is the *current* one and follows corrections made on the lead; the database holds at
    most one such row a lead. Reopening ends that: the row keeps everything, gets who
    reopened, when and why, and never changes again. References follow Odoo where what they
    point to is merged or deleted; stage and team keep their names here.

    People read rows; nobody creates, edits or deletes one by hand or over RPC.
    """

    _name = "crm.lead.closing"
    _description = "Closing"
    _order = "date desc, id desc"
    _rec_name = "lead_id"
    _rec_names_search = ("lead_id.name", "partner_id.name", "reason_id.name")

    lead_id = fields.Many2one(
        "crm.lead", "Opportunity", required=True, index=True, ondelete="cascade", readonly=True
    )
    lead_create_date = fields.Datetime(
        "Opportunity created on",
        readonly=True,
        help="When the opportunity that was closed was created; merging does not change it.",
    )
    outcome = fields.Selection([("won", "Won"), ("lost", "Lost")], required=True, readonly=True)
    date = fields.Datetime("Closed Date", required=True, readonly=True)
    closed_by_id = fields.Many2one("res.users", "Closed by", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "Salesperson",
        readonly=True,
        help="The salesperson of the opportunity when it was closed.",
    )
    team_id = fields.Many2one(
        "crm.team",
        "Sales Team",
        readonly=True,
        help="The sales team of the opportunity when it was closed.",
    )
    company_id = fields.Many2one("res.company", readonly=True, index="btree_not_null")
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True, index="btree_not_null")
    lead_type = fields.Selection(
        [("lead", "Lead"), ("opportunity", "Opportunity")], "Type", readonly=True
    )
    stage_id = fields.Many2one(
        "crm.stage",
        "Closed from stage",
        readonly=True,
        help="The last stage worked in before the closing.",
    )
    reason_id = fields.Many2one(
        "crm.lost.reason",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    loss_type = fields.Selection(
        string="Loss type",
        selection=lambda self: (
            self.env["crm.lost.reason"]._fields["loss_type"]._description_selection(self.env)
        ),
        readonly=True,
        help="The type of the reason when the opportunity was closed.",
    )
    secondary_reason_ids = fields.Many2many(
        "crm.lost.reason",
        "crm_lead_closing_secondary_reason_rel",
        "closing_id",
        "reason_id",
        "Further reasons",
        readonly=True,
    )
    competitor_id = fields.Many2one(
        "crm.competitor", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    # Not sanitized anew: the lead's own note is.
    note = fields.Html("Closing Note", readonly=True, sanitize=False)
    company_currency = fields.Many2one("res.currency", "Currency", readonly=True)
    expected_revenue = fields.Monetary(
        currency_field="company_currency",
        readonly=True,
        help="The expected revenue of the opportunity when it was closed.",
    )
    closed_revenue = fields.Monetary(
        "Revenue won",
        currency_field="company_currency",
        readonly=True,
        help="What a won opportunity really brought. Zero for a lost opportunity.",
    )
    recurring_revenue_monthly = fields.Monetary(
        "Expected MRR",
        currency_field="company_currency",
        readonly=True,
        copy=False,
        groups="crm.group_use_recurring_revenues",
        help="The monthly recurring revenue of the opportunity when it was closed.",
    )
    days_to_close = fields.Float(
        "Days to Close",
        compute="_compute_days_to_close",
        store=True,
        precompute=True,
        aggregator="avg",
        help="Days from the creation of the opportunity to its closing.",
    )
    last_word_date = fields.Datetime(
        "Customer's last word",
        readonly=True,
        help="When the customer wrote last before the closing. Empty: never.",
    )
    days_silent = OptionalInteger(
        "Days silent",
        readonly=True,
        aggregator="avg",
        help="Days from the customer's last word to the closing. Empty: the customer never wrote.",
    )
    deadline_moved_count = OptionalInteger(
        "Expected closing moved",
        readonly=True,
        aggregator="avg",
        help="How many times the expected closing had been moved to another date.",
    )
    is_current = fields.Boolean(
        "Current",
        readonly=True,
        help="The opportunity is still closed by this closing: it was not reopened.",
    )
    is_complete = fields.Boolean(
        "Fully answered",
        readonly=True,
        help="Every answer the rules ask for was given.",
    )
    is_mistake = fields.Boolean(
        "Mistake",
        readonly=True,
        help="The opportunity was closed by mistake. Left out of all figures.",
    )
    reopened_date = fields.Datetime("Reopened on", readonly=True)
    reopened_by_id = fields.Many2one("res.users", "Reopened by", readonly=True)
    reopen_note = fields.Text("Why reopened", readonly=True)
    # What figures are made of; docs/analysis.md has the formulas.
    is_counted = fields.Boolean(
        "Counted",
        compute="_compute_is_counted",
        store=True,
        precompute=True,
        help="Counted as won or lost in every figure: neither a mistake nor disqualified.",
    )
    win_rate = fields.Float(
        "Win rate",
        compute="_compute_win_rate",
        store=True,
        precompute=True,
        aggregator="avg",
        help="Won opportunities among all closed ones. Disqualified opportunities and mistakes "
        "are left out.",
    )
    win_rate_value = fields.Float(
        "Win rate by value",
        compute="_compute_win_rate",
        store=True,
        precompute=True,
        aggregator="avg",
        help="Revenue won, divided by revenue won and lost together. Disqualified opportunities "
        "and mistakes are left out.",
    )
    revenue_lost = fields.Monetary(
        "Revenue lost",
        currency_field="company_currency",
        compute="_compute_revenue_lost",
        store=True,
        precompute=True,
        help="The expected revenue of lost opportunities, as it was when they were lost. "
        "Disqualified opportunities and mistakes are left out: there was nothing to lose.",
    )
    recovered_count = fields.Integer(
        "Recovered opportunities",
        compute="_compute_recovered_count",
        store=True,
        precompute=True,
        help="Opportunities that had been lost, were reopened, and won after all.",
    )

    _one_current_per_lead = models.UniqueIndex(
        "(lead_id) WHERE is_current",
        "This opportunity has just been closed by somebody else. Reload it to see how.",
    )
    _date_idx = models.Index("(date DESC, id DESC)")
    _to_complete_idx = models.Index(
        "(team_id) WHERE is_current IS TRUE AND is_complete IS NOT TRUE"
    )

    @api.model
    def _add_precomputed_values(self, vals_list):
        """Figures are computed from the values they depend on, not from whole rows."""
        figures = {name: field for name, field in self._fields.items() if field.precompute}
        paths = chain(*map(self.pool.field_depends.get, figures.values()))
        names = {path.split(".")[0] for path in paths} | {*figures, "lead_id", "company_currency"}
        sources = [{name: vals[name] for name in names & vals.keys()} for vals in vals_list]
        result = super()._add_precomputed_values(sources)
        for vals, known in zip(vals_list, sources, strict=True):
            vals.update(known)
        return result

    @api.depends("date", "lead_create_date")
    def _compute_days_to_close(self):
        for closing in self:
            # What was imported may have been closed before it entered this database.
            age = closing.date - (closing.lead_create_date or closing.date)
            closing.days_to_close = max(age / ONE_DAY, 0.0)

    @api.depends("is_mistake", "loss_type")
    def _compute_is_counted(self):
        for closing in self:
            closing.is_counted = not closing.is_mistake and closing.loss_type != "disqualified"

    @api.depends("outcome")
    def _compute_win_rate(self):
        for closing in self:
            closing.win_rate = closing.win_rate_value = float(closing.outcome == "won")

    @api.depends("outcome", "is_counted", "expected_revenue")
    def _compute_revenue_lost(self):
        lost = self.filtered(lambda closing: closing.outcome == "lost" and closing.is_counted)
        (self - lost).revenue_lost = 0
        for closing in lost:
            closing.revenue_lost = closing.expected_revenue

    @api.depends("outcome")
    def _compute_recovered_count(self):
        """Computed once, when the row is written: a later merge does not change it."""
        won = self.filtered(lambda closing: closing.outcome == "won")
        (self - won).recovered_count = 0
        for closing in won:
            closing.recovered_count = any(
                past.outcome == "lost"
                and past.date <= closing.date
                and past.reopened_date
                and not past.is_mistake
                for past in closing.lead_id.closing_ids
            )

    def _end(self, **vals):
        """End these rows now, by the current user, and write other values on them as well."""
        now = fields.Datetime.now()
        ending = {"is_current": False, "reopened_date": now, "reopened_by_id": self.env.uid}
        self.write({**ending, **vals})
        # A lead may be closed anew in the same write: its row must find the place free.
        self.flush_recordset(["is_current"])

    def _convert_amount(self, lead, fname):
        """An amount of its lead in the currency of this closing, at its date's rate.

        :param str fname: a monetary answer
        """
        company = lead.company_id or self.env.company
        return lead.company_currency._convert(
            lead[fname], self.company_currency, company, self.date
        )
