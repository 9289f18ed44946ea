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


class CrmLeadClosing(models.Model):
    """What the overview page is about: the period, and what it is compared with."""

    _inherit = "crm.lead.closing"

    @api.model
    def _get_overview_period(self, options):
        """The period the options ask for.

        :return: its first and its last day
        :rtype: tuple[date, date]
        :raise UserError: there is none, or none to compare it with
        """
        try:
            period = [date.fromisoformat(options[end]) for end in ("date_from", "date_to")]
            earliest = period[0] - (period[1] - period[0]) - timedelta(days=366)
            valid = period[0] <= period[1] and earliest.year in YEARS and period[1].year in YEARS
        except (KeyError, OverflowError, TypeError, ValueError):
            valid = False
        if valid:
            return tuple(period)
        raise UserError(
            self.env._("This is not a period. Choose its first and its last day, in this order.")
        )

    @api.model
    def _get_overview_before(self, date_from, date_to, compare="before"):
        """The period that another one is compared with.

        Whole months, from any day of a month to the day before it in a later one, are
        compared with as many months before, any other period with as many days before. A
        period that is not over yet is compared up to the same day.

        :param str compare: ``before``, or ``last_year`` for the same days a year ago, or
            as many years ago as keep the two apart
        :return: its first and its last day
        :rtype: tuple[date, date]
        """
        today = fields.Date.context_today(self)
        end = date_to + timedelta(days=1)
        if compare == "last_year":
            length = relativedelta(years=relativedelta(date_to, date_from).years + 1)
        elif date_from.day == end.day:
            months = (end.year - date_from.year) * 12 + end.month - date_from.month
            length = relativedelta(months=months)
        else:
            length = end - date_from
        last_day = end - length - timedelta(days=1)
        if date_from <= today < date_to:
            last_day = min(last_day, today - length)
        return date_from - length, last_day

    @api.model
    def _get_period_moments(self, date_from, date_to):
        """When a period begins and when the time after it does, where the user is.

        :return: two midnights (UTC)
        :rtype: tuple[datetime, datetime]
        """

        def midnight(day):
            local = self.env.tz.localize(datetime.combine(day, time.min))
            return local.astimezone(pytz.utc).replace(tzinfo=None)

        return midnight(date_from), midnight(date_to + timedelta(days=1))

    @api.model
    def _get_overview_domain(self, options, date_from, date_to):
        """The closings that the figures of a period are made of.

        :rtype: Domain
        """
        facets, __ = self._get_overview_facets(options)
        return self._get_overview_list_domain(options, date_from, date_to) & facets

    @api.model
    def _get_overview_list_domain(self, options, date_from, date_to):
        """The same without what a list shows as facets, for any client to understand.

        :rtype: Domain
        """
        start, end = map(fields.Datetime.to_string, self._get_period_moments(date_from, date_to))
        period = Domain([("is_mistake", "=", False), ("date", ">=", start), ("date", "<", end)])
        return self._get_credited_domain() & period & self._get_options_domain(options)

    @api.model
    def _get_overview_months(self, options, date_from, date_to):
        """Leads won and lost in each month of the period, and of twelve months at least.

        Months before the first closing are left out; months without one are not.

        :return: ``month`` (its first day), ``domain``, ``in_period`` (the whole month, as far
            as it has passed), ``is_unfinished`` (today is in it), ``won``, ``lost`` and as
            of ``_get_rate_figures``
        :rtype: list[dict]
        """
        today = fields.Date.context_today(self)
        last = min(date_to, max(date_from, today)).replace(day=1)
        first = min(date_from.replace(day=1), last - relativedelta(months=TREND_MONTHS - 1))
        domain = self._get_overview_domain(options, first, last + MONTH - timedelta(days=1))
        counts = {
            (month.date(), outcome): count
            for month, outcome, count in self._read_figures(
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
                    "domain": list(self._get_overview_list_domain(options, month, end)),
                    "in_period": date_from <= month and min(end, max(month, today)) <= date_to,
                    "won": won,
                    "lost": lost,
                    "is_unfinished": month <= today <= end,
                    **self._get_rate_figures(won, won + lost),
                }
            )
            month += MONTH
        return months
