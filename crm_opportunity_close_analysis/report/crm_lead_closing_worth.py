from odoo import api, models
from odoo.fields import Domain

KINDS = ["outcome", "recovered_count", "company_currency"]
SUMS = ["expected_revenue:sum", "closed_revenue:sum", "recurring_revenue_monthly:sum"]
RECURRING = "crm.group_use_recurring_revenues"


class CrmLeadClosing(models.Model):
    """What the closings of a period were worth: recurring, won back, against what was expected."""

    _inherit = "crm.lead.closing"

    @api.model
    def _get_overview_worth(self, domain, before_domain, rates):
        """What the closings of the period and of the one before were worth.

        :param Domain domain: the closings of the period
        :param Domain before_domain: those of the period it is compared with
        :param dict rates: as of ``_get_figure_rates``
        :return: ``uses_recurring``, and ``now`` and ``before`` (see ``_sum_worth``)
        :rtype: dict
        """
        counted = Domain("is_counted", "=", True)
        now, before = (
            self._sum_worth(self._read_figures(period & counted, KINDS, ["__count", *SUMS]), rates)
            for period in (domain, before_domain)
        )
        # The amounts are read as superuser: whether the user sees them is asked here.
        uses_recurring = self.env.user.has_group(RECURRING)
        if not uses_recurring:
            for figures in (now, before):
                del figures["recurring_won"], figures["recurring_lost"]
        return {"uses_recurring": uses_recurring, "now": now, "before": before}

    @api.model
    def _sum_worth(self, rows, rates):
        """Add up counted closings.

        :param list[tuple] rows: the values of ``KINDS``, a count, and the values of ``SUMS``
        :param dict rates: as of ``_get_figure_rates``
        :return: ``recurring_won`` and ``recurring_lost`` (a month), ``recovered`` (how many
            were won after they had been lost) and ``recovered_revenue``, ``expected`` (of
            those won) and ``closed_share`` (of it; None for nothing)
        :rtype: dict
        """
        names = ("recurring_won", "recurring_lost", "recovered_revenue", "expected", "closed")
        sums = dict.fromkeys(names, 0.0)
        recovered = 0
        for outcome, recovered_count, currency, count, *amounts in rows:
            rate = rates.get(currency.id, 1.0)
            expected, closed, recurring = ((amount or 0.0) * rate for amount in amounts)
            sums[f"recurring_{outcome}"] += recurring
            if outcome == "won":
                sums["expected"] += expected
                sums["closed"] += closed
            if recovered_count:
                recovered += count
                sums["recovered_revenue"] += closed
        round_amount = self.env.company.currency_id.round
        sums = {name: round_amount(amount) for name, amount in sums.items()}
        closed = sums.pop("closed")
        share = closed / sums["expected"] if sums["expected"] else None
        return {**sums, "recovered": recovered, "closed_share": share}
