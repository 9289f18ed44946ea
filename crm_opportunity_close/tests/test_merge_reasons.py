from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users

from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestMergeReasons(TestCloseCommon):
    """Merging moves every deal and closing to the survivor, in a constant number of queries."""

    def setUp(self):
        super().setUp()
        self.deal_own.action_set_lost(
            lost_reason_id=self.reason_price.id,
            competitor_id=self.competitor.id,
            secondary_reason_ids=[(6, 0, self.reason_budget.ids)],
        )
        self.deal_other.action_set_lost(
            lost_reason_id=self.reason_budget.id,
            secondary_reason_ids=[(6, 0, self.reason_price.ids)],
        )
        self.deal_other.action_restore()

    def _merge(self, model, records, target):
        window = self.env[model].with_context(active_ids=records.ids)
        return window.create({"target_id": target.id}).action_merge()

    @users("user_sales_manager")
    def test_everything_moves(self):
        both = (self.reason_price + self.reason_budget).with_env(self.env)
        self._merge("crm.lost.reason.merge", both, self.reason_budget)
        self.assertEqual(self.deal_own.lost_reason_id, self.reason_budget)
        self.assertEqual(self.deal_own.secondary_reason_ids, self.reason_budget)
        self.assertClosed(self.deal_own, "lost", self.reason_budget)
        self.assertClosings(
            self.deal_other,
            [{"reason_id": self.reason_budget.id, "secondary_reason_ids": self.reason_budget.ids}],
        )
        self.assertEqual(both.mapped("active"), [False, True])
        self.assertIn("Beaten on price", both[1].message_ids[0].body)
        self.assertFalse(self.reason_price._get_used())

    @users("user_sales_manager")
    def test_won_and_lost_do_not_mix(self):
        with self.assertRaisesRegex(UserError, "lost and of won"):
            self._merge(
                "crm.lost.reason.merge", self.reason_price + self.reason_fit, self.reason_fit
            )

    @users("user_sales_manager")
    def test_unspecified_stays(self):
        with self.assertRaisesRegex(UserError, "Unspecified"):
            self._merge(
                "crm.lost.reason.merge", self.reason_price + self.unspecified, self.reason_price
            )

    @users("user_sales_manager")
    def test_a_reason_for_one_company_takes_no_others(self):
        both = (self.reason_price + self.reason_budget).sudo()
        self.reason_budget.sudo().company_id = self.company_main
        with self.assertRaisesRegex(UserError, "offered to .* only"):
            self._merge("crm.lost.reason.merge", both, self.reason_budget)
        both.company_id = self.company_main
        self._merge("crm.lost.reason.merge", both, self.reason_budget)
        self.assertClosed(self.deal_own, "lost", self.reason_budget)

    @users("user_sales_manager")
    def test_one_record_is_not_enough(self):
        with self.assertRaisesRegex(UserError, "at least two"):
            self._merge("crm.lost.reason.merge", self.reason_price, self.reason_price)

    @users("user_sales_salesman")
    def test_salespeople_do_not_merge(self):
        with self.assertRaises(AccessError):
            self._merge(
                "crm.lost.reason.merge", self.reason_price + self.reason_budget, self.reason_price
            )

    @users("user_sales_manager")
    def test_competitors(self):
        twin = self.env["crm.competitor"].create({"name": "Globex Ltd"})
        self._merge("crm.competitor.merge", self.competitor + twin, twin)
        self.assertEqual(self.deal_own.competitor_id, twin)
        self.assertEqual(twin.closing_count, 1)
        self.assertFalse(self.competitor.active)
        with self.assertRaisesRegex(UserError, "“Globex Ltd”: 1 closing\n"):
            twin.unlink()
