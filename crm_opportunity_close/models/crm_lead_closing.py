from odoo import api, fields, models

SECONDS_PER_DAY = 86400
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
    "note": "closing_note",
    "company_currency": "company_currency",
    "expected_revenue": "expected_revenue",
    "closed_revenue": "closed_revenue",
    "recurring_revenue_monthly": "recurring_revenue_monthly",
}


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
    _rec_names_search = ["lead_id.name", "partner_id.name", "reason_id.name"]

    lead_id = fields.Many2one(
        "crm.lead", "Deal", required=True, index=True, ondelete="cascade", readonly=True
    )
    lead_create_date = fields.Datetime(
        "Opportunity created on",
        readonly=True,
        help="When the opportunity that was closed was created; merging does not change it.",
    )
    outcome = fields.Selection([("won", "Won"), ("lost", "Lost")], required=True, readonly=True)
    date = fields.Datetime(
        "Closed Date", required=True, readonly=True, help="When the deal was closed."
    )
    closed_by_id = fields.Many2one(
        "res.users", "Closed by", readonly=True, help="Who closed the deal."
    )
    user_id = fields.Many2one(
        "res.users",
        "Salesperson",
        readonly=True,
        help="The salesperson of the deal when it was closed.",
    )
    team_id = fields.Many2one(
        "crm.team",
        "Sales team",
        readonly=True,
        help="The sales team of the deal when it was closed.",
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
    stage_name = fields.Char(
        "Name of the stage",
        readonly=True,
        help="The name of the stage when it was closed from there, also where it is gone.",
    )
    team_name = fields.Char(
        "Name of the team",
        readonly=True,
        help="The name of the sales team at the closing, also where it is gone.",
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
        help="The type of the reason when the deal was closed.",
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
    # Not sanitized anew: the deal's own note is.
    note = fields.Html("Closing Note", readonly=True, sanitize=False)
    company_currency = fields.Many2one("res.currency", "Currency", readonly=True)
    expected_revenue = fields.Monetary(
        "Expected revenue",
        currency_field="company_currency",
        readonly=True,
        help="The expected revenue of the deal when it was closed.",
    )
    closed_revenue = fields.Monetary(
        "Closed revenue",
        currency_field="company_currency",
        readonly=True,
        help="What a won deal really brought. Zero for a lost deal.",
    )
    recurring_revenue_monthly = fields.Monetary(
        "Expected MRR",
        currency_field="company_currency",
        readonly=True,
        help="The monthly recurring revenue when it was closed.",
    )
    days_to_close = fields.Float(
        "Days to close",
        compute="_compute_days_to_close",
        store=True,
        precompute=True,
        aggregator="avg",
        help="Days from the creation of the deal to its closing.",
    )
    is_current = fields.Boolean(
        "Current",
        readonly=True,
        help="The deal is still closed by this closing: it was not reopened.",
    )
    is_complete = fields.Boolean(
        "Fully answered",
        readonly=True,
        help="Every answer the rules ask for was given.",
    )
    is_mistake = fields.Boolean(
        "Mistake",
        readonly=True,
        help="The deal was closed by mistake. Left out of all figures.",
    )
    reopened_date = fields.Datetime("Reopened on", readonly=True)
    reopened_by_id = fields.Many2one("res.users", "Reopened by", readonly=True)
    reopen_note = fields.Text("Why reopened", readonly=True)

    _one_current_per_lead = models.UniqueIndex(
        "(lead_id) WHERE is_current",
        "This deal has just been closed by somebody else. Reload it to see how.",
    )
    _date_idx = models.Index("(date DESC, id DESC)")
    _to_complete_idx = models.Index(
        "(team_id) WHERE is_current IS TRUE AND is_complete IS NOT TRUE"
    )

    @api.depends("date", "lead_create_date")
    def _compute_days_to_close(self):
        for closing in self:
            created = closing.lead_create_date or closing.date
            days = (closing.date - created).total_seconds() / SECONDS_PER_DAY
            # What was imported may have been closed before it entered this database.
            closing.days_to_close = max(days, 0.0)

    def _convert_revenue(self, lead):
        """The closed revenue of the lead in the currency of this closing, at its date's rate.

        :param crm.lead lead: the lead of this closing
        :rtype: float
        """
        company = lead.company_id or self.env.company
        return lead.company_currency._convert(
            lead.closed_revenue, self.company_currency, company, self.date
        )

    @api.model
    def action_view_to_complete(self):
        """Open the closings that lack an answer: a manager's own, and everybody else's.

        :return: a window action
        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_opportunity_close.crm_lead_closing_action_complete"
        )
        if self.env.user.has_group("sales_team.group_sale_manager"):
            action["context"] = {}
        return action

    @api.model
    def _get_closings_action(self, domain):
        """The list of closings, and nothing but those of a domain.

        :param list domain: which closings
        :return: a window action
        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_opportunity_close.crm_lead_closing_action"
        )
        return {**action, "domain": domain, "context": {}}

    def action_open_lead(self):
        """Open the deal of this closing.

        :return: a window action
        :rtype: dict
        """
        self.ensure_one()
        return self.lead_id.get_formview_action()

    def action_complete(self):
        """Open the small form that asks for what this closing still lacks.

        :return: a window action on the deal, in a window of its own
        :rtype: dict
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_opportunity_close.crm_lead_action_complete"
        )
        return {**action, "res_id": self.lead_id.id}
