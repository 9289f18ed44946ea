from unittest.mock import patch

from odoo.tests import tagged, users

from .common import TestCloseCommon

FEW, MANY = 2, 20
# The add-ons that come with CRM and extend deals, and ours; any other has queries of its own.
USUAL = {"crm", "crm_iap_enrich", "crm_iap_mine", "iap_crm", "sale_crm"}
FAMILY = ("crm_opportunity_close", "crm_lead_handover")  # what their names begin with
# The queries for twenty deals, until all is in the database.
BUDGETS = {
    "lose": 38,
    "win": 36,
    "win_lost_deals": 63,
    "restore": 46,
    "reopen": 65,
    "correct": 25,
    "write_another_field": 5,
}


@tagged("post_install", "-at_install")
class TestQueries(TestCloseCommon):
    """Closing a set costs no query a deal, apart from what core itself adds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
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
        act(leads)
        self.env.flush_all()
        self.cr.flush()
        return self.cr.sql_log_count - before

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

    @users("user_sales_leads")
    def test_lose(self):
        self.assertLessEqual(self._get_growth(self._lose), self._get_growth_in_core(self._lose))

    @users("user_sales_leads")
    def test_win(self):
        self.assertLessEqual(self._get_growth(self._win), self._get_growth_in_core(self._win))

    @users("user_sales_leads")
    def test_win_lost_deals(self):
        def archive(leads):
            leads.active = False

        growth = self._get_growth(self._win, prepare=self._lose)
        self.assertLessEqual(growth, self._get_growth_in_core(self._win, prepare=archive))

    @users("user_sales_leads")
    def test_archive_at_zero_percent(self):
        def archive(leads):
            leads.write({"active": False, "probability": 0, "lost_reason_id": reason})

        reason = self.reason_budget.id
        self.assertLessEqual(self._get_growth(archive), self._get_growth_in_core(archive))

    @users("user_sales_leads")
    def test_reopen(self):
        def restore(leads):
            leads.action_unarchive()

        def reopen(leads):
            leads.action_reopen(note="Again")

        core = self._get_growth_in_core(restore, prepare=self._lose)
        for prepare in (self._lose, self._win):
            with self.subTest(prepare.__name__):
                self.assertLessEqual(self._get_growth(reopen, prepare), core)
        self.assertLessEqual(self._get_growth(restore, prepare=self._lose), core)

    @users("user_sales_leads")
    def test_correct(self):
        def correct(leads):
            leads.write({"lost_reason_id": reason, "closing_note": "<p>Far too late</p>"})

        reason = self.reason_budget.id
        growth = self._get_growth(correct, prepare=self._lose)
        core = self._get_growth_in_core(correct, prepare=self._lose)
        self.assertLessEqual(growth, core)

    @users("user_sales_leads")
    def test_budgets(self):
        """A query more in a verb is noticed, even where it is one for the whole set."""
        classes = self.registry["crm.lead"].mro()
        modules = {c._module for c in classes if getattr(c, "_name", None) == "crm.lead"} - USUAL
        if not all(module.startswith(FAMILY) for module in modules):
            self.skipTest("Another add-on extends deals.")
        correction = {"lost_reason_id": self.reason_late.id, "closing_note": "<p>Late</p>"}
        for name, act, prepare in (
            ("lose", self._lose, None),
            ("win", self._win, None),
            ("win_lost_deals", self._win, self._lose),
            ("restore", lambda leads: leads.action_restore(), self._lose),
            ("reopen", lambda leads: leads.action_reopen(note="Again"), self._lose),
            ("correct", lambda leads: leads.write(correction), self._lose),
            ("write_another_field", lambda leads: leads.write({"referred": "A friend"}), None),
        ):
            with self.subTest(name):
                self.assertLessEqual(self._get_counts(act, prepare)[-1], BUDGETS[name])

    @users("user_sales_leads")
    def test_blockers(self):
        for outcome in ("lost", "won"):

            def ask(leads, outcome=outcome):
                leads._get_closing_blockers(outcome)

            with self.subTest(outcome):
                self.assertEqual(self._get_growth(ask), 0)

    @users("user_sales_leads")
    def test_lose_by_the_window(self):
        def submit(leads):
            window = self.env["crm.lead.lost"].create(
                {
                    "lead_ids": leads.ids,
                    "lost_reason_id": self.reason_budget.id,
                    "lost_feedback": "<p>no</p>",
                }
            )
            window.action_lost_reason_apply()

        self.assertLessEqual(self._get_growth(submit), self._get_growth_in_core(self._lose))

    @users("user_sales_leads")
    def test_windows(self):
        def preview(model):
            fnames = ["lead_count", "left_message", "reason_domain", "reason_required"]

            def open_window(leads):
                window = self.env[model].create({"lead_ids": leads.ids})
                window.read([fname for fname in fnames if fname in window._fields])

            return open_window

        for model in ("crm.lead.lost", "crm.lead.win", "crm.lead.reopen"):
            for prepare in (None, self._lose):
                with self.subTest(model, prepare=prepare):
                    self.assertEqual(self._get_growth(preview(model), prepare), 0)
