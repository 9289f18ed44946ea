from odoo import fields, models


class CrmLeadClosingQuestionVeto(models.TransientModel):
    """The window that asks why customers are not to be asked."""

    _name = "crm.lead.closing.question.veto"
    _description = "Do not ask these customers"

    question_ids = fields.Many2many(
        "crm.lead.closing.question", "crm_lead_closing_question_veto_rel", string="Questions"
    )
    reason = fields.Char("Why not?")

    def action_veto_apply(self):
        """Take the questions off the list.

        :return: True
        """
        self.ensure_one()
        return self.question_ids.action_veto(reason=self.reason)
