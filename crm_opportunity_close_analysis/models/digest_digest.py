from odoo import fields, models
from odoo.fields import Domain

PERCENT = 100
NOTHING = "–"
CLOSING_KPIS = ("kpi_crm_deals_lost", "kpi_crm_win_rate")


class DigestDigest(models.Model):
    """The periodic mail tells what was lost, beside what was won."""

    _inherit = "digest.digest"

    kpi_crm_deals_lost = fields.Boolean("Opportunities Lost")
    kpi_crm_deals_lost_value = fields.Integer(
        "Number of opportunities lost", compute="_compute_kpi_crm_deals_lost_value"
    )
    kpi_crm_win_rate = fields.Boolean("Win rate")
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
        figures = self._get_closing_kpis()
        for digest in self:
            lost, __ = figures.get(digest.company_id or self.env.company, (0, 0))
            digest.kpi_crm_deals_lost_value = lost

    def _compute_kpi_crm_win_rate_value(self):
        figures = self._get_closing_kpis()
        for digest in self:
            lost, closed = figures.get(digest.company_id or self.env.company, (0, 0))
            digest.kpi_crm_win_rate_value = closed and (closed - lost) / closed * PERCENT

    def _get_closing_kpis(self):
        """What was lost in the period of the digest, and the win rate; without mistakes.

        :return: company → how many opportunities were lost, and how many were closed
        :rtype: dict
        :raise AccessError: the user may not read closings; the digest leaves the figures out
        """
        closings = self.env["crm.lead.closing"]
        closings.check_access("read")
        start, end, companies = self._get_kpi_compute_parameters()
        domain = closings._get_figures_domain() & Domain(
            [("company_id", "in", companies.ids), ("date", ">=", start), ("date", "<", end)]
        )
        aggregates = ["__count", "win_rate:sum"]
        return {
            company: (count - round(won), count)
            for company, count, won in closings._read_figures(domain, ["company_id"], aggregates)
        }

    def _compute_kpis(self, company, user):
        """Print our figures as what they are, with the one before it.

        Core prints every change as a share, green where it goes up: ten times the losses
        would look like a success, and a rate that rises from 50 % to 60 % like one of 20 %.
        """
        kpis = super()._compute_kpis(company, user)
        ours = [kpi for kpi in kpis if kpi["kpi_name"] in CLOSING_KPIS]
        for column, (period, frames) in enumerate(self._compute_timeframes(company), 1):
            if not ours:
                break
            now, before = (self._print_closing_kpis(company, user, *frame) for frame in frames)
            for kpi in ours:
                name = kpi["kpi_name"]
                kpi[f"kpi_col{column}"] = {
                    "value": now[name][0],
                    "margin": 0.0,
                    "col_subtitle": self.env._(
                        "%(period)s (%(now)s; before: %(value)s)",
                        period=period,
                        now=now[name][1],
                        value=before[name][1],
                    )
                    if name == "kpi_crm_win_rate"
                    else self.env._(
                        "%(period)s (before: %(value)s)", period=period, value=before[name][1]
                    ),
                }
        return kpis

    def _print_closing_kpis(self, company, user, start, end):
        """Our figures of one period, as text: in short, and with what they are made of.

        :return: name of the figure → two texts; a rate of nothing is a dash
        :rtype: dict
        """
        period = self.with_context(start_datetime=start, end_datetime=end)
        digest = period.with_user(user).with_company(company)
        lost, closed = digest._get_closing_kpis().get(digest.company_id or company, (0, 0))
        won = closed - lost
        rate = self.env["crm.lead.closing"].with_company(company)._format_rate(won, closed)
        short, __, __ = rate.partition(" · ")
        return {
            "kpi_crm_deals_lost": (str(lost), str(lost)),
            "kpi_crm_win_rate": (short or NOTHING, rate or NOTHING),
        }

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("crm.crm_menu_root").id
        action = f"crm_opportunity_close_analysis.crm_lead_closing_action_report?menu_id={menu}"
        return {**actions, "kpi_crm_deals_lost": action, "kpi_crm_win_rate": action}
