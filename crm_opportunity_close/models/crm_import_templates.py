"""The spreadsheets that the import offers to download."""

from odoo import api, models

FOLDER = "/crm_opportunity_close/static/xls"


class CrmLead(models.Model):
    _inherit = "crm.lead"

    @api.model
    def get_import_templates(self):
        label = self.env._("Import Template for Won & Lost Opportunities")
        return [
            *super().get_import_templates(),
            {"label": label, "template": f"{FOLDER}/crm_lead_closed.xlsx"},
        ]


class CrmLostReason(models.Model):
    _inherit = "crm.lost.reason"

    @api.model
    def get_import_templates(self):
        label = self.env._("Import Template for Lost & Win Reasons")
        return [{"label": label, "template": f"{FOLDER}/crm_lost_reason.xlsx"}]


class CrmCompetitor(models.Model):
    _inherit = "crm.competitor"

    @api.model
    def get_import_templates(self):
        label = self.env._("Import Template for Competitors")
        return [{"label": label, "template": f"{FOLDER}/crm_competitor.xlsx"}]
