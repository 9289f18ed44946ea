from odoo import fields, models
from odoo.fields import Domain

PERCENT = 100


class DigestDigest(models.Model):
    """The periodic mail tells what was lost, beside what was won."""

    _inherit = "digest.digest"

    kpi_crm_deals_lost = fields.Boolean("Deals lost")
    kpi_crm_deals_lost_value = fields.Integer(compute="_compute_kpi_crm_deals_lost_value")
    kpi_crm_win_rate = fields.Boolean("Win rate (%)")
    kpi_crm_win_rate_value = fields.Float(compute="_compute_kpi_crm_win_rate_value")

    def _compute_kpi_crm_opportunities_won_value(self):
        """Count what is won: in core any deal at 100 % is, whatever its stage."""
        # Core refuses those who are no salespeople.
        result = super()._compute_kpi_crm_opportunities_won_value()
        self._calculate_company_based_kpi(
            "crm.lead",
            "kpi_crm_opportunities_won_value",
            date_field="date_closed",
            additional_domain=[("type", "=", "opportunity"), ("won_status", "=", "won")],
        )
        return result

    def _compute_kpi_crm_deals_lost_value(self):
        self._check_closing_kpi_access()
        self._calculate_company_based_kpi(
            "crm.lead.closing",
            "kpi_crm_deals_lost_value",
            date_field="date",
            additional_domain=self._get_closing_kpi_domain() & Domain("outcome", "=", "lost"),
        )

    def _compute_kpi_crm_win_rate_value(self):
        self._check_closing_kpi_access()
        start, end, companies = self._get_kpi_compute_parameters()
        domain = self._get_closing_kpi_domain() & Domain(
            [("company_id", "in", companies.ids), ("date", ">=", start), ("date", "<", end)]
        )
        rates = dict(
            self.env["crm.lead.closing"]._read_group(domain, ["company_id"], ["win_rate:avg"])
        )
        for digest in self:
            company = digest.company_id or self.env.company
            digest.kpi_crm_win_rate_value = rates.get(company, 0) * PERCENT

    def _check_closing_kpi_access(self):
        """Leave the figures out of the mail of a user who may not read closings.

        :raise AccessError: which the digest takes as "skip this figure"
        """
        self.env["crm.lead.closing"].check_access("read")

    def _get_closing_kpi_domain(self):
        return Domain("is_counted", "=", True) & Domain("lead_type", "=", "opportunity")

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("crm.crm_menu_root").id
        action = f"crm_opportunity_close_analysis.crm_lead_closing_action_report?menu_id={menu}"
        return {**actions, "kpi_crm_deals_lost": action, "kpi_crm_win_rate": action}
