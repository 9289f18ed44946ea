from odoo import api, fields, models

SECONDS_PER_DAY = 86400


class CrmLeadClosing(models.Model):
    """One time a deal was closed, won or lost.

    A row is written at the one door all closings pass (``crm.lead._handle_won_lost``) and
    nowhere else. It keeps the answers of that closing and the state of the deal as it was
    then. While the deal stays closed its row is the *current* one and follows corrections
    made on the deal; the database holds at most one such row a deal. Reopening ends that:
    the row keeps everything, gets who reopened, when and why, and never changes again.

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
    outcome = fields.Selection([("won", "Won"), ("lost", "Lost")], required=True, readonly=True)
    date = fields.Datetime(
        "Closing date", required=True, readonly=True, help="When the deal was closed."
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
        help="The last stage the deal was worked in before it was closed.",
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
    note = fields.Html("Closing note", readonly=True, sanitize=False)
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

    @api.depends("date", "lead_id.create_date")
    def _compute_days_to_close(self):
        for closing in self:
            created = closing.lead_id.create_date
            days = (closing.date - created).total_seconds() / SECONDS_PER_DAY
            # An imported deal may have been closed before it entered this database.
            closing.days_to_close = max(days, 0.0)

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
