from odoo import api, models
from odoo.models import LOG_ACCESS_COLUMNS


class CrmLeadScoringFrequency(models.Model):
    """What predictive scoring counts of every closing."""

    _inherit = "crm.lead.scoring.frequency"

    @api.model
    @api.readonly
    def search_read(self, domain=None, fields=None, offset=0, limit=None, order=None, **kwargs):
        """Core asks for all fields where it counts a closing, and so for who wrote them.

        Their names take longer to find out than all that is counted.
        """
        if fields is None:
            stored = (name for name, field in self._fields.items() if field.store)
            fields = [name for name in stored if name not in LOG_ACCESS_COLUMNS]
        return super().search_read(domain, fields, offset, limit, order, **kwargs)
