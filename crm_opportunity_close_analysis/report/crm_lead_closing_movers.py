from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..statistics import FAMILY_LEVEL, adjust_holm, get_fisher_p

MOVING = ("reason_id", "competitor_id")
BASE = relativedelta(months=12)


def get_moves(now, total_now, before, total_before):
    """What has another share in one period than in another, more than by chance.

    Every share is compared by Fisher's exact test; the p-values are adjusted over all of
    them, which are one family.

    :param dict now: anything → how many of ``total_now``
    :param dict before: likewise, of ``total_before``
    :return: the keys whose share has risen, those whose share has fallen, the surest first,
        and how many were compared
    :rtype: tuple[list, list, int]
    """
    if not total_now or not total_before:
        return [], [], 0
    tables = {key: (now.get(key, 0), before.get(key, 0)) for key in dict.fromkeys([*now, *before])}
    p_values = adjust_holm(
        {
            key: get_fisher_p(count, total_now - count, base, total_before - base)
            for key, (count, base) in tables.items()
        }
    )
    moved = sorted(
        (key for key, p_value in p_values.items() if p_value <= FAMILY_LEVEL), key=p_values.get
    )

    def has_risen(key):
        count, base = tables[key]
        return count * total_before > base * total_now

    return (
        [key for key in moved if has_risen(key)],
        [key for key in moved if not has_risen(key)],
        len(tables),
    )


class CrmLeadClosing(models.Model):
    """Which reasons and competitors have more, or less, of the losses than they used to."""

    _inherit = "crm.lead.closing"

    @api.model
    @api.readonly
    def get_movers(self, options):
        """The reasons and competitors whose share of the lost opportunities has changed.

        :param dict options: as of ``get_overview``; the period is compared with the twelve
            months before it
        :return: plain data: lists ``risen`` and ``fallen``, the number ``compared``, and the
            ends of the twelve months as ``date_from`` and ``date_to``
        :rtype: dict
        :raise UserError: as of ``get_overview``
        """
        self = self.with_context(tz=self.env.tz.zone)
        options = self._check_overview_options(options)
        date_from, date_to = self._get_overview_period(options)
        before_from, before_to = date_from - BASE, date_from - timedelta(days=1)
        return {
            **self._compare_movers(
                self._get_overview_domain(options, date_from, date_to),
                self._get_overview_domain(options, before_from, before_to),
            ),
            "date_from": fields.Date.to_string(before_from),
            "date_to": fields.Date.to_string(before_to),
        }

    @api.model
    def _compare_movers(self, domain, before_domain):
        """Compare the losses of two sets of closings.

        :param Domain domain: closings, of which those that are lost and counted are taken
        :param Domain before_domain: those they are compared with
        :return: ``risen``, ``fallen`` and ``compared``, as of ``get_movers``
        :rtype: dict
        """
        now, total_now = self._count_movers(domain)
        before, total_before = self._count_movers(before_domain)
        risen, fallen, compared = get_moves(now, total_now, before, total_before)

        def describe(key):
            fname, record = key
            count, base = now.get(key, 0), before.get(key, 0)
            return {
                "field": fname,
                "id": record.id,
                "name": self._get_overview_name(record, ""),
                "count": count,
                "total": total_now,
                "share": count / total_now,
                "count_before": base,
                "total_before": total_before,
                "share_before": base / total_before,
            }

        return {
            "risen": [describe(key) for key in risen],
            "fallen": [describe(key) for key in fallen],
            "compared": compared,
        }

    @api.model
    def _count_movers(self, domain):
        """How often each reason and each competitor is behind a counted loss.

        What nobody has explained counts for the total only.

        :return: name of the field and record → number; the number of losses
        :rtype: tuple[dict, int]
        """
        lost = Domain("is_counted", "=", True) & Domain("outcome", "=", "lost")
        sets = [["reason_id", "loss_type"], ["competitor_id"], []]
        reasons, competitors, totals = self._read_figures_sets(
            Domain(domain) & lost, sets, ["__count"]
        )
        counts = {}
        for reason, loss_type, count in reasons:
            if explanation := self._get_explanation(reason, loss_type):
                key = "reason_id", explanation
                counts[key] = counts.get(key, 0) + count
        counts |= {("competitor_id", record): count for record, count in competitors if record}
        return counts, sum(count for (count,) in totals)
