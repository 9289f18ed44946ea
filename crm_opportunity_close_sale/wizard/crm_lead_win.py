from odoo import models


class CrmLeadWin(models.TransientModel):
    _inherit = "crm.lead.win"

    def _compute_closed_revenue(self):
        """Propose what the orders of the deal are worth, where there are any."""
        result = super()._compute_closed_revenue()
        for wizard in self:
            if len(wizard.lead_ids) == 1 and wizard.lead_ids.sale_amount_total:
                wizard.closed_revenue = wizard.lead_ids.sale_amount_total
        return result
