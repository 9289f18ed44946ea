from odoo import fields, models
from odoo.exceptions import UserError


class CrmLead(models.Model):
    """A lead shows what the customer and the manager say beside what the salesperson says."""

    _inherit = "crm.lead"

    feedback_ids = fields.One2many("crm.lead.closing.feedback", "lead_id")

    def action_record_feedback(self):
        """Open the window that records what the customer said on the phone.

        :return: a window action
        """
        return self._get_feedback_action(self.env._("What the customer said"), "call")

    def action_second_look(self):
        """Open the window in which the team leader looks at a loss again.

        :return: a window action
        """
        action = self._get_feedback_action(self.env._("Second look"), "manager")
        self.closing_id._check_second_look()
        return action

    def _get_feedback_action(self, name, source):
        self.ensure_one()
        if not self.closing_id:
            raise UserError(
                self.env._("“%(lead)s” is open: close it before.", lead=self.display_name)
            )
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "crm.lead.feedback",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "dialog_size": "medium",
                "default_lead_id": self.id,
                "default_source": source,
            },
        }
