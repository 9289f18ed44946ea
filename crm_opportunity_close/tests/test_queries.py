from odoo.tests import tagged, users

from .queries import QueryCase

# The queries for twenty leads, until all but the chatter is in the database.
BUDGETS = {"lose": 29, "win": 28, "correct": 16, "write_another_field": 2}


@tagged("post_install", "-at_install")
class TestQueries(QueryCase):
    """Closing a set costs no query a deal, apart from what core itself adds."""

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
        """Without their messages, which the ORM inserts by the hundred."""

        def restore(leads):
            leads.with_context(tracking_disable=True).action_unarchive()

        def reopen(leads):
            leads.with_context(tracking_disable=True).action_reopen(note="Again")

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
        """A query more in a verb is noticed; what the chatter costs is left out here."""
        correction = {"lost_reason_id": self.reason_late.id, "closing_note": "<p>Late</p>"}
        budgets = {**BUDGETS, "correct": BUDGETS["correct"] + self._count_following_models()}
        for name, act, prepare in (
            ("lose", self._lose, None),
            ("win", self._win, None),
            ("correct", lambda leads: leads.write(correction), self._lose),
            ("write_another_field", lambda leads: leads.write({"referred": "A friend"}), None),
        ):
            with self.subTest(name):
                untracked = self._get_counts(
                    lambda leads, act=act: act(leads.with_context(tracking_disable=True)), prepare
                )
                self.assertLessEqual(untracked[-1], budgets[name])

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
            fnames = ["lead_count", "skipped_message", "reason_domain", "reason_required"]

            def open_window(leads):
                window = self.env[model].create({"lead_ids": leads.ids})
                window.read([fname for fname in fnames if fname in window._fields])

            return open_window

        for model in ("crm.lead.lost", "crm.lead.win", "crm.lead.reopen"):
            for prepare in (None, self._lose):
                with self.subTest(model, prepare=prepare):
                    self.assertEqual(self._get_growth(preview(model), prepare), 0)
