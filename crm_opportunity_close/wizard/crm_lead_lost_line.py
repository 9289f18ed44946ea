from markupsafe import Markup

from odoo import api, fields, models

from ..models.closing_refusal import describe_blockers


class CrmLeadLostLine(models.TransientModel):
    """One lead of a selection, where each gets answers of its own."""

    _name = "crm.lead.lost.line"
    _inherit = ["crm.lead.followup.mixin", "crm.lead.answers.mixin"]
    _description = "Opportunity to mark as lost"

    wizard_id = fields.Many2one("crm.lead.lost", required=True, ondelete="cascade")
    lead_id = fields.Many2one("crm.lead", "Opportunity", required=True, ondelete="cascade")
    reason_domain = fields.Binary("Reasons offered", compute="_compute_reason_domain")
    reason_required = fields.Boolean(compute="_compute_reason_domain")
    note_min_letters = fields.Integer(compute="_compute_reason_domain")
    lost_reason_id = fields.Many2one(domain="reason_domain")
    competitor_id = fields.Many2one("crm.competitor")
    company_currency = fields.Many2one("res.currency", compute="_compute_asked_price")
    asked_price = fields.Monetary(
        "Our price", currency_field="company_currency", compute="_compute_asked_price"
    )
    winning_price = fields.Monetary("Winning price", currency_field="company_currency")
    note = fields.Char("Closing Note")
    note_required = fields.Boolean(related="lost_reason_id.note_required")
    competitor_required = fields.Boolean(related="lost_reason_id.competitor_required")
    price_asked = fields.Selection(related="lost_reason_id.price_asked")
    missing_message = fields.Char("What is missing", compute="_compute_missing_message")

    @api.depends("lead_id")
    def _compute_reason_domain(self):
        readable = self._get_readable_leads()
        for line in self:
            lead = line.lead_id._origin & readable
            line.reason_domain = list(lead._get_offered_reason_domain("lost"))
            line.reason_required = bool(lead) and lead._requires_reason("lost")
            line.note_min_letters = lead._get_note_min_letters() if lead else 0

    @api.depends("lead_id")
    def _compute_asked_price(self):
        readable = self._get_readable_leads()
        for line in self:
            lead = line.lead_id._origin & readable
            line.company_currency = lead.company_currency
            line.asked_price = lead.asked_price

    @api.depends("lost_reason_id", "wizard_id.date_closed")
    def _compute_followup_date(self):
        return super()._compute_followup_date()

    @api.depends("lead_id", "lost_reason_id", "competitor_id", "winning_price", "note")
    def _compute_missing_message(self):
        """What would block the closing, asked of copies of the leads in memory."""
        readable = self._get_readable_leads()
        answered = {
            line: lead.new(line._prepare_answers(), origin=lead)
            for line in self
            if (lead := line.lead_id._origin & readable)
        }
        leads = self.env["crm.lead"].concat(*answered.values())
        words = describe_blockers(leads, "lost", leads._get_closing_blockers("lost"))
        for line in self:
            line.missing_message = words.get(answered.get(line))

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.lead_id.check_access("read")
        return lines

    def write(self, vals):
        result = super().write(vals)
        self.lead_id.check_access("read")
        return result

    def web_read(self, specification):
        # Nobody has checked the lead of a line in memory, whose name would be read here.
        self.lead_id._origin.check_access("read")
        return super().web_read(specification)

    def _get_readable_leads(self):
        """The leads of these lines that the user may read.

        :rtype: crm.lead
        """
        leads = self.lead_id._origin.with_context(active_test=False)
        return leads.search([("id", "in", leads.ids)]).with_env(self.env)

    def _get_closing_date(self):
        return self.wizard_id.date_closed

    def _prepare_answers(self):
        """The answers of this line, by the names they have on the lead.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "lost_reason_id": self.lost_reason_id.id,
            "competitor_id": self.competitor_id.id,
            "winning_price": self.winning_price,
            "closing_note": Markup("<p>%s</p>") % self.note if self.note else False,
            "followup_date": self.followup_date,
        }
