from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

GAPS = ["price_gap:median", "price_gap:count"]


class CrmLeadClosing(models.Model):
    """How opportunities end where a competitor is named."""

    _inherit = "crm.lead.closing"

    @api.model
    @api.readonly
    def get_competition(self, options):
        """What is won against each competitor, and what is lost to it, for which reasons.

        :param dict options: as of ``get_overview``
        :return: plain data: ``competitors``, those with enough closings for a rate first and
            the most met first among them, each with ``id``, ``name``, ``won``, ``lost``,
            what ``_get_rate_figures`` gives, ``price_gap`` (the median, None where no winning
            price is known) with ``price_gap_count`` (of how many), and ``reasons`` (id of a
            reason, 0 for losses nobody has explained → lost); ``reasons`` of all these
            losses, the most frequent first, with ``id``, ``name`` and ``lost``; and the
            ``domain`` of the closings
        :rtype: dict
        :raise UserError: as of ``get_overview``
        """
        self = self.with_context(tz=self.env.tz.zone)
        options = self._check_overview_options(options)
        domain = self._get_overview_domain(options, *self._get_overview_period(options))
        domain &= Domain("is_counted", "=", True)
        named = Domain.custom(to_sql=self._get_competitor_named_sql)
        sets = [["competitor_id", "outcome", "reason_id", "loss_type"], ["competitor_id"]]
        rows, totals = self._read_figures_sets(domain & named, sets, ["__count", *GAPS])
        won, lost = defaultdict(int), defaultdict(lambda: defaultdict(int))
        for competitor, outcome, reason, loss_type, count, *_gaps in rows:
            if outcome == "won":
                won[competitor] += count
            else:
                lost[competitor][self._get_explanation(reason, loss_type)] += count
        return {
            "competitors": self._format_competitors(
                won, lost, {competitor: gaps for competitor, _count, *gaps in totals}
            ),
            "reasons": self._format_competition_reasons(lost),
            "domain": list(domain & Domain("competitor_id", "!=", False)),
        }

    @api.model
    def _get_competitor_named_sql(self, model, alias, query):
        """Whether a competitor is named, asked of each closing of the period.

        As a domain on the field it would be asked of the index of competitors, which is read
        whole then: a quarter would take longer with every year.
        """
        return SQL("%s + 0 IS NOT NULL", model._field_to_sql(alias, "competitor_id", query))

    @api.model
    def _format_competitors(self, won, lost, gaps):
        """The competitors, with their losses by reason.

        :param dict won: competitor → number
        :param dict lost: competitor → reason → number
        :param dict gaps: competitor → the values of ``GAPS``
        :rtype: list[dict]
        """
        competitors = []
        for competitor in dict.fromkeys([*won, *lost]):
            count_won, count_lost = won.get(competitor, 0), sum(lost[competitor].values())
            gap, known = gaps[competitor]
            competitors.append(
                {
                    "id": competitor.id,
                    "name": self._get_overview_name(competitor, ""),
                    "won": count_won,
                    "lost": count_lost,
                    "price_gap": gap if known else None,
                    "price_gap_count": known,
                    "reasons": {reason.id or 0: n for reason, n in lost[competitor].items()},
                    **self._get_rate_figures(count_won, count_won + count_lost),
                }
            )
        return sorted(
            competitors,
            key=lambda row: (not row["is_enough"], -row["won"] - row["lost"], row["name"]),
        )

    @api.model
    def _format_competition_reasons(self, lost):
        """The reasons of these losses; those that nobody has explained come last.

        :param dict lost: competitor → reason → number
        :rtype: list[dict]
        """
        totals = defaultdict(int)
        for reasons in lost.values():
            for reason, count in reasons.items():
                totals[reason] += count
        return [
            {
                "id": reason.id or 0,
                "name": self._get_overview_name(reason, self.env._("Unspecified")),
                "lost": count,
            }
            for reason, count in sorted(
                totals.items(), key=lambda item: (not item[0], -item[1], item[0].id or 0)
            )
        ]
