from odoo import api, fields, models


class CrmLeadWin(models.TransientModel):
    """The window behind Won, where the rules ask for a reason or a person wants to say more."""

    _name = "crm.lead.win"
    _inherit = "crm.lead.close.mixin"
    _description = "Mark as won"
    _closing_outcome = "won"

    win_reason_id = fields.Many2one("crm.lost.reason", "Win reason", domain="reason_domain")
    closing_note = fields.Html("Closing note")
    company_currency = fields.Many2one("res.currency", compute="_compute_company_currency")
    closed_revenue = fields.Monetary(
        "Closed revenue",
        currency_field="company_currency",
        compute="_compute_closed_revenue",
        store=True,
        readonly=False,
        help="What the deal really brings. The expected revenue unless you change it.",
    )

    @api.depends("lead_ids")
    def _compute_company_currency(self):
        for wizard in self:
            wizard.company_currency = wizard.lead_ids[:1].company_currency

    @api.depends("lead_ids")
    def _compute_closed_revenue(self):
        for wizard in self:
            single = wizard.lead_ids if len(wizard.lead_ids) == 1 else wizard.lead_ids.browse()
            wizard.closed_revenue = single.expected_revenue

    def action_win_apply(self):
        """Mark the deals as won.

        :return: the rainbow for a single deal, a notification that names deals left as
            they are, or True
        :raise UserError: nothing can be won, or an answer the rules ask for is missing
        """
        self.ensure_one()
        left = self._get_left_leads()
        leads = self._get_closable_leads(left)
        answers = self._prepare_answers(self.closing_note)
        if len(leads) == 1:
            answers["closed_revenue"] = self.closed_revenue
        self._settle_open_work(leads)
        leads.action_set_won(**answers)
        if left or len(leads) > 1:
            return self._get_report_action(leads, left)
        # Won already: what is left to core is the rainbow.
        rainbow = leads.action_set_won_rainbowman()
        return rainbow is True or {"type": "ir.actions.act_window_close", **rainbow}
