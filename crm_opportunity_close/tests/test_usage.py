from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged, users

from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestUsage(TestCloseCommon):
    """How often a reason or a competitor is used is one number, wherever it is shown."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        price, budget = cls.reason_price, cls.reason_budget
        deals = cls.deal_own.copy({}) + cls.deal_own.copy({}) + cls.deals
        for deal, main, further, is_mistake in zip(
            deals,
            (price, price, budget, price),
            (budget, price, price, budget),
            (False, False, False, True),
            strict=True,
        ):
            deal.action_set_lost(
                lost_reason_id=main.id,
                secondary_reason_ids=[Command.set(further.ids)],
                competitor_id=cls.competitor.id,
            )
            if is_mistake:
                deal.action_reopen(is_mistake=True)
        cls.deal_mistake = deals[3]

    def _get_opened(self, record):
        domain = record.action_view_closings()["domain"]
        return self.env["crm.lead.closing"].search_count(domain)

    @users("user_sales_manager")
    def test_list_button_and_refusal_give_one_number(self):
        """Three closings name the price, one of them as a further reason; a mistake is none."""
        price, budget = (self.reason_price + self.reason_budget).with_env(self.env)
        competitor = self.competitor.with_env(self.env)
        for record, count, main_count in ((price, 3, 2), (budget, 2, 1), (competitor, 3, 3)):
            with self.subTest(record=record.name):
                self.assertRecordValues(
                    record, [{"closing_count": count, "main_closing_count": main_count}]
                )
                self.assertEqual(self._get_opened(record), count)
                with self.assertRaisesRegex(UserError, f"{count} closings"):
                    record.unlink()
        with self.assertRaisesRegex(UserError, r"3 closings \(2 as the main reason\)"):
            price.unlink()

    @users("user_sales_manager")
    def test_an_archived_reason_is_counted(self):
        budget = self.reason_budget.with_env(self.env)
        budget.action_archive()
        self.assertRecordValues(budget, [{"closing_count": 2, "main_closing_count": 1}])

    @users("user_sales_manager")
    def test_what_only_a_mistake_uses_cannot_be_deleted(self):
        odd = self.reason_price.copy({"name": "Odd"})
        self.deal_mistake.action_set_lost(lost_reason_id=odd.id)
        self.deal_mistake.action_reopen(is_mistake=True)
        odd = odd.with_env(self.env)
        self.assertEqual(odd.closing_count, 0)
        with self.assertRaisesRegex(UserError, "“Odd”: only closings that were mistakes"):
            odd.unlink()

    @users("user_sales_manager")
    def test_what_nothing_uses_is_deleted(self):
        odd = self.env["crm.lost.reason"].create({"name": "Odd"})
        odd.unlink()
        self.assertFalse(odd.exists())
