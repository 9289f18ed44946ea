from odoo import api, fields, models


class CrmLeadWin(models.TransientModel):
    """The window behind Won, where the rules ask for a reason or a person wants to say more."""

    _name = "crm.lead.win"
    _inherit = "crm.lead.close.mixin"
    _description = "Mark as won"
    _closing_outcome = "won"

    win_reason_id = fields.Many2one("crm.lost.reason", domain="reason_domain")
    closing_note = fields.Html()
    company_currency = fields.Many2one("res.currency", compute="_compute_company_currency")
    closed_revenue = fields.Monetary(
        "Revenue won",
        currency_field="company_currency",
        compute="_compute_closed_revenue",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="What the opportunity really brings. The expected revenue unless you change it.",
    )
    recurring_revenue_monthly = fields.Monetary(
        "Expected MRR",
        currency_field="company_currency",
        compute="_compute_recurring_revenue_monthly",
        groups="crm.group_use_recurring_revenues",
        help="The monthly recurring revenue of the opportunity, kept with this closing.",
    )

    @api.depends("lead_ids")
    def _compute_company_currency(self):
        for wizard in self:
            wizard.company_currency = wizard._get_leads()[:1].company_currency

    @api.depends("lead_ids")
    def _compute_closed_revenue(self):
        for wizard in self:
            wizard.closed_revenue = wizard._get_single_lead().expected_revenue

    @api.depends("lead_ids")
    def _compute_recurring_revenue_monthly(self):
        for wizard in self:
            wizard.recurring_revenue_monthly = wizard._get_single_lead().recurring_revenue_monthly

    def _get_single_lead(self):
        """The lead of this window; none where there are several."""
        leads = self._get_leads()
        return leads if len(leads) == 1 else leads.browse()

    def action_win_apply(self):
        """Mark the leads as won.

        :return: a client action that offers Undo, with the rainbow for a single lead, and names
            skipped leads
        :raise UserError: nothing can be won, or an answer the rules ask for is missing
        """
        self.ensure_one()
        leads, skipped = self._split_leads()
        answers = self._prepare_answers(self.closing_note)
        if len(leads) == 1:
            answers["closed_revenue"] = self.closed_revenue
        # A caller that catches a refusal finds the leads as they were.
        with self.env.cr.savepoint():
            self._process_open_work(leads)
            leads.action_set_won(**answers)
        if skipped or len(leads) > 1:
            return self._get_report_action(leads, skipped)
        # Won already: what is left to core is the rainbow.
        rainbow = leads._notify_won(leads.action_set_won_rainbowman())
        return rainbow is True or {"type": "ir.actions.act_window_close", **rainbow}
