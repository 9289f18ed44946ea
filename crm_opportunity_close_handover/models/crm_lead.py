from odoo import models
from odoo.fields import Domain


class CrmLead(models.Model):
    """What a closing has cancelled is transferred with its lead, too."""

    _inherit = "crm.lead"

    def _get_transferable_domain(self):
        """Reopening brings cancelled activities and meetings back: to whoever has the lead."""
        return super()._get_transferable_domain() | Domain("cancelled_at_closing", "=", True)
