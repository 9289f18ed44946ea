from markupsafe import Markup

from odoo import fields, models
from odoo.tools import is_html_empty


class CrmLeadLost(models.TransientModel):
    """The window behind Lost: the reason, the details, and what else the closing says."""

    _name = "crm.lead.lost"
    _inherit = ["crm.lead.lost", "crm.lead.close.mixin"]
    _closing_outcome = "lost"

    lost_reason_id = fields.Many2one(domain="[('id', 'in', available_reason_ids)]")

    def action_lost_reason_apply(self):
        """Mark what can be lost of the selection as lost, and report the rest.

        Core's method is not called: it would close every deal of the selection, with the
        reason alone.

        :return: True, or a notification that names the deals left as they are
        :raise UserError: nothing can be closed, or an answer the rules ask for is missing
        """
        self.ensure_one()
        leads = self._get_closable_leads()
        left_message = self.left_message
        answers = self._prepare_answers(self.lost_feedback)
        if not is_html_empty(self.lost_feedback):
            leads._track_set_log_message(
                Markup('<div style="margin-bottom: 4px;"><p>%s:</p>%s<br /></div>')
                % (self.env._("Closing note"), self.lost_feedback)
            )
        leads.action_set_lost(**answers)
        return self._get_report_action(leads, left_message)
