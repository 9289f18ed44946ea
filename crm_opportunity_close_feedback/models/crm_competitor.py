from odoo import models


class CrmCompetitor(models.Model):
    _inherit = "crm.competitor"

    def _get_merge_fields(self):
        return [*super()._get_merge_fields(), ("crm.lead.closing.feedback", "competitor_id")]
