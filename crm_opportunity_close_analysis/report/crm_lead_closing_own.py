from collections.abc import Set

from odoo import api, models
from odoo.fields import Domain

ALL_DOCUMENTS = "sales_team.group_sale_salesman_all_leads"


class CrmLeadClosing(models.Model):
    """Whose closings a figure is made of.

    A figure counts the closings that are *credited* to its reader: those of the companies
    chosen in the company menu, as they were at closing, and where a user sees own documents
    only, those with the user as the salesperson at closing. So a hand-over, or a lead that
    passes to another company, changes no figure of the past, though the closing can no
    longer be opened. Whatever reads figures uses ``_read_figures`` and what is beside it.
    """

    _inherit = "crm.lead.closing"

    @api.model
    def _get_figures_domain(self, lead_type="opportunity"):
        """The closings that count as won or lost, wherever figures are shown.

        :param lead_type: ``opportunity`` or ``lead``; False for both
        :rtype: Domain
        """
        domain = Domain("is_counted", "=", True) & self._get_credited_domain()
        return domain & Domain("lead_type", "=", lead_type) if lead_type else domain

    @api.model
    def _get_credited_domain(self):
        """The closings credited to the user, as conditions that any client understands.

        What is left behind by nobody belongs to nobody who sees own documents only.

        :rtype: Domain
        """
        if self.env.su:
            return Domain.TRUE
        companies = self.env.companies.ids  # refuses companies that are not the user's
        domain = self._simplify_companies(Domain("company_id", "in", [*companies, False]))
        return domain if self._sees_all() else domain & Domain("user_id", "=", self.env.uid)

    @api.model
    def _sees_all(self):
        """Whether the user sees the documents of others."""
        return self.env.user.has_group(ALL_DOCUMENTS)

    @api.model
    def _get_rules_domain(self):
        """What the record rules of leads leave to the user, whatever company a lead is in now.

        :rtype: Domain
        """
        own_companies = {False, *self.env.companies.ids}

        def skip_companies(condition):
            is_company_rule = (
                (condition.field_expr, condition.operator) == ("company_id", "in")
                and isinstance(condition.value, Set)
                and set(condition.value) == own_companies
            )
            return Domain.TRUE if is_company_rule else condition

        rules = self.env["ir.rule"]._compute_domain("crm.lead").map_conditions(skip_companies)
        return Domain.TRUE if rules.is_true() else Domain("lead_id", "any", rules)

    @api.model
    def _prepare_figures(self, domain):
        """The model to read figures with, and what to read.

        :param Domain domain: which closings
        :return: closings as superuser, and the domain with what is credited to the user
        :rtype: tuple[crm.lead.closing, Domain]
        :raise AccessError: the user may not read closings
        """
        self.browse().check_access("read")
        domain = Domain(domain) & self._get_credited_domain()
        if not self.env.su and self._sees_all():
            domain &= self._get_rules_domain()
        # sudo: a lead that was handed over, or passed to another company, cannot be opened
        # by whom its closing is credited to; only sums leave here, within the domain above
        return self.sudo(), domain

    @api.model
    def _read_figures(self, domain, groupby=(), aggregates=()):
        """As ``_read_group``, of the closings that are credited to the user.

        Records among the values are those of the superuser.
        """
        closings, domain = self._prepare_figures(domain)
        return closings._read_group(domain, groupby, aggregates)

    @api.model
    def _read_figures_sets(self, domain, grouping_sets, aggregates=()):
        """As ``_read_grouping_sets``, of the closings that are credited to the user."""
        closings, domain = self._prepare_figures(domain)
        return closings._read_grouping_sets(domain, grouping_sets, aggregates)

    @api.model
    def _search_figures(self, domain):
        """As ``_search``, of the closings that are credited to the user.

        :rtype: Query
        """
        closings, domain = self._prepare_figures(domain)
        return closings._search(domain)

    @api.model
    def _name_closings(self, name, count, domain):
        """What a view is called that opens from a figure, where not all of it can be opened.

        :param str name: what it is called otherwise
        :param int count: how many closings the figure counts
        :param Domain domain: the closings that open
        :rtype: str
        """
        readable = self.search_count(domain)
        if readable >= count:
            return name
        return self.env._(
            "%(name)s: %(count)s, of which you can open %(readable)s",
            name=name,
            count=count,
            readable=readable,
        )
