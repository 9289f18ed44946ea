from collections import defaultdict
from datetime import date, datetime, time, timedelta

import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

TREND_MONTHS = 12
# Beyond these years dates end, or time zones and PostgreSQL disagree about them.
YEARS = range(1900, 9000)
MONTH = relativedelta(months=1)

# What every figure is made of, for each outcome, loss type and currency. Converting sums is
# the same as summing what was converted, and spares a division a closing.
KINDS = ["outcome", "is_counted", "loss_type", "company_currency"]
AGGREGATES = ["__count", "revenue_lost:sum", "closed_revenue:sum", "days_to_close:sum"]
DIMENSIONS = ["user_id", "reason_id", "stage_id", "competitor_id"]


class CrmLeadClosing(models.Model):
    """The figures of the overview page.

    Every figure is one of *counted* closings. Closings made by mistake are in none;
    *disqualified* ones are told apart, by their number. Amounts are in
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
        :raise UserError: the days are none, out of order, or too far away
        """
        self = self.with_context(tz=self.env.tz.zone)
        date_from, date_to = self._get_overview_period(options)
        before_from, before_to = self._get_overview_before(date_from, date_to)

        domain = self._get_overview_domain(options, date_from, date_to)
        before_domain = self._get_overview_domain(options, before_from, before_to)
        sets = [KINDS, *([dimension, *KINDS] for dimension in DIMENSIONS)]
        totals, *groups = self._read_grouping_sets(domain, sets, AGGREGATES)
        totals_before = self._read_group(before_domain, KINDS, AGGREGATES)
        rates = self._get_overview_rates(totals + totals_before)
        return {
            "currency_id": self.env.company.currency_id.id,
            "domain": list(domain),
            "figures": self._sum_overview_rows(totals, rates),
            "before": {
                "date_from": fields.Date.to_string(before_from),
                "date_to": fields.Date.to_string(before_to),
                "domain": list(before_domain),
                "figures": self._sum_overview_rows(totals_before, rates),
            },
            "months": self._get_overview_months(options, date_from, date_to),
            **self._format_overview_groups(*groups, rates),
            **self._get_overview_scope(),
        }

    @api.model
    def _format_overview_groups(self, users, reasons, stages, competitors, rates):
        """The lists of the page, from the rows of each dimension."""
        stages = self._group_overview_rows(stages, rates)
        in_pipeline = sorted(stages, key=lambda stage: (not stage, stage.sequence, stage.id))
        return {
            "salespeople": [
                {"id": user.id, "name": self._get_overview_name(user, self.env._("Unassigned"))}
                | figures
                for user, figures in self._group_overview_rows(users, rates).items()
                if figures["won"] or figures["lost"]
            ],
            "reasons": self._format_overview_losses(
                self._group_overview_rows(reasons, rates), self.env._("No reason")
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
        own_only = not self.env.user.has_group("sales_team.group_sale_salesman_all_leads")
        has_deals = Domain("use_opportunities", "=", True) | Domain("use_leads", "=", True)
        teams = [] if own_only else self.env["crm.team"].search_read(has_deals, ["name"])
        return {"own_only": own_only, "teams": teams if len(teams) > 1 else []}

    @api.model
    def _get_overview_period(self, options):
        """The period the options ask for.

        :return: its first and its last day
        :rtype: tuple[date, date]
        :raise UserError: there is none, or none to compare it with
        """
        try:
            period = [date.fromisoformat(options[end]) for end in ("date_from", "date_to")]
            earliest = period[0] - (period[1] - period[0])
            valid = period[0] <= period[1] and earliest.year in YEARS and period[1].year in YEARS
        except (KeyError, OverflowError, TypeError, ValueError):
            valid = False
        if valid:
            return tuple(period)
        raise UserError(
            self.env._("This is not a period. Choose its first and its last day, in this order.")
        )

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
    def _get_overview_rates(self, rows):
        """How amounts become those of the user's company, at today's rates.

        :param list[tuple] rows: as of ``_sum_overview_rows``
        :return: currency → what amounts in it are multiplied by
        :rtype: dict
        """
        company = self.env.company
        currencies = company.currency_id.union(*(currency for __, __, __, currency, *__ in rows))
        rates = currencies._get_rates(company, fields.Date.context_today(self))
        own_rate = rates[company.currency_id.id]
        return {currency: own_rate / rates[currency.id] for currency in currencies}

    @api.model
    def _sum_overview_rows(self, rows, rates):
        """The figures of closings that were added up by outcome, loss type and currency.

        :param list[tuple] rows: the values of ``KINDS`` and of ``AGGREGATES``
        :param dict rates: currency → what amounts in it are multiplied by
        :return: counts, amounts, and rates (from 0 to 1) and ``days``, both None for nothing
        :rtype: dict
        """
        figures = dict.fromkeys(["won", "lost", "disqualified", "unspecified", "other"], 0)
        won = lost = days = 0.0
        for outcome, is_counted, loss_type, currency, count, lost_value, closed, total_days in rows:
            if not is_counted:
                figures["disqualified"] += count
                continue
            figures[outcome] += count
            days += total_days or 0.0
            if outcome == "won":
                won += (closed or 0.0) * rates.get(currency, 1.0)
                continue
            lost += (lost_value or 0.0) * rates.get(currency, 1.0)
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
    def _group_overview_rows(self, rows, rates):
        """The figures for each value of a dimension, which is the first column of the rows."""
        grouped = defaultdict(list)
        for key, *row in rows:
            grouped[key].append(row)
        return {key: self._sum_overview_rows(group, rates) for key, group in grouped.items()}

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
        """Deals won and lost in each month of the period, and of twelve months at least.

        Months before the first closing are left out; months without one are not.

        :return: ``month`` (its first day), ``domain``, ``in_period``, ``won``, ``lost`` and
            ``win_rate`` (None for nothing)
        :rtype: list[dict]
        """
        today = fields.Date.context_today(self)
        last = min(date_to, max(date_from, today)).replace(day=1)
        first = min(date_from.replace(day=1), last - relativedelta(months=TREND_MONTHS - 1))
        domain = self._get_overview_domain(options, first, last + MONTH - timedelta(days=1))
        counts = {
            (month.date(), outcome): count
            for month, outcome, count in self._read_group(
                domain & Domain("is_counted", "=", True),
                ["date:month", "outcome"],
                ["__count"],
            )
        }
        months = []
        month = min((month for month, __ in counts), default=last + MONTH)
        while month <= last:
            end = month + MONTH - timedelta(days=1)
            won, lost = (counts.get((month, outcome), 0) for outcome in ("won", "lost"))
            months.append(
                {
                    "month": fields.Date.to_string(month),
                    "domain": list(self._get_overview_domain(options, month, end)),
                    "in_period": month <= date_to and end >= date_from,
                    "won": won,
                    "lost": lost,
                    "win_rate": won / (won + lost) if won + lost else None,
                }
            )
            month += MONTH
        return months
