from odoo.tests import tagged, users

from .common import TestCloseCommon

OVERVIEW = {
    "date_from": "2020-01-01",
    "date_to": "2040-12-31",
    "team_id": False,
    "current_only": False,
}
# What the views of the analysis and the form of a deal call.
READING = [
    ("crm.lead.closing", "get_overview", [OVERVIEW]),
    ("crm.lead.closing", "formatted_read_group", [[], ["date:month"], ["win_rate:avg"]]),
    ("crm.lead.closing", "formatted_read_group", [[], ["tag_ids"], ["win_rate_value:avg"]]),
    (
        "crm.lead.closing",
        "formatted_read_grouping_sets",
        [[], [["reason_id"], []], ["revenue_lost:sum_currency"]],
    ),
    ("crm.lead.closing", "web_read_group", [[], ["outcome"], ["expected_revenue:sum"]]),
    ("crm.lead.closing", "web_search_read", [[], {"outcome": {}, "reason_id": {}}]),
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

    def _call_read_only(self, records, name, args):
        """Call a method as the web client does, where nothing can be written."""
        method = next(
            getattr(cls, name)
            for cls in type(records).mro()
            if hasattr(getattr(cls, name, None), "_readonly")
        )
        self.assertTrue(method._readonly, "Odoo sends it to the replica")
        with self.env.cr.savepoint() as savepoint:
            self.env.cr.execute("SET TRANSACTION READ ONLY")
            answer = getattr(records, name)(*args)
            savepoint.rollback()
        return answer

    @users("user_sales_manager")
    def test_analysis(self):
        for model, name, args in READING:
            with self.subTest(name, args=args):
                self.env.invalidate_all()
                self.assertTrue(self._call_read_only(self.env[model], name, args))
