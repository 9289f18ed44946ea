from collections.abc import Set

from odoo import api, models
from odoo.fields import Domain


class CrmLeadClosing(models.Model):
    """Whoever may read a lead may read its closings, and nobody else.

    The rules of leads are asked rather than repeated, so that those of other add-ons hold
    for closings as well. The company of a closing, which never changes, decides nothing.
    """

    _inherit = "crm.lead.closing"

    @api.model
    def _get_access_domain(self, company_ids):
        """The closings of the leads that the user may read, for the record rule of closings.

        :param list company_ids: the companies the user works in
        :rtype: Domain
        """
        # A record rule is evaluated as superuser; the rules of leads are those of the user.
        rules = self.env["ir.rule"].sudo(False).with_context(allowed_company_ids=company_ids)
        leads = self._simplify_companies(rules._compute_domain("crm.lead"))
        if leads.is_true():
            return leads
        # A type is always there. Asking for it lets PostgreSQL begin with the few leads of a
        # salesperson, where an outer join would make it read all.
        typed = Domain("type", "in", ["lead", "opportunity"])
        return Domain("lead_id", "any", typed & leads)

    @api.model
    def _simplify_companies(self, domain):
        """Take out of a domain the conditions that hold for every company there is.

        Where somebody works in all companies, as in a database with a single one, reading
        closings needs no join with the leads.

        :param Domain domain: of any model with a company
        :rtype: Domain
        """
        # sudo: whether there are other companies, whoever may see them
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        everything = {False, *companies.search(Domain.TRUE)._ids}

        def simplify(condition):
            about_companies = (condition.field_expr, condition.operator) == ("company_id", "in")
            is_true = (
                about_companies
                and isinstance(condition.value, Set)
                and condition.value >= everything
            )
            return Domain.TRUE if is_true else condition

        return domain.map_conditions(simplify)
