from collections import defaultdict
from datetime import datetime, time, timedelta

import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

TREND_MONTHS = 12

# What every figure is made of, for each outcome and loss type.
KINDS = ["outcome", "loss_type"]
AGGREGATES = [
    "__count",
    "expected_revenue:sum_currency",
    "closed_revenue:sum_currency",
    "days_to_close:sum",
]


class CrmLeadClosing(models.Model):
    """The figures of the overview page.

    Closings made by mistake never count. *Disqualified* closings are counted apart: every
    other figure (deals won and lost, revenue, rates, days) leaves them out. Amounts are in
    the currency of the user's company. Record rules decide which closings are seen.
    """

    _inherit = "crm.lead.closing"

    @api.model
    @api.readonly
    def get_overview(self, options):
        """All figures of the overview page, in a constant number of queries.

        :param dict options: ``date_from`` and ``date_to`` (days as ``YYYY-MM-DD`` in the
            user's time zone, both included), ``team_id`` (int, or False for all) and
            ``current_only`` (bool: leave out the closings of deals that were reopened)
        :return: plain data: ``figures`` of the period with its ``domain``, ``before`` (the
            same of the period it is compared with), lists of ``reasons``, ``stages``,
            ``competitors`` (lost deals), ``salespeople`` and ``months``
        :rtype: dict
        """
        self = self.with_context(tz=self.env.tz.zone)
        date_from = fields.Date.to_date(options["date_from"])
        date_to = fields.Date.to_date(options["date_to"])
        before_from, before_to = self._get_overview_before(date_from, date_to)

        domain = self._get_overview_domain(options, date_from, date_to)
        before_domain = self._get_overview_domain(options, before_from, before_to)
        dimensions = ["user_id", "reason_id", "stage_id", "competitor_id"]
        totals, *groups = self._read_grouping_sets(
            domain, [KINDS, *([dimension, *KINDS] for dimension in dimensions)], AGGREGATES
        )
        people, reasons, stages, competitors = (self._group_overview_rows(rows) for rows in groups)
        return {
            "currency_id": self.env.company.currency_id.id,
            "domain": list(domain),
            "figures": self._sum_overview_rows(totals),
            "before": {
                "date_from": fields.Date.to_string(before_from),
                "date_to": fields.Date.to_string(before_to),
                "domain": list(before_domain),
                "figures": self._sum_overview_rows(
                    self._read_group(before_domain, KINDS, AGGREGATES)
                ),
            },
            "reasons": self._format_overview_losses(reasons, self.env._("No reason")),
            "stages": self._format_overview_losses(
                dict(sorted(stages.items(), key=lambda item: (not item[0], item[0].sequence))),
                self.env._("No stage"),
            ),
            "competitors": self._format_overview_losses(
                competitors, self.env._("No competitor named")
            ),
            "salespeople": [
                {"id": user.id, "name": self._get_overview_name(user, self.env._("Unassigned"))}
                | figures
                for user, figures in people.items()
                if figures["won"] or figures["lost"]
            ],
            "months": self._get_overview_months(options, date_from, date_to),
            **self._get_overview_scope(),
        }

    @api.model
    def _get_overview_scope(self):
        """What the user may choose from, and whether these are just the user's own figures."""
        own_only = not self.env.user.has_group("sales_team.group_sale_salesman_all_leads")
        teams = [] if own_only else self.env["crm.team"].search_read([], ["name"])
        return {"own_only": own_only, "teams": teams if len(teams) > 1 else []}

    @api.model
    def _get_overview_before(self, date_from, date_to):
        """The period that another one is compared with.

        Whole months are compared with as many whole months before, any other period with as
        many days before. A period that is not over yet is compared up to the same day.

        :return: its first and its last day
        :rtype: tuple[date, date]
        """
        today = fields.Date.context_today(self)
        end = date_to + timedelta(days=1)
        if date_from.day == end.day == 1:
            months = (end.year - date_from.year) * 12 + end.month - date_from.month
            length = relativedelta(months=months)
        else:
            length = end - date_from
        last_day = date_from - timedelta(days=1)
        if date_from <= today < date_to:
            last_day = min(last_day, today - length)
        return date_from - length, last_day

    @api.model
    def _get_overview_domain(self, options, date_from, date_to):
        """The closings of a period, as a list of conditions that any client understands."""

        def midnight(day):
            local = self.env.tz.localize(datetime.combine(day, time.min))
            return fields.Datetime.to_string(local.astimezone(pytz.utc))

        domain = Domain(
            [
                ("is_mistake", "=", False),
                ("date", ">=", midnight(date_from)),
                ("date", "<", midnight(date_to + timedelta(days=1))),
            ]
        )
        if options.get("team_id"):
            domain &= Domain("team_id", "=", int(options["team_id"]))
        if options.get("current_only"):
            domain &= Domain("is_current", "=", True)
        return domain

    @api.model
    def _sum_overview_rows(self, rows):
        """The figures of closings that were added up by outcome and loss type.

        :param list[tuple] rows: outcome, loss type, and the values of ``AGGREGATES``
        :return: counts, amounts, and rates (from 0 to 1) and ``days``, both None for nothing
        :rtype: dict
        """
        figures = dict.fromkeys(["won", "lost", "disqualified", "unspecified", "other"], 0)
        won = lost = days = 0.0
        for outcome, loss_type, count, expected, closed, sum_of_days in rows:
            if outcome == "lost" and loss_type == "disqualified":
                figures["disqualified"] += count
                continue
            figures[outcome] += count
            days += sum_of_days or 0.0
            if outcome == "won":
                won += closed or 0.0
                continue
            lost += expected or 0.0
            if loss_type in (False, "unspecified", "other"):
                figures["other" if loss_type == "other" else "unspecified"] += count
        round_amount = self.env.company.currency_id.round
        won, lost = round_amount(won), round_amount(lost)
        deals = figures["won"] + figures["lost"]
        return {
            **figures,
            "revenue_won": won,
            "revenue_lost": lost,
            "win_rate": figures["won"] / deals if deals else None,
            "win_rate_value": won / (won + lost) if won + lost else None,
            "days": days / deals if deals else None,
        }

    @api.model
    def _group_overview_rows(self, rows):
        """The figures for each value of a dimension, which is the first column of the rows."""
        grouped = defaultdict(list)
        for key, *row in rows:
            grouped[key].append(row)
        return {key: self._sum_overview_rows(group) for key, group in grouped.items()}

    @api.model
    def _format_overview_losses(self, grouped, no_name):
        """The lost deals for each reason, stage or competitor; nothing is left out.

        :param dict grouped: record (or empty recordset) → its figures
        :param str no_name: what deals without such a record are called
        """
        return [
            {
                "id": record.id,
                "name": self._get_overview_name(record, no_name),
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
        return record.sudo().display_name if record else no_name

    @api.model
    def _get_overview_months(self, options, date_from, date_to):
        """The figures of each month of the period, and of twelve months at least.

        Months before the first closing are left out; months without one are not.

        :return: ``month`` (its first day), ``domain``, ``in_period`` and the figures
        :rtype: list[dict]
        """
        today = fields.Date.context_today(self)
        last = min(date_to, max(date_from, today)).replace(day=1)
        first = min(date_from.replace(day=1), last - relativedelta(months=TREND_MONTHS - 1))
        one_month = relativedelta(months=1)
        domain = self._get_overview_domain(options, first, last + one_month - timedelta(days=1))
        rows = self._read_group(domain, ["date:month", *KINDS], AGGREGATES)
        grouped = self._group_overview_rows([(row[0].date(), *row[1:]) for row in rows])
        if grouped:
            first = max(first, min(grouped))
        months = []
        while grouped and first <= last:
            month_end = first + one_month - timedelta(days=1)
            months.append(
                {
                    "month": fields.Date.to_string(first),
                    "domain": list(self._get_overview_domain(options, first, month_end)),
                    "in_period": first <= date_to and month_end >= date_from,
                    **grouped.get(first, self._sum_overview_rows([])),
                }
            )
            first += one_month
        return months
