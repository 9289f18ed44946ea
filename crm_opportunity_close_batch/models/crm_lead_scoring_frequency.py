from odoo import api, models
from odoo.models import LOG_ACCESS_COLUMNS


class CrmLeadScoringFrequency(models.Model):
    _inherit = "crm.lead.scoring.frequency"

    @api.model
    @api.readonly
    def search_read(self, domain=None, fields=None, *args, **kwargs):
        """Leave out who wrote a counter, unless asked: core reads all fields at each closing."""
        fields = fields or [name for name in self._fields if name not in LOG_ACCESS_COLUMNS]
        return super().search_read(domain, fields, *args, **kwargs)
