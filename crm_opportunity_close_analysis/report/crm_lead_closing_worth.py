from odoo import api, models
from odoo.fields import Domain

KINDS = ["outcome", "recovered_count", "won_anew_count", "company_currency"]
MOVES = ["deadline_moved_count:median", "deadline_moved_count:count"]
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
        :return: ``uses_recurring``, and ``now`` and ``before`` (see ``_sum_worth`` and
            ``_format_moves``)
        :rtype: dict
        """
        counted = Domain("is_counted", "=", True)
        sets, aggregates = [KINDS, ["outcome"]], ["__count", *SUMS, *MOVES]
        now, before = (
            self._sum_worth(rows, rates) | self._format_moves(moves)
            for rows, moves in (
                self._read_figures_sets(period & counted, sets, aggregates)
                for period in (domain, before_domain)
            )
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

        :param list[tuple] rows: the values of ``KINDS``, a count, and the values of ``SUMS``,
            then others
        :param dict rates: as of ``_get_figure_rates``
        :return: ``recurring_won`` and ``recurring_lost`` (a month), ``recovered`` (how many
            were reopened and won after they had been lost) and ``recovered_revenue``,
            ``won_anew`` (how many continue a lost one) and ``won_anew_revenue``, ``expected``
            (of those won) and ``closed_share`` (of it; None for nothing)
        :rtype: dict
        """
        names = ("recurring_won", "recurring_lost", "expected", "closed")
        names += ("recovered_revenue", "won_anew_revenue")
        sums = dict.fromkeys(names, 0.0)
        back = {"recovered": 0, "won_anew": 0}
        for outcome, recovered_count, won_anew_count, currency, count, *values in rows:
            rate = rates.get(currency.id, 1.0)
            expected, closed, recurring = ((amount or 0.0) * rate for amount in values[: len(SUMS)])
            sums[f"recurring_{outcome}"] += recurring
            if outcome == "won":
                sums["expected"] += expected
                sums["closed"] += closed
            for name, is_back in (("recovered", recovered_count), ("won_anew", won_anew_count)):
                if is_back:
                    back[name] += count
                    sums[f"{name}_revenue"] += closed
        round_amount = self.env.company.currency_id.round
        sums = {name: round_amount(amount) for name, amount in sums.items()}
        closed = sums.pop("closed")
        share = closed / sums["expected"] if sums["expected"] else None
        return {**sums, **back, "closed_share": share}

    @api.model
    def _format_moves(self, rows):
        """How often the expected closing was moved, on won and on lost ones.

        :param list[tuple] rows: outcome, others, the values of ``MOVES``
        :return: ``moved_won`` and ``moved_lost``, medians (None for nothing), with
            ``moved_won_count`` and ``moved_lost_count``: of how many closings this is known
        :rtype: dict
        """
        moves = {outcome: values[-len(MOVES) :] for outcome, *values in rows}
        figures = {}
        for outcome in ("won", "lost"):
            median, count = moves.get(outcome, (None, 0))
            moved = median if count else None
            figures |= {f"moved_{outcome}": moved, f"moved_{outcome}_count": count}
        return figures
