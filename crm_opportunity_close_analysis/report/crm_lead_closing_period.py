from collections.abc import Mapping
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
# 0 for all; the rest is what PostgreSQL takes for the id of a record.
IDS = range(2**31)
LEAD_TYPES = ("opportunity", "lead", False)


class CrmLeadClosing(models.Model):
    """What the overview page is about: the period, what it is compared with, and the filters."""

    _inherit = "crm.lead.closing"

    @api.model
    def _check_overview_options(self, options):
        """Understand what a client asks for.

        :return: the options, each with a value of its type
        :rtype: dict
        :raise UserError: a value makes no sense
        """
        options = dict(options) if isinstance(options, Mapping) else {}
        try:
            options["team_id"] = int(options.get("team_id") or 0)
        except (OverflowError, TypeError, ValueError):
            options["team_id"] = -1
        if options["team_id"] not in IDS:
            raise UserError(self.env._("This is not a sales team. Choose one, or all of them."))
        options.setdefault("lead_type", "opportunity")
        if options["lead_type"] not in LEAD_TYPES:
            raise UserError(self.env._("Choose opportunities, leads, or both."))
        return options

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

        domain = self._get_credited_domain() & Domain(
            [
                ("is_mistake", "=", False),
                ("date", ">=", midnight(date_from)),
                ("date", "<", midnight(date_to + timedelta(days=1))),
            ]
        )
        if options["lead_type"]:
            domain &= Domain("lead_type", "=", options["lead_type"])
        if options["team_id"]:
            domain &= Domain("team_id", "=", options["team_id"])
        if options.get("current_only"):
            domain &= Domain("is_current", "=", True)
        return domain

    @api.model
    def _get_overview_months(self, options, date_from, date_to):
        """Leads won and lost in each month of the period, and of twelve months at least.

        Months before the first closing are left out; months without one are not.

        :return: ``month`` (its first day), ``domain``, ``in_period``, ``is_unfinished``
            (today is in it), ``won``, ``lost`` and as of ``_get_rate_figures``
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
                    "domain": list(self._get_overview_domain(options, month, end)),
                    "in_period": month <= date_to and end >= date_from,
                    "won": won,
                    "lost": lost,
                    "is_unfinished": month <= today <= end,
                    **self._get_rate_figures(won, won + lost),
                }
            )
            month += MONTH
        return months
