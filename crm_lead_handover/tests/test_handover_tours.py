from odoo.tests import HttpCase, tagged

from .common import TestHandoverCommon


@tagged("post_install", "-at_install")
class TestHandoverTours(HttpCase, TestHandoverCommon):
    """People handing deals over in a browser; the database is asserted after each tour."""

    # On a busy machine one request may keep the others waiting for longer than usual.
    test_cursor_lock_timeout = 60

    def start_handover_tour(self, name, user, url="/odoo"):
        self.start_tour(url, f"crm_lead_handover_{name}", login=user.login)
        self.env.invalidate_all()

    def test_selection_and_taking_it_back(self):
        self.start_handover_tour("selection", self.giver)
        handover = self.env["crm.handover"].search([])
        self.assertRecordValues(
            handover, [{"user_id": self.successor.id, "lead_count": 2, "taken_back_count": 2}]
        )
        self.assertEqual(self.book.user_id, self.giver)
        self.assertEqual((self.call + self.meeting.activity_ids).user_id, self.giver)

    def test_card_and_form(self):
        self.start_handover_tour("card_and_form", self.giver)
        self.assertEqual((self.deal_own + self.deal_second).user_id, self.successor)

    def test_leaver(self):
        self.user_sales_manager.group_ids += self.env.ref("base.group_erp_manager")
        action = self.env.ref("base.action_res_users")
        self.start_handover_tour(
            "leaver",
            self.user_sales_manager,
            f"/odoo/action-{action.id}/{self.giver.id}",
        )
        self.assertFalse(self.giver.active)
        self.assertEqual(self.book.user_id, self.successor)
        self.assertEqual(self.call.exists().user_id, self.successor)

    def test_leaver_in_a_list(self):
        self.user_sales_manager.group_ids += self.env.ref("base.group_erp_manager")
        action = self.env.ref("base.action_res_users")
        self.giver.name = "Larry Leaver"
        self.start_handover_tour(
            "leaver_in_list", self.user_sales_manager, f"/odoo/action-{action.id}"
        )
        self.assertFalse(self.giver.active)
        self.assertEqual(self.deal_own.user_id, self.giver)
