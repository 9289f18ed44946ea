from odoo import models


class CrmCompetitor(models.Model):
    """What came of the deals a competitor was named on."""

    _name = "crm.competitor"
    _inherit = ["crm.competitor", "crm.close.figures"]
