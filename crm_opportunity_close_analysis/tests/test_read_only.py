from odoo.tests import tagged, users

from odoo.addons.crm_opportunity_close.tests.common import TestCloseCommon

OVERVIEW = {
    "date_from": "2020-01-01",
    "date_to": "2040-12-31",
    "team_id": False,
    "current_only": False,
}
# What the views of the analysis call.
READING = [
    ("get_overview", [OVERVIEW]),
    ("get_overview", [{**OVERVIEW, "tag_id": 1, "amount_from": 5, "compare": "last_year"}]),
    ("search_count", [[["expected_revenue_converted", ">=", 0]]]),
    ("get_funnel", [OVERVIEW]),
    ("get_movers", [OVERVIEW]),
    ("get_competition", [OVERVIEW]),
    ("formatted_read_group", [[], ["date:month"], ["win_rate:avg"]]),
    ("formatted_read_group", [[], ["tag_ids"], ["win_rate_value:avg"]]),
    ("formatted_read_grouping_sets", [[], [["reason_id"], []], ["revenue_lost:sum_currency"]]),
]


@tagged("post_install", "-at_install")
class TestReadOnly(TestCloseCommon):
    """The analysis can be answered by a read replica of the database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal_own.action_set_lost(lost_reason_id=cls.reason_price.id)
        cls.deal_other.action_set_won()
        cls.env.flush_all()
        cls.cr.flush()

    @users("user_sales_manager")
    def test_analysis(self):
        for name, args in READING:
            with self.subTest(name, args=args):
                self.env.invalidate_all()
                self.assertTrue(self.call_read_only(self.env["crm.lead.closing"], name, args))
