from odoo.tests import tagged

from .test_tours import ClosingTours


class UndoTours(ClosingTours):
    def play(self, tour, url="/odoo"):
        """Close and undo in the browser; nothing but mistakes is left."""
        names = ["stage_id", "probability", "active", "expected_revenue"]
        before = self.deals.read(names)
        self.start_closing_tour(tour, self.user_sales_salesman, url)
        self.assertOpen(self.deals)
        self.assertEqual(self.deals.read(names), before)
        closings = self.deals.closing_ids
        self.assertTrue(closings)
        self.assertTrue(all(closings.mapped("is_mistake")))
        self.assertFalse(any(closings.mapped("is_counted")))
        self.assertEqual(closings.reopened_by_id, self.user_sales_salesman)


@tagged("post_install", "-at_install")
class TestUndoTours(UndoTours):
    """A slip is taken back where it happened."""

    def test_undo_in_the_notification(self):
        self.play("undo_lost")
        self.assertEqual(self.deal_own.closing_ids.reason_id, self.reason_price)

    def test_undo_on_the_deal(self):
        self.play("undo_won")

    def test_undo_a_dragged_card(self):
        self.play("undo_drag")

    def test_undo_the_status_bar(self):
        self.play("undo_status_bar")

    def test_undo_a_selection(self):
        self.deal_other.user_id = self.user_sales_salesman
        won = self.deal_own.copy({"name": "Won deal", "user_id": self.user_sales_salesman.id})
        won.with_user(self.user_sales_leads).action_set_won()
        self.play("undo_selection")
        self.assertEqual(len(self.deals.closing_ids), 2)
        self.assertClosed(won, "won")


@tagged("post_install", "-at_install")
class TestUndoOnThePhone(UndoTours):
    browser_size = "375x667"
    touch_enabled = True

    def test_undo_in_the_notification(self):
        self.play("undo_phone", "/odoo/crm")

    def test_undo_in_thai(self):
        self.env["res.lang"]._activate_lang("th_TH")
        self.user_sales_salesman.lang = "th_TH"
        self.play("undo_phone", "/odoo/crm")
