from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.crm_lead_closing_feedback import HAPPENED, MAX_REASONS


class CrmLeadFeedback(models.TransientModel):
    """One window for what a customer said in a call, and for the manager's second look."""

    _name = "crm.lead.feedback"
    _description = "Feedback on a closed opportunity"

    lead_id = fields.Many2one("crm.lead", "Opportunity", required=True)
    source = fields.Selection(
        [("call", "Call"), ("manager", "Manager")], default="call", required=True
    )
    outcome = fields.Selection(related="lead_id.closing_id.outcome")
    seller_reason_id = fields.Many2one(related="lead_id.closing_id.reason_id", string="We say")
    seller_note = fields.Html(related="lead_id.closing_id.note")
    reason_domain = fields.Binary(related="lead_id.reason_domain")
    agrees = fields.Selection([("yes", "Yes"), ("no", "No")], "Do you agree with the reason?")
    happened = fields.Selection(HAPPENED, "What happened?")
    reason_ids = fields.Many2many(
        "crm.lost.reason", "crm_lead_feedback_reason_rel", string="Which reasons?"
    )
    competitor_id = fields.Many2one("crm.competitor", "Chosen instead")
    comment = fields.Text()

    @api.onchange("agrees")
    def _onchange_agrees(self):
        if self.agrees == "yes":
            self.reason_ids = self.seller_reason_id

    def action_feedback_apply(self):
        """Keep what was answered as feedback on the current closing.

        :return: True
        :raise UserError: nothing was answered, or the lead is open
        """
        self.ensure_one()
        self.lead_id.check_access("write")
        closing = self.lead_id.closing_id
        if not closing:
            raise UserError(
                self.env._("“%(lead)s” is open: close it before.", lead=self.lead_id.display_name)
            )
        if self.source == "manager":
            closing._check_second_look()
        reasons = self._get_chosen_reasons(closing)
        if not (reasons or self.comment or self.happened):
            raise UserError(self.env._("Choose a reason, or write a few words."))
        # sudo: nobody has the right to write feedback but by this window and the public page
        feedback = self.env["crm.lead.closing.feedback"].sudo()
        feedback = feedback.create(
            {
                "closing_id": closing.id,
                "source": self.source,
                "recorded_by_id": self.env.uid,
                "partner_id": closing.sudo().partner_id.id if self.source == "call" else False,
                "happened": self.happened,
                "reason_ids": [Command.set(reasons.ids)],
                "competitor_id": self.competitor_id.id,
                "comment": self.comment,
                "was_offered": True,
            }
        )
        feedback._post_on_leads()
        if self.source == "manager":
            closing.sudo()._finish_second_looks()
        return True

    def _get_chosen_reasons(self, closing):
        reasons = self.reason_ids
        if self.source == "manager" and self.agrees == "yes":
            reasons = closing.reason_id
        if len(reasons) > MAX_REASONS:
            raise UserError(self.env._("Two reasons at most can be named."))
        if any(reason.outcome != closing.outcome for reason in reasons):
            raise UserError(self.env._("Choose reasons that fit the outcome."))
        return reasons
