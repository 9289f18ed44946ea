from unittest.mock import patch

from odoo import fields

from .common import TestCloseCommon

FEW, MANY = 2, 20


class QueryCase(TestCloseCommon):
    """Leads to close, and the queries that takes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Probabilities are written once a value: what other tests have closed decides nothing.
        cls.env["crm.lead.scoring.frequency"].search([]).unlink()
        cls.reason_price.competitor_required = True
        cls.reason_late = cls.env["crm.lost.reason"].create({"name": "Came too late"})
        cls.many = cls.env["crm.lead"].create(
            [
                {
                    "name": f"Deal {number}",
                    "type": "opportunity",
                    "user_id": (cls.user_sales_leads + cls.user_sales_salesman)[number % 2].id,
                    "team_id": cls.sales_team_1.id,
                    "stage_id": (cls.stage_team1_1 + cls.stage_team1_2)[number // 2 % 2].id,
                }
                for number in range(2 * MANY)
            ]
        )

    def _count(self, act, leads):
        """:return: the queries it takes until everything is in the database"""
        self.env.flush_all()
        self.cr.flush()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        # A window knows the second in which it was opened: when the next one begins before it
        # is submitted, there is a date to write.
        now = fields.Datetime.now()
        with patch.object(fields.Datetime, "now", staticmethod(lambda *args: now)):
            act(leads)
            self.env.flush_all()
            self.cr.flush()
        return self.cr.sql_log_count - before

    def _count_following_models(self):
        """:return: how many models of other add-ons store what follows from a row's reason:
        the ORM looks once in each for what to compute anew when the reason is corrected
        """
        reason = self.registry["crm.lead.closing"]._fields["reason_id"]
        following = self.registry.get_dependent_fields(reason)
        return len({f.model_name for f in following if f.store} - {"crm.lead.closing"})

    def _get_growth(self, act, prepare=None):
        """:return: by how many queries many deals cost more than a few"""
        few, many = self._get_counts(act, prepare)
        return many - few

    def _get_counts(self, act, prepare=None):
        """:return: the queries for a few deals, and for many"""
        counts = []
        for number in (FEW, MANY):
            with self.env.cr.savepoint() as savepoint:
                leads = self.many[: 2 * number : 2].with_env(self.env)
                warm_up = self.many[-2:].with_env(self.env)
                for part in (warm_up, leads):
                    if prepare:
                        prepare(part)
                act(warm_up)
                counts.append(self._count(act, leads))
                savepoint.rollback()
        return counts

    def _get_growth_in_core(self, act, prepare=None):
        """:return: the same where no closing is recorded"""
        with patch.object(self.registry["crm.lead"], "_sync_closings", lambda *args, **kw: None):
            return self._get_growth(act, prepare)

    def _lose(self, leads):
        leads.action_set_lost(
            lost_reason_id=self.reason_price.id,
            competitor_id=self.competitor.id,
            secondary_reason_ids=[(6, 0, self.reason_budget.ids)],
            closing_note="<p>no</p>",
        )

    def _win(self, leads):
        leads.action_set_won(win_reason_id=self.reason_fit.id, closing_note="<p>yes</p>")
