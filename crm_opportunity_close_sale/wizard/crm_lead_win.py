from odoo import models


class CrmLeadWin(models.TransientModel):
    _inherit = "crm.lead.win"

    def _compute_closed_revenue(self):
        """Propose the amount of the confirmed orders, where there are any."""
        result = super()._compute_closed_revenue()
        for wizard in self:
            if amount := wizard._get_single_lead().sale_amount_total:
                wizard.closed_revenue = amount
        return result
