from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_view_opportunity(self):
        """Open the contact's leads, under filters that the view has."""
        action = super().action_view_opportunity()
        action["context"] = {
            "search_default_filter_won_status_won": 1,
            "search_default_filter_won_status_pending": 1,
            "search_default_filter_won_status_lost": 1,
            "active_test": False,
        }
        return action
