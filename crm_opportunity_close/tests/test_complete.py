from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from ..models.exceptions import ClosingRefusedError
from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestComplete(TestCloseCommon):
    """What code closed without its answers says what it lacks, and is completed by people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason_rival = cls.env["crm.lost.reason"].create(
            {
                "name": "A rival was chosen",
                "note_required": True,
                "competitor_required": True,
                "followup_days": 30,
            }
        )
        cls.deals.action_set_lost()  # by code

    def _open_window(self, closings, **values):
        """The window behind *Complete*, as the web client opens it."""
        action = closings.with_env(self.env).action_complete()
        view = self.env.ref(
            f"crm_opportunity_close.{action['res_model'].replace('.', '_')}_view_form_complete"
        )
        self.assertEqual(action["view_id"][0], view.id)
        window = self.env[action["res_model"]].with_context(**action["context"])
        form = Form(window, view=view.sudo())
        for name, value in values.items():
            setattr(form, name, value)
        return form

    @users("user_sales_manager")
    def test_what_is_missing_in_words(self):
        lead = self.deal_own.with_env(self.env)
        self.assertEqual(lead.closing_missing_message, "The reason is missing")
        self.deal_other.sudo().lost_reason_id = self.reason_rival
        self.assertEqual(
            self.deal_other.with_env(self.env).closing_id.missing_message,
            "The reason asks for a closing note, the reason asks for the competitor",
        )
        lead.lost_reason_id = self.reason_price
        self.assertFalse(lead.closing_missing_message)
        lead.action_reopen()
        self.assertFalse(lead.closing_missing_message)
        self.assertFalse(lead.closing_ids.missing_message, "what has ended is not completed")

    @users("user_sales_manager")
    def test_a_stage_is_nothing_to_complete(self):
        self.deal_own.last_open_stage_id.allow_lost = False
        closing = self.deal_own.with_env(self.env).closing_id
        self.assertEqual(closing.missing_message, "The reason is missing")

    @users("user_sales_salesman")
    def test_one_is_completed(self):
        lead = self.deal_own.with_env(self.env)
        date = lead.date_closed
        form = self._open_window(self.deal_own.closing_id)
        self.assertEqual(form.missing_message, "The reason is missing")
        self.assertFalse(form.lost_reason_id, "Unspecified is no answer")
        form.lost_reason_id = self.reason_rival
        self.assertTrue(form.followup_date)
        form.competitor_id = self.competitor
        form.lost_feedback = "<p>They were cheaper</p>"
        action = form.save().action_lost_reason_apply()
        self.assertEqual(action["tag"], "crm_opportunity_close.completed")
        self.assertClosed(lead, "lost", self.reason_rival)
        self.assertRecordValues(
            lead.closing_id,
            [{"is_complete": True, "competitor_id": self.competitor.id, "date": date}],
        )
        self.assertEqual(len(lead.closing_ids), 1)
        self.assertEqual(lead.activity_ids.date_deadline, lead.followup_date)

    @users("user_sales_salesman")
    @mute_logger("odoo.models.unlink")
    def test_nothing_chosen_is_nothing_saved(self):
        window = self.env["crm.lead.lost"].create(
            {"lead_ids": [Command.set(self.deal_own.ids)], "is_completing": True}
        )
        with self.assertRaisesRegex(ClosingRefusedError, "Own deal: the reason is missing"):
            window.action_lost_reason_apply()
        window.lost_reason_id = self.reason_rival
        missing = "Own deal: the reason asks for a closing note, the reason asks for the competitor"
        with self.assertRaisesRegex(ClosingRefusedError, missing):
            window.action_lost_reason_apply()
        self.assertClosed(self.deal_own, "lost", self.unspecified)

    @users("user_sales_manager")
    def test_the_window_shows_what_was_answered(self):
        self.deal_own.sudo().write(
            {"lost_reason_id": self.reason_rival.id, "closing_note": "<p>They were cheaper</p>"}
        )
        form = self._open_window(self.deal_own.closing_id)
        self.assertEqual(form.missing_message, "The reason asks for the competitor")
        self.assertEqual(form.lost_reason_id, self.reason_rival)
        self.assertIn("They were cheaper", form.lost_feedback)
        self.assertFalse(form.facts)
        self.assertFalse(form.followup_date, "nothing is proposed for an answer of long ago")
        form.competitor_id = self.competitor
        form.save().action_lost_reason_apply()
        self.assertTrue(self.deal_own.closing_id.is_complete)

    @users("user_sales_manager")
    def test_one_answer_for_all_leaves_what_was_answered(self):
        self.deal_own.sudo().write({"lost_reason_id": self.reason_rival.id})
        form = self._open_window(
            self.deals.closing_id,
            lost_reason_id=self.reason_budget,
            lost_feedback="<p>Nobody called back</p>",
            competitor_id=self.competitor,
        )
        self.assertEqual(form.lead_count, 2)
        self.assertIn("Own deal – The reason asks for a closing note", form.missing_message)
        form.save().action_lost_reason_apply()
        self.assertClosed(self.deal_own, "lost", self.reason_rival)
        self.assertClosed(self.deal_other, "lost", self.reason_budget)
        self.assertEqual(self.deals.closing_id.mapped("is_complete"), [True, True])
        self.assertIn("Nobody called back", self.deal_own.closing_note)

    @users("user_sales_manager")
    def test_one_answer_each(self):
        note = "<p>They were <b>cheaper</b></p>"
        self.deal_own.sudo().write({"lost_reason_id": self.reason_rival.id, "closing_note": note})
        wizard = self.env["crm.lead.lost"].create(
            {
                "lead_ids": [Command.set(self.deals.ids)],
                "is_completing": True,
                "is_per_deal": True,
            }
        )
        own, other = wizard.line_ids.sorted("id")
        self.assertRecordValues(
            own + other,
            [
                {"lost_reason_id": self.reason_rival.id, "note": "They were cheaper"},
                {"lost_reason_id": False, "note": False},
            ],
        )
        with self.assertRaises(ClosingRefusedError) as refusal:
            wizard.action_lost_reason_apply()
        self.assertIn("Own deal: the reason asks for the competitor", str(refusal.exception))
        self.assertIn("Other deal: the reason is missing", str(refusal.exception))
        own.competitor_id = self.competitor
        other.lost_reason_id = self.reason_budget
        wizard.action_lost_reason_apply()
        self.assertEqual(self.deals.closing_id.mapped("is_complete"), [True, True])
        self.assertEqual(self.deal_own.closing_note, note, "a note nobody changed stays")

    @users("user_sales_manager")
    def test_what_the_rules_ask_no_more_is_complete(self):
        self.env.company.sudo().close_require_lost_reason = False
        self.assertFalse(self.deal_own.closing_id.missing_message)
        self._open_window(self.deal_own.closing_id).save().action_lost_reason_apply()
        self.assertTrue(self.deal_own.closing_id.is_complete)

    @users("user_sales_manager")
    def test_won_ones(self):
        self.env.company.sudo().close_require_win_reason = True
        self.deal_other.sudo().action_set_won()
        form = self._open_window(self.deals.closing_id)
        self.assertIn("Other deal – this one was won", form.skipped_message)
        form = self._open_window(self.deal_other.closing_id)
        self.assertEqual(form.missing_message, "The reason is missing")
        form.win_reason_id = self.reason_fit
        form.save().action_win_apply()
        self.assertRecordValues(
            self.deal_other.closing_id,
            [{"is_complete": True, "closed_revenue": 2000, "outcome": "won"}],
        )
        self.assertClosed(self.deal_other, "won", self.reason_fit)

    @users("user_sales_manager")
    def test_reopened_in_the_meantime(self):
        closing = self.deal_own.closing_id
        form = self._open_window(closing, lost_reason_id=self.reason_price)
        self.deal_own.action_reopen()
        with self.assertRaisesRegex(UserError, "already open"):
            form.save().action_lost_reason_apply()
        with self.assertRaisesRegex(UserError, "has been reopened"):
            closing.with_env(self.env).action_complete()
        self.assertOpen(self.deal_own)

    def test_the_menu_counts_what_it_lists(self):
        expected = {
            self.user_sales_salesman: self.deal_own,
            self.user_sales_leads: self.deal_other,
            self.user_sales_manager: self.deals,
        }
        for user, deals in expected.items():
            closings = self.env["crm.lead.closing"].with_user(user)
            others = closings.get_to_complete_count() - len(deals)
            deals.lost_reason_id = self.reason_price
            self.assertEqual(self.call_read_only(closings, "get_to_complete_count", []), others)
            deals.sudo().lost_reason_id = self.unspecified
            self.assertEqual(closings.get_to_complete_count(), others + len(deals))
        stranger = self.env["crm.lead.closing"].with_user(self.env.ref("base.public_user"))
        self.assertEqual(stranger.get_to_complete_count(), 0)

    def test_it_waits_for_the_salesperson_of_today(self):
        closings = self.env["crm.lead.closing"].with_user(self.user_sales_leads)
        before = closings.get_to_complete_count()
        self.deal_own.user_id = self.user_sales_leads
        self.assertEqual(closings.get_to_complete_count(), before + 1)
