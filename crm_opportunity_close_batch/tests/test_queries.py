from odoo.tests import tagged, users

from odoo.addons.crm_opportunity_close.tests.queries import QueryCase

# The add-ons that come with CRM and extend leads, and ours; any other has queries of its own.
USUAL = {"crm", "crm_iap_enrich", "crm_iap_mine", "iap_crm", "sale_crm"}
FAMILY = ("crm_opportunity_close", "crm_lead_handover")  # what their names begin with
# The queries for twenty leads, until all is in the database.
BUDGETS = {
    "lose": 38,
    # One reads what a lead continues. A lost one is read, and kept, as it was before, for Undo.
    "win": 37,
    "win_lost_deals": 65,
    "restore": 46,
    "reopen": 66,
    "correct": 25,
    "write_another_field": 5,
}


@tagged("post_install", "-at_install")
class TestQueries(QueryCase):
    """With its messages, a set of leads costs no query a lead, and a budget in all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        classes = cls.registry["crm.lead"].mro()
        modules = {c._module for c in classes if getattr(c, "_name", None) == "crm.lead"}
        others = {name for name in modules - USUAL if not name.startswith(FAMILY)}
        if others:
            cls.skipTest(cls, f"Other add-ons extend leads: {', '.join(sorted(others))}")

    @users("user_sales_leads")
    def test_budgets(self):
        """A query more in a verb is noticed, even where it is one for the whole set."""
        correction = {"lost_reason_id": self.reason_late.id, "closing_note": "<p>Late</p>"}
        budgets = {**BUDGETS, "correct": BUDGETS["correct"] + self._count_following_models()}
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
                self.assertLessEqual(self._get_counts(act, prepare)[-1], budgets[name])

    @users("user_sales_leads")
    def test_two_hundred(self):
        def lose(leads):
            leads.action_set_lost(lost_reason_id=reason.id, closing_note="<p>no</p>")

        reason = self.reason_budget
        vals = self.many[0].copy_data()[0]
        leads = self.env["crm.lead"].create([{**vals, "name": str(n)} for n in range(202)])
        self._count(lose, leads[:2])
        self.assertLessEqual(self._count(lose, leads[2:]), 45)
