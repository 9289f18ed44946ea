from collections.abc import Set

from odoo import api, models, tools
from odoo.fields import Domain


class IrRule(models.Model):
    """Whoever may read a lead may read its closings, and nobody else.

    The rules of leads are asked rather than repeated, so that those of other add-ons hold
    for closings as well. The company of a closing, which never changes, decides nothing.
    """

    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        domain = super()._compute_domain(model_name, mode)
        if model_name != "crm.lead.closing":
            return domain
        leads = self._simplify_companies(self._compute_domain("crm.lead", mode))
        if leads.is_true():
            return domain
        # A type is always there. Asking for it lets PostgreSQL begin with the few leads of a
        # salesperson, where an outer join would make it read all.
        typed = Domain("type", "in", ["lead", "opportunity"])
        return domain & Domain("lead_id", "any", typed & leads)

    @api.model
    def _simplify_companies(self, domain):
        """Take out of a domain the conditions that hold for every company there is.

        Where somebody works in all companies, as in a database with a single one, reading
        closings needs no join with the leads.

        :param Domain domain: of any model with a company
        :rtype: Domain
        """
        everything = self._get_every_company()

        def simplify(condition):
            about_companies = (condition.field_expr, condition.operator) == ("company_id", "in")
            is_true = (
                about_companies
                and isinstance(condition.value, Set)
                and condition.value >= everything
            )
            return Domain.TRUE if is_true else condition

        return domain.map_conditions(simplify)

    @api.model
    @tools.ormcache()
    def _get_every_company(self):
        """The ids of all companies, and False for none.

        Core clears this cache whenever a company is created or deleted.

        :rtype: frozenset
        """
        # sudo: whether there are others, whoever may see them
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        return frozenset([False, *companies.search(Domain.TRUE)._ids])
