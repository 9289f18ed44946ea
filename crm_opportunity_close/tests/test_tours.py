from odoo.tests import HttpCase, tagged

from .common import TestCloseCommon


class ClosingTours(HttpCase, TestCloseCommon):
    """People closing deals in a browser; the database is asserted after each tour."""

    # On a busy machine one request may keep the others waiting for longer than usual.
    test_cursor_lock_timeout = 60

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stage_team1_won.name = "Signed"
        cls.stage_gen_won.sequence = 80
        cls.deals.partner_id = cls.contact_1

    def start_closing_tour(self, name, user, url="/odoo", **kwargs):
        self.start_tour(url, f"crm_close_{name}", login=user.login, **kwargs)
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestTours(ClosingTours):
    def test_won_on_the_form(self):
        self.start_closing_tour("won_form", self.user_sales_salesman)
        self.assertClosed(self.deal_own, "won")
        self.assertRecordValues(
            self.deal_own, [{"stage_id": self.stage_team1_won.id, "probability": 100}]
        )

    def test_won_by_dragging_the_card(self):
        self.start_closing_tour("won_drag", self.user_sales_salesman)
        self.assertClosed(self.deal_own, "won")
        self.assertRecordValues(
            self.deal_own, [{"stage_id": self.stage_team1_won.id, "probability": 100}]
        )

    def test_lost_with_reason_and_details(self):
        self.start_closing_tour("lost_form", self.user_sales_salesman)
        self.assertClosed(self.deal_own, "lost", self.reason_price)
        self.assertFalse(self.deal_own.active)
        self.assertIn("Half of our offer", self.deal_own.closing_note)
        self.assertEqual(self.deal_own.closing_id.closed_by_id, self.user_sales_salesman)

    def test_lost_found_restored_lost_again_and_reopened(self):
        self.deal_own.with_user(self.user_sales_salesman).action_set_lost(
            lost_reason_id=self.reason_price.id, closing_note="<p>Half of our offer</p>"
        )
        self.start_closing_tour("lost_found_and_restored", self.user_sales_salesman)
        self.assertOpen(self.deal_own)
        self.assertEqual(self.deal_own.stage_id, self.stage_team1_1)
        self.assertTrue(self.deal_own.probability)
        self.start_closing_tour("lost_card_and_reopened", self.user_sales_salesman)
        self.assertOpen(self.deal_own)
        self.assertClosings(
            self.deal_own,
            [
                {
                    "reason_id": self.reason_price.id,
                    "reopened_by_id": self.user_sales_salesman.id,
                    "reopen_note": False,
                },
                {
                    "reason_id": self.reason_budget.id,
                    "reopened_by_id": self.user_sales_salesman.id,
                    "reopen_note": "The customer called again",
                },
            ],
        )

    def test_lost_in_a_selection_with_a_won_deal(self):
        self.deal_other.user_id = self.user_sales_salesman
        won = self.deal_own.copy({"name": "Won deal", "user_id": self.user_sales_salesman.id})
        won.with_user(self.user_sales_salesman).action_set_won()
        self.start_closing_tour("lost_selection", self.user_sales_salesman)
        self.assertClosed(self.deals, "lost", self.reason_budget)
        self.assertClosed(won, "won")
        self.assertEqual(won.closing_count, 1)

    def test_lost_for_a_reason_each(self):
        self.deal_other.user_id = self.user_sales_salesman
        self.reason_price.competitor_required = True
        self.start_closing_tour("lost_per_deal", self.user_sales_salesman)
        self.assertClosed(self.deal_own, "lost", self.reason_price)
        self.assertEqual(self.deal_own.competitor_id, self.competitor)
        self.assertFalse(self.deal_other.competitor_id)
        self.assertClosed(self.deal_other, "lost", self.reason_budget)

    def test_archiving_at_zero_percent_asks(self):
        self.deal_own.probability = 0
        url = f"/odoo/crm/{self.deal_own.id}"
        self.start_closing_tour("archive_at_zero", self.user_sales_salesman, url)
        self.assertClosed(self.deal_own, "lost", self.reason_budget)

    def test_archiving_a_selection_asks_for_what_is_lost_and_archives_the_rest(self):
        self.deal_other.user_id = self.user_sales_salesman
        self.deal_own.probability = 0
        self.start_closing_tour("archive_selection", self.user_sales_salesman)
        self.assertClosed(self.deal_own, "lost", self.reason_budget)
        self.assertRecordValues(
            self.deal_other, [{"active": False, "won_status": "pending", "closing_count": 0}]
        )

    def test_link_in_a_mail_asks(self):
        link = self.deal_own._notify_get_action_link(
            "controller", controller="/lead/case_mark_lost"
        )
        self.start_closing_tour("mail_link", self.user_sales_salesman, link)
        self.assertClosed(self.deal_own, "lost", self.reason_price)

    def test_lost_in_thai(self):
        self.env["res.lang"]._activate_lang("th_TH")
        self.env.ref("base.module_crm_opportunity_close")._update_translations(["th_TH"])
        self.user_sales_salesman.lang = "th_TH"
        self.start_closing_tour("lost_thai", self.user_sales_salesman)
        self.assertClosed(self.deal_own, "lost", self.reason_price)
        self.assertIn("ราคาของคู่แข่งถูกกว่า", self.deal_own.closing_note)

    def test_reasons_of_a_manager(self):
        doomed, archived, renamed = self.env["crm.lost.reason"].create(
            [
                {"name": "To be deleted", "sequence": 3},
                {"name": "To be archived", "sequence": 4},
                {"name": "To be renamed", "sequence": 5},
            ]
        )
        self.deal_own.action_set_lost(lost_reason_id=self.reason_price.id)
        self.start_closing_tour("reasons", self.user_sales_manager)
        self.assertFalse(doomed.exists())
        self.assertRecordValues(
            self.reason_price + archived + renamed,
            [
                {"name": "Beaten on price", "active": True, "description": False},
                {"name": "To be archived", "active": False, "description": False},
                {
                    "name": "Renamed in the list",
                    "active": True,
                    "description": "They were bought by our rival.",
                },
            ],
        )
        self.assertEqual((archived + renamed).mapped("note_required"), [False, True])
        reasons = self.env["crm.lost.reason"].search([("outcome", "=", "lost")])
        self.assertEqual(reasons[:2], self.reason_budget + self.reason_price)
        self.assertEqual(reasons.filtered(lambda r: r.name == "Champion left").outcome, "lost")

    def test_completing_a_closing(self):
        self.deals.action_set_lost()
        self.assertClosed(self.deals, "lost", self.unspecified)
        self.start_closing_tour("complete", self.user_sales_manager)
        self.assertClosed(self.deal_own, "lost", self.reason_budget)
        self.assertClosed(self.deal_other, "lost", self.reason_price)
        self.assertEqual(self.deals.closing_id.mapped("is_complete"), [True, True])
        self.assertIn("The bank said no", self.deal_own.closing_note)

    def test_trying_again_in_a_new_opportunity(self):
        self.deal_own.partner_id = self.env["res.partner"].create({"name": "Initech"})
        self.start_closing_tour("new_opportunity", self.user_sales_salesman)
        self.assertClosed(self.deal_own, "lost", self.reason_price)
        self.assertEqual(len(self.deal_own.closing_ids), 1)
        new = self.deal_own.successor_ids
        self.assertOpen(new)
        self.assertRecordValues(
            new,
            [
                {
                    "name": "Own deal",
                    "origin_lead_id": self.deal_own.id,
                    "partner_id": self.deal_own.partner_id.id,
                    "user_id": self.user_sales_salesman.id,
                    "expected_revenue": 100,
                    "closing_count": 0,
                }
            ],
        )

    def test_completing_several(self):
        self.deals.action_set_lost()
        self.start_closing_tour("complete_several", self.user_sales_manager)
        self.assertClosed(self.deals, "lost", self.reason_budget)
        self.assertEqual(self.deals.closing_id.mapped("is_complete"), [True, True])


@tagged("post_install", "-at_install")
class TestPhoneTour(ClosingTours):
    browser_size = "375x667"
    touch_enabled = True

    def test_lost_on_a_phone(self):
        self.start_closing_tour("lost_phone", self.user_sales_salesman, "/odoo/crm")
        self.assertClosed(self.deal_own, "lost", self.reason_budget)
        self.assertIn("Half of our offer", self.deal_own.closing_note)

    def test_completing_on_a_phone(self):
        self.deals.action_set_lost()
        self.start_closing_tour(
            "complete_phone", self.user_sales_salesman, "/odoo/closings-to-complete"
        )
        self.assertClosed(self.deal_own, "lost", self.reason_budget)
        self.assertTrue(self.deal_own.closing_id.is_complete)
