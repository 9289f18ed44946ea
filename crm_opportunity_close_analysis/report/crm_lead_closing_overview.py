from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from ..statistics import get_value_interval
from .crm_lead_closing_changes import get_changes

# What every figure is made of, for each outcome, loss type and currency. Converting sums is
# the same as summing what was converted, and spares a division a closing.
KINDS = ["outcome", "is_counted", "loss_type", "company_currency"]
AGGREGATES = ["__count", "revenue_lost:sum", "closed_revenue:sum"]
DAYS = ["days_to_close:quartiles"]
COUNTED = Domain("is_counted", "=", True)
# The loss types, none included, of closings nobody has explained.
UNSPECIFIED = (False, "unspecified")
DIMENSIONS = [["user_id"], ["reason_id"], ["stage_id", "stage_name"], ["competitor_id"]]


class CrmLeadClosing(models.Model):
    """The figures of the overview page.

    Every figure is one of *counted* closings. Closings made by mistake are in none;
    *disqualified* ones are counted apart. Amounts are in the currency of the
    user's company. The closings are those credited to the user (see ``_read_figures``).
    """

    _inherit = "crm.lead.closing"

    @api.model
    @api.readonly
    def get_overview(self, options):
        """All figures of the overview page, in a constant number of queries.

        :param dict options: see ``_check_overview_options``
        :return: plain data: what ``_get_overview_figures`` gives, ``months`` (as of
            ``_get_overview_months``), ``currency_id`` of all amounts, ``min_rate_base`` (from
            how many closings on a rate is shown), ``facets`` that narrow each ``domain`` down
            (a domain, and the context for a list), ``filter_names``, and what the user may
            choose from
        :rtype: dict
        :raise UserError: the days are none, out of order, or too far away; another option
            makes no sense
        """
        self = self.with_context(tz=self.env.tz.zone)
        options = self._check_overview_options(options)
        period = self._get_overview_period(options)
        before = self._get_overview_before(*period, options["compare"])
        return {
            "currency_id": self.env.company.currency_id.id,
            "min_rate_base": self._get_min_rate_base(),
            **self._get_overview_figures(options, period, before),
            "months": self._get_overview_months(options, *period),
            **self._get_overview_scope(),
            **self._describe_overview_options(options),
        }

    @api.model
    def _get_overview_figures(self, options, period, before):
        """The figures of a period, as a whole and by each dimension, and those of another one.

        :param tuple period: its first and its last day
        :param tuple before: those of the period it is compared with
        :return: ``figures`` with the ``domain`` of their closings, ``before`` (the same, and
            the days), ``changes`` (as of ``get_changes``), ``win_rate_value_interval``,
            ``worth``, and lists of ``salespeople``, ``reasons``, ``stages``, ``competitors``
        :rtype: dict
        """
        domain = self._get_overview_domain(options, *period)
        before_domain = self._get_overview_domain(options, *before)
        rates = self._get_figure_rates()
        figures, groups = self._read_overview_groups(domain, rates)
        figures_before = self._read_overview_figures(before_domain, rates)
        samples, squares = self._get_overview_samples(domain & COUNTED, before_domain & COUNTED)
        revenue_won, revenue_lost = figures["revenue_won"], figures["revenue_lost"]
        return {
            "domain": list(self._get_overview_list_domain(options, *period)),
            "figures": figures,
            "win_rate_value_interval": get_value_interval(revenue_won, revenue_lost, squares),
            "before": self._describe_overview_before(options, before) | {"figures": figures_before},
            "changes": get_changes(figures, figures_before, samples),
            "worth": self._get_overview_worth(domain, before_domain, rates),
            **groups,
        }

    @api.model
    def _describe_overview_before(self, options, before):
        """The period that another one is compared with, and the domain of its closings."""
        date_from, date_to = before
        return {
            "date_from": fields.Date.to_string(date_from),
            "date_to": fields.Date.to_string(date_to),
            "domain": list(self._get_overview_list_domain(options, date_from, date_to)),
        }

    @api.model
    def _read_overview_groups(self, domain, rates):
        """The figures of closings, and the lists of the page.

        :rtype: tuple[dict, dict]
        """
        sets = [KINDS, *([*dimension, *KINDS] for dimension in DIMENSIONS)]
        totals, *groups = self._read_figures_sets(domain, sets, AGGREGATES)
        days_sets = [["outcome"], ["user_id", "outcome"]]
        days, user_days = self._read_figures_sets(domain & COUNTED, days_sets, DAYS)
        figures = self._sum_overview_rows(totals, rates) | self._format_days(days)
        return figures, self._format_overview_groups(*groups, user_days, rates)

    @api.model
    def _read_overview_figures(self, domain, rates):
        """The figures of closings, as a whole.

        :rtype: dict
        """
        totals = self._read_figures(domain, KINDS, AGGREGATES)
        days = self._read_figures(domain & COUNTED, ["outcome"], DAYS)
        return self._sum_overview_rows(totals, rates) | self._format_days(days)

    @api.model
    def _format_overview_groups(self, users, reasons, stages, competitors, user_days, rates):
        """The lists of the page, from the rows of each dimension."""
        days = defaultdict(list)
        for user, *row in user_days:
            days[user].append(row)
        stages = self._group_overview_rows(self._name_deleted_stages(stages), rates)
        in_pipeline = sorted(stages, key=self._get_stage_order)
        return {
            "salespeople": [
                {"id": user.id, "name": self._get_overview_name(user, self.env._("Unassigned"))}
                | figures
                | self._format_days(days[user])
                for user, figures in self._group_overview_rows(users, rates).items()
                if figures["won"] or figures["lost"]
            ],
            "reasons": self._format_overview_losses(
                self._group_overview_rows(self._gather_unspecified(reasons), rates),
                self.env._("Unspecified"),
            ),
            "stages": self._format_overview_losses(
                {stage: stages[stage] for stage in in_pipeline}, self.env._("No stage")
            ),
            "competitors": self._format_overview_losses(
                self._group_overview_rows(competitors, rates),
                self.env._("No competitor named"),
            ),
        }

    @api.model
    def _get_overview_scope(self):
        """What the user may choose from, and whether these are just the user's own figures."""
        own_only = not self._sees_all()
        has_deals = Domain("use_opportunities", "=", True) | Domain("use_leads", "=", True)
        teams = [] if own_only else self.env["crm.team"].search_read(has_deals, ["name"])
        return {
            "own_only": own_only,
            "teams": teams if len(teams) > 1 else [],
            "uses_leads": self.env.user.has_group("crm.group_use_lead"),
        }

    @api.model
    def _sum_overview_rows(self, rows, rates):
        """The figures of closings that were added up by outcome, loss type and currency.

        :param list[tuple] rows: the values of ``KINDS`` and of ``AGGREGATES``
        :param dict rates: as of ``_get_figure_rates``
        :return: counts, amounts, and rates (from 0 to 1; None for nothing)
        :rtype: dict
        """
        figures = dict.fromkeys(["won", "lost", "disqualified", "unspecified", "other"], 0)
        won = lost = 0.0
        for outcome, is_counted, loss_type, currency, count, lost_value, closed in rows:
            if not is_counted:
                figures["disqualified"] += count
                continue
            figures[outcome] += count
            if outcome == "won":
                won += (closed or 0.0) * rates.get(currency.id, 1.0)
                continue
            lost += (lost_value or 0.0) * rates.get(currency.id, 1.0)
            if loss_type == "other" or loss_type in UNSPECIFIED:
                figures[loss_type or "unspecified"] += count
        round_amount = self.env.company.currency_id.round
        won, lost = round_amount(won), round_amount(lost)
        return {
            **figures,
            "revenue_won": won,
            "revenue_lost": lost,
            **self._get_rate_figures(figures["won"], figures["won"] + figures["lost"]),
            "win_rate_value": won / (won + lost) if won + lost else None,
        }

    @api.model
    def _format_days(self, rows):
        """How long the leads took, those won and those lost apart.

        :param list[tuple] rows: outcome and quartiles of the days to close
        :return: ``days_won`` and ``days_lost`` (medians), ``days_won_quartiles`` and
            ``days_lost_quartiles`` (the first and the third); None for nothing
        :rtype: dict
        """
        figures, quartiles = {}, dict(rows)
        for outcome in ("won", "lost"):
            first, median, third = quartiles.get(outcome) or (None, None, None)
            figures[f"days_{outcome}"] = median
            figures[f"days_{outcome}_quartiles"] = None if first is None else (first, third)
        return figures

    @api.model
    def _gather_unspecified(self, rows):
        """Let all closings nobody has explained be one group, with or without a reason.

        :param list[tuple] rows: a reason, then the values of ``KINDS`` and of ``AGGREGATES``
        """
        position = 1 + KINDS.index("loss_type")
        return [(self._get_explanation(row[0], row[position]), *row[1:]) for row in rows]

    @api.model
    def _get_explanation(self, reason, loss_type):
        """The reason of a loss, or none where nobody has explained it."""
        return reason.browse() if loss_type in UNSPECIFIED else reason

    @api.model
    def _name_deleted_stages(self, rows):
        """Let closings from a stage that was deleted be grouped by the name it had.

        :param list[tuple] rows: a stage, its name then, and the values of ``KINDS`` and of
            ``AGGREGATES``
        :return: the same, with a stage or such a name as the first column
        """
        return [(stage or name or stage, *row) for stage, name, *row in rows]

    @api.model
    def _get_stage_order(self, stage):
        """Stages in the order of the pipeline, then the deleted ones by name, then no stage."""
        if isinstance(stage, str):
            return (1, 0, 0, stage)
        return (2 * (not stage), stage.sequence, stage.id or 0, "")

    @api.model
    def _group_overview_rows(self, rows, rates):
        """The figures for each value of a dimension, which is the first column of the rows."""
        grouped = defaultdict(list)
        for key, *row in rows:
            grouped[key].append(row)
        return {key: self._sum_overview_rows(group, rates) for key, group in grouped.items()}

    @api.model
    def _format_overview_losses(self, grouped, no_name):
        """The lost leads for each reason, stage or competitor; nothing is left out.

        :param dict grouped: record (or empty recordset; a deleted stage's name) → its figures
        :param str no_name: what leads without such a record are called
        """
        return [
            {
                "id": not isinstance(record, str) and record.id,
                "name": self._get_overview_name(record, no_name),
                "is_deleted": isinstance(record, str),
                "count": figures["lost"],
                "revenue": figures["revenue_lost"],
                "is_unknown": figures["unspecified"] == figures["lost"],
            }
            for record, figures in grouped.items()
            if figures["lost"]
        ]

    @api.model
    def _get_overview_name(self, record, no_name):
        # sudo: as in Odoo's own grouped views, a group is named even if its record, of
        # another company for example, cannot be opened.
        if isinstance(record, str):
            return record
        return record.sudo().display_name if record else no_name
