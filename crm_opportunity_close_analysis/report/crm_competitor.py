from odoo import models


class CrmCompetitor(models.Model):
    """What came of the opportunities a competitor was named on."""

    _name = "crm.competitor"
    _inherit = ["crm.competitor", "crm.close.figures"]
