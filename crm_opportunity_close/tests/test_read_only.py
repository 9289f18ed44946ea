from odoo.tests import tagged, users

from .common import TestCloseCommon

# What the views of closings call.
READING = [
    ("crm.lead.closing", "web_read_group", [[], ["outcome"], ["expected_revenue:sum"]]),
    ("crm.lead.closing", "web_search_read", [[], {"outcome": {}, "reason_id": {}}]),
]


@tagged("post_install", "-at_install")
class TestReadOnly(TestCloseCommon):
    """Closings can be read from a read replica of the database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal_own.action_set_lost(lost_reason_id=cls.reason_price.id)
        cls.deal_other.action_set_won()
        cls.env.flush_all()
        cls.cr.flush()

    @users("user_sales_manager")
    def test_reading(self):
        for model, name, args in READING:
            with self.subTest(name, args=args):
                self.env.invalidate_all()
                self.assertTrue(self.call_read_only(self.env[model], name, args))
