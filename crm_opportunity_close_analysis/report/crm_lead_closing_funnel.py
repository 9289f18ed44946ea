from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_lead_closing_options import AMOUNTS
from .funnel_query import EMPTY, LOST, UNKNOWN, WON, get_entries

EXITS = ("advanced", "won", "lost", "back", "team", "still", "unknown")
# A message is dated a little after the transaction that changes the lead has begun.
SLACK = timedelta(days=1)


class CrmLeadClosing(models.Model):
    """How opportunities went through the stages in a period (``docs/analysis.md``)."""

    _inherit = "crm.lead.closing"

    # The funnel leaves these few out, and reads no other closing to find them.
    _mistake_idx = models.Index("(lead_id) WHERE is_mistake")

    @api.model
    @api.readonly
    def get_funnel(self, options):
        """For each stage, how many opportunities entered it in a period, and how they left.

        :param dict options: as of ``get_overview``; ``current_only`` changes nothing
        :return: plain data: ``stages``, in the order of the pipeline, each with ``id``,
            ``name``, ``entered``, a number for each of ``EXITS``, which add up to it, and
            ``days_won``, ``days_lost``: the median days spent there before an opportunity was
            won or lost in the period (None for nothing), of ``count_won``, ``count_lost``
        :rtype: dict
        :raise UserError: as of ``get_overview``
        """
        options, start, end = self._check_funnel_options(options)
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT stage_id, count(*) FILTER (WHERE is_entered) AS entered, %(exits)s,
                       %(days_won)s, %(days_lost)s
                  FROM (%(entries)s) AS entry
              GROUP BY stage_id
                """,
                exits=SQL(", ").join(
                    SQL(
                        "count(*) FILTER (WHERE is_entered AND exit = %s) AS %s",
                        name,
                        SQL.identifier(name),
                    )
                    for name in EXITS
                ),
                days_won=self._get_funnel_days("won", WON),
                days_lost=self._get_funnel_days("lost", LOST),
                entries=self._get_funnel_entries(options, start, end),
            )
        )
        rows = [row for row in rows if row["entered"] or row["count_won"] or row["count_lost"]]
        return {"stages": self._name_funnel_stages(rows)}

    @api.model
    @api.readonly
    def get_funnel_action(self, options, stage_id, exit=None):
        """Open the opportunities that are behind a number of the funnel.

        :param dict options: as of ``get_funnel``
        :param stage_id: the ``id`` of one of its stages
        :param exit: one of ``EXITS``, or None for all that entered
        :return: a window action
        :rtype: dict
        :raise UserError: the stage or the exit is none
        """
        options, start, end = self._check_funnel_options(options)
        known = type(stage_id) is int and UNKNOWN <= stage_id < 2**31
        if not known or (exit is not None and exit not in EXITS):
            raise UserError(self.env._("This is not a number of the funnel."))
        condition = SQL("AND exit = %s", exit) if exit else SQL()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT lead_id FROM (%s) AS entry
                 WHERE is_entered AND stage_id = %s %s ORDER BY lead_id
                """,
                self._get_funnel_entries(options, start, end),
                stage_id,
                condition,
            )
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "views": [[False, "list"], [False, "kanban"], [False, "form"]],
            "domain": [("id", "in", [lead_id for (lead_id,) in rows])],
            "context": {"active_test": False},
        }

    @api.model
    def _check_funnel_options(self, options):
        """Understand what a client asks for.

        :return: the options, and the first moment of the period and the first after it (UTC)
        :rtype: tuple[dict, datetime, datetime]
        """
        options = self._check_overview_options(options)
        return options, *self._get_period_moments(*self._get_overview_period(options))

    @api.model
    def _get_funnel_leads_domain(self, options):
        """The opportunities a funnel is about, as they are today.

        :rtype: Domain
        """
        sees_all = self.env.su or self._sees_all()
        domain = Domain.TRUE if sees_all else Domain("user_id", "=", self.env.uid)
        conditions = {"lead_type": "type", "tag_id": "tag_ids"}
        for option in ("lead_type", "user_id", "source_id", "country_id", "tag_id"):
            if options[option]:
                domain &= Domain(conditions.get(option, option), "in", [options[option]])
        for option, operator in AMOUNTS.items():
            if options[option] is not None:
                domain &= self._get_funnel_amount_domain(operator, options[option])
        return domain

    @api.model
    def _get_funnel_amount_domain(self, operator, amount):
        """The opportunities of an expected revenue, in the currency of the user's company.

        :param str operator: one of those of ``AMOUNTS``
        :rtype: Domain
        """
        own = self.env.company.currency_id

        def to_sql(model, alias, query):
            company = model._field_to_sql(alias, "company_id", query)
            return self._compare_converted_sql(
                model._field_to_sql(alias, "expected_revenue", query),
                SQL(
                    "COALESCE((SELECT currency_id FROM res_company WHERE id = %s), %s)",
                    company,
                    own.id,
                ),
                operator,  # one of AMOUNTS
                amount,
            )

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _get_funnel_entries(self, options, start, end):
        """The entries into stages that a period is about, each with its exit.

        ``is_entered``: the entry is of the period; the others are of opportunities that
        were won or lost in it. What left after the period is still there.

        :rtype: SQL
        """
        leads = self.env["crm.lead"].with_context(active_test=False)
        for name in ("crm.lead", "mail.message", "mail.tracking.value", "crm.lead.closing"):
            self.env[name].flush_model()
        touched = Domain("create_date", "<", end) & Domain("write_date", ">=", start - SLACK)
        query = leads._search(self._get_funnel_leads_domain(options) & touched)
        team = options["team_id"]
        return SQL(
            """
            SELECT lead_id, stage_id, is_entered, outcome, days, is_closed,
                   CASE WHEN exit <> 'unknown' AND (left_date >= %(end)s) IS NOT FALSE
                        THEN 'still' ELSE exit END AS exit
              FROM (
                SELECT *, date >= %(start)s AND date < %(end)s AS is_entered,
                       exit <> 'unknown' AND outcome_date >= %(start)s
                           AND outcome_date < %(end)s AS is_closed,
                       greatest(extract(epoch FROM left_date - date), 0) / 86400 AS days
                  FROM (%(entries)s) AS entry
                 WHERE %(team)s
              ) AS entry
             WHERE is_entered OR is_closed
            """,
            start=start,
            end=end,
            entries=get_entries(self.env, query.subselect()),
            team=SQL("team_id = %s", team) if team else SQL("TRUE"),
        )

    @api.model
    def _get_funnel_days(self, name, outcome):
        """How many days half of the opportunities of an outcome spent in a stage at most."""
        condition = SQL("FILTER (WHERE is_closed AND outcome = %s)", outcome)
        return SQL(
            "(percentile_cont(0.5) WITHIN GROUP (ORDER BY days) %s)::float AS %s,"
            " count(*) %s AS %s",
            condition,
            SQL.identifier(f"days_{name}"),
            condition,
            SQL.identifier(f"count_{name}"),
        )

    @api.model
    def _name_funnel_stages(self, rows):
        """The rows in the order of the pipeline, then deleted stages, then those unknown."""
        ids = [row["stage_id"] for row in rows]
        # sudo: a stage is named even if its team is one of another company
        stages = self.env["crm.stage"].sudo().browse(ids).exists()
        deleted = self._get_deleted_stage_names(set(ids) - set(stages.ids) - {EMPTY, UNKNOWN})
        names = {
            UNKNOWN: self.env._("Unknown stage"),
            EMPTY: self.env._("No stage"),
            **deleted,
            **{stage.id: stage.name for stage in stages},
        }
        order = {stage.id: place for place, stage in enumerate(stages.sorted())}

        def get_place(row):
            stage_id = row["stage_id"]
            return (order.get(stage_id, len(order) + (stage_id <= EMPTY)), -stage_id)

        return [
            {
                **{name: value for name, value in row.items() if name != "stage_id"},
                "id": row["stage_id"],
                "name": names[row["stage_id"]],
                "is_deleted": row["stage_id"] in deleted,
            }
            for row in sorted(rows, key=get_place)
        ]

    @api.model
    def _get_deleted_stage_names(self, ids):
        """What stages that are gone were called when opportunities left or entered them.

        :rtype: dict[int, str]
        """
        names = dict.fromkeys(ids, self.env._("Deleted stage"))
        if ids:
            field = self.env["ir.model.fields"]._get("crm.lead", "stage_id")
            query = SQL(
                """
                SELECT old_value_integer, max(old_value_char) FROM mail_tracking_value
                 WHERE field_id = %s AND old_value_integer = ANY(%s) AND old_value_char > ''
              GROUP BY old_value_integer
                """,
                field.id,
                list(ids),
            )
            names |= dict(self.env.execute_query(query))
        return names
