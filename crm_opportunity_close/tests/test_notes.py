from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged, users

from .common import TestCloseCommon

NOTE = "They bought <b>elsewhere</b>"


@tagged("post_install", "-at_install")
class TestNotes(TestCloseCommon):
    """The note of a closing: what it must say, and that the chatter says it."""

    # ------------------------------------------------------------
    # What a note that is asked for must say
    # ------------------------------------------------------------

    @users("user_sales_leads")
    def test_a_required_note_says_something(self):
        self.reason_price.sudo().note_required = True
        deal = self.deal_own.with_env(self.env)
        for note in (
            False,
            "<p><br></p>",
            "<p>\u200b\u200b\u200b\u200b</p>",
            "<p>&nbsp;&nbsp;&nbsp;&nbsp;</p>",
            "<table><tr><td></td><td></td></tr></table>",
            '<img src="/web/image/1" alt="A long description">',
            "<p>n/a</p>",
            "<p>-</p>",
            "<p>...</p>",
            "<p>12345</p>",
            "<p>ok</p>",
            "<p>Beaten on price</p>",
            "<p>beaten  ON\u00a0price.</p>",
            "<p>Bea\u200bten on <b>price</b>!</p>",
        ):
            with (
                self.subTest(note=note),
                self.assertRaisesRegex(ValidationError, "the reason asks for a closing note"),
                self.cr.savepoint(),
            ):
                deal.action_set_lost(lost_reason_id=self.reason_price.id, closing_note=note)
        for note in (
            "<p>Won by Globex</p>",
            "<p>Yes</p>",
            "<p>แพง</p>",
            "<p>太贵了</p>",
            "<table><tr><td>By half</td></tr></table>",
            "<p>Beaten on price by half</p>",
        ):
            with self.subTest(note=note), self.cr.savepoint() as savepoint:
                deal.action_set_lost(lost_reason_id=self.reason_price.id, closing_note=note)
                self.assertClosed(deal, "lost", self.reason_price)
                savepoint.rollback()

    @users("user_sales_leads")
    def test_how_many_letters_it_takes_is_a_setting(self):
        self.reason_price.sudo().note_required = True
        company = (self.deal_own.company_id or self.env.company).sudo()
        deal = self.deal_own.with_env(self.env)
        answers = {"lost_reason_id": self.reason_price.id}
        self.assertEqual(company.close_note_min_letters, 3)
        company.close_note_min_letters = 10
        with (
            self.assertRaisesRegex(ValidationError, "the reason asks for a closing note"),
            self.cr.savepoint(),
        ):
            deal.action_set_lost(**answers, closing_note="<p>Too short</p>")
        company.close_note_min_letters = 0
        with (
            self.assertRaisesRegex(ValidationError, "the reason asks for a closing note"),
            self.cr.savepoint(),
        ):
            deal.action_set_lost(**answers, closing_note="<p>1-2-3</p>")
        deal.action_set_lost(**answers, closing_note="<p>X</p>")
        self.assertClosed(deal, "lost", self.reason_price)

    # ------------------------------------------------------------
    # In the chatter
    # ------------------------------------------------------------

    def _plan_work(self):
        """Something for a window to cancel: an activity and a meeting on each deal."""
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        for deal in self.deals:
            deal.activity_schedule("mail.mail_activity_data_todo", user_id=self.env.uid)
        self.env["calendar.event"].create(
            [
                {
                    "name": "Demo day",
                    "start": tomorrow,
                    "stop": tomorrow,
                    "opportunity_id": deal.id,
                    "user_id": self.env.uid,
                }
                for deal in self.deals
            ]
        )

    def _assert_told(self, deals, act, *said):
        """Check that an act leaves one message of the status on each deal, which says it."""
        self.flush_tracking()
        before = deals.message_ids
        act()
        self.flush_tracking()
        status = self.env["ir.model.fields"]._get("crm.lead", "won_status")
        for deal in deals:
            news = (deal.message_ids - before).filtered(
                lambda message: status in message.sudo().tracking_value_ids.field_id
            )
            self.assertEqual(len(news), 1, "told once")
            for text in said:
                self.assertIn(text, news.body)
            texts = " ".join((deal.message_ids - before).mapped("body"))
            for text in said:
                self.assertEqual(texts.count(text), 1, "said once")

    def _lose_by_window(self, deals, **vals):
        vals = {"lead_ids": deals.ids, "lost_reason_id": self.reason_price.id, **vals}
        self.env["crm.lead.lost"].create(vals).action_lost_reason_apply()

    def _win_by_window(self, deals, **vals):
        self.env["crm.lead.win"].create({"lead_ids": deals.ids, **vals}).action_win_apply()

    def _reopen_by_window(self, deals, **vals):
        self.env["crm.lead.reopen"].create({"lead_ids": deals.ids, **vals}).action_reopen_apply()

    @users("user_sales_manager")
    def test_the_windows_tell_their_notes(self):
        for choice in ("cancel", "done", "keep", False):
            for deals in (self.deals[:1], self.deals):
                with self.subTest(choice=choice, deals=len(deals)):
                    self._plan_work()
                    self._check_windows(deals.with_env(self.env), choice)

    def _check_windows(self, deals, choice):
        vals = {"activity_choice": choice}
        lost, won = {**vals, "lost_feedback": f"<p>{NOTE}</p>"}, {**vals, "closing_note": NOTE}
        reopened, said = {"note": "They called & again"}, "They called &amp; again"
        self._assert_told(deals, lambda: self._lose_by_window(deals, **lost), NOTE)
        self._assert_told(deals, lambda: self._reopen_by_window(deals, **reopened), said)
        self._assert_told(deals, lambda: self._win_by_window(deals, **won), NOTE)
        self._assert_told(deals, lambda: self._reopen_by_window(deals, **reopened), said)

    @users("user_sales_manager")
    def test_other_ways_tell_their_notes(self):
        deals = self.deals.with_env(self.env)
        note = f"<p>{NOTE}</p>"
        lost = {"lost_reason_id": self.reason_price.id, "closing_note": note}
        won = {"stage_id": self.stage_team1_won.id, "closing_note": note}
        self._assert_told(deals, lambda: deals.action_set_lost(**lost), NOTE)
        self._assert_told(deals, lambda: deals.action_reopen(note="Once more"), "Once more")
        self._assert_told(
            deals, lambda: deals.write({"active": False, "probability": 0, **lost}), NOTE
        )
        self._assert_told(deals, lambda: deals.action_set_won(closing_note=note), NOTE)
        self._assert_told(deals, deals.action_reopen)
        self._assert_told(deals, lambda: deals.write(won), NOTE)

    @users("user_sales_manager")
    def test_each_note_of_a_transaction_is_told(self):
        deal = self.deal_own.with_env(self.env)
        self.flush_tracking()
        before = deal.message_ids
        deal.action_set_lost(lost_reason_id=self.reason_price.id, closing_note="<p>First</p>")
        deal.action_reopen(note="Second")
        deal.action_set_lost(lost_reason_id=self.reason_price.id, closing_note="<p>Third</p>")
        deal.closing_note = "<p>Fourth</p>"
        self.flush_tracking()
        texts = " ".join((deal.message_ids - before).sorted("id").mapped("body"))
        for text in ("First", "Second", "Third", "Fourth"):
            self.assertEqual(texts.count(text), 1, text)

    @users("user_sales_manager")
    def test_each_status_of_a_transaction_has_its_message(self):
        deals = self.deals.with_env(self.env)
        lost = {"active": False, "probability": 0, "lost_reason_id": self.reason_price.id}
        won = {"stage_id": self.stage_team1_won.id, "closing_note": "<p>Third</p>"}
        self.flush_tracking()
        before = deals.message_ids
        deals.write({**lost, "closing_note": "<p>First</p>"})
        deals.action_reopen(note="Second")
        deals.write(won)
        deals.write({**lost, "stage_id": self.stage_team1_1.id, "closing_note": "<p>Fourth</p>"})
        deals.write({"active": True, "probability": 10})
        self.flush_tracking()
        status = self.env["ir.model.fields"]._get("crm.lead", "won_status")
        for deal in deals:
            news = (deal.message_ids - before).sorted("id")
            tracked = news.sudo().tracking_value_ids.filtered(lambda v: v.field_id == status)
            self.assertEqual(
                tracked.mapped("new_value_char"), ["Lost", "Pending", "Won", "Lost", "Pending"]
            )
            texts = " ".join(news.mapped("body"))
            for text in ("First", "Second", "Third", "Fourth"):
                self.assertEqual(texts.count(text), 1, text)
