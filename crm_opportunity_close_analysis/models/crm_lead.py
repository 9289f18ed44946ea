from odoo import models


class CrmLead(models.Model):
    """The leads that something happened to lately, for the funnel of a recent period."""

    _inherit = "crm.lead"

    _write_date_idx = models.Index("(write_date)")
