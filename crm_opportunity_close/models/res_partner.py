from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    crm_closing_count = fields.Integer(
        "Closings",
        compute="_compute_crm_closing_count",
        groups="sales_team.group_sale_salesman",
        help="How often deals of this contact and its people were won or lost.",
    )

    def _compute_crm_closing_count(self):
        self.crm_closing_count = 0
        partners = set(self.ids)
        for partner, count in self.env["crm.lead.closing"]._read_group(
            self._get_contact_opportunities_domain(), ["partner_id"], ["__count"]
        ):
            while partner:
                if partner.id in partners:
                    partner.crm_closing_count += count
                partner = partner.parent_id

    def action_view_opportunity(self):
        """Open the contact's deals, under filters that the view has."""
        action = super().action_view_opportunity()
        action["context"] = {
            "search_default_filter_won_status_won": 1,
            "search_default_filter_won_status_pending": 1,
            "search_default_filter_won_status_lost": 1,
            "active_test": False,
        }
        return action

    def action_view_crm_closings(self):
        """Open every closing of the deals of this contact and its people.

        :return: a window action
        :rtype: dict
        """
        domain = self._get_contact_opportunities_domain()
        return self.env["crm.lead.closing"]._get_closings_action(domain)
