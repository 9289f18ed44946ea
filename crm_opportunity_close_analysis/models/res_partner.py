from odoo import fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = "res.partner"

    crm_closing_count = fields.Integer(
        "Closings",
        compute="_compute_crm_closing_count",
        groups="sales_team.group_sale_salesman",
        help="How often opportunities of this contact and its people were won or lost. Mistakes "
        "are left out.",
    )

    def _get_crm_closings_domain(self):
        """The closings of these contacts and their people; mistakes do not count."""
        return Domain(self._get_contact_opportunities_domain()) & Domain("is_mistake", "=", False)

    def _compute_crm_closing_count(self):
        self.crm_closing_count = 0
        partners = set(self.ids)
        for partner, count in self.env["crm.lead.closing"]._read_group(
            self._get_crm_closings_domain(), ["partner_id"], ["__count"]
        ):
            while partner:
                if partner.id in partners:
                    partner.crm_closing_count += count
                partner = partner.parent_id

    def action_view_crm_closings(self):
        """Open the closings of this contact and its people that are counted on the button.

        :return: a window action
        :rtype: dict
        """
        domain = list(self._get_crm_closings_domain())
        return self.env["crm.lead.closing"]._get_closings_action(domain)
