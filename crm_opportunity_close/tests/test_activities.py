from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged, users

from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestActivities(TestCloseCommon):
    """The window asks once what becomes of open activities and meetings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        today = fields.Date.today()
        cls.call = cls.deal_own.activity_schedule(
            "mail.mail_activity_data_call",
            today + timedelta(days=3),
            summary="Ring back",
            user_id=cls.user_sales_salesman.id,
        )
        cls.overdue = cls.deal_own.activity_schedule(
            "mail.mail_activity_data_todo",
            today - timedelta(days=3),
            summary="Send the offer",
            user_id=cls.user_sales_manager.id,
        )
        cls.untouched = cls.deal_other.activity_schedule(
            "mail.mail_activity_data_todo", today, summary="Another deal"
        )
        start = fields.Datetime.now() + timedelta(days=2)
        past = fields.Datetime.now() - timedelta(days=2)
        cls.meeting, cls.meeting_past = cls.env["calendar.event"].create(
            [
                {
                    "name": name,
                    "start": moment,
                    "stop": moment + timedelta(hours=1),
                    "opportunity_id": cls.deal_own.id,
                    "user_id": cls.user_sales_salesman.id,
                    "partner_ids": [(4, cls.user_sales_salesman.partner_id.id)],
                }
                for name, moment in (("Demo day", start), ("First meeting", past))
            ]
        )

    def _lose(self, choice=None):
        deal = self.deal_own.with_env(self.env)
        window = Form(self.env["crm.lead.lost"].with_context(default_lead_ids=deal.ids))
        window.lost_reason_id = self.reason_budget
        if choice:
            window.activity_choice = choice
        wizard = window.save()
        wizard.action_lost_reason_apply()
        self.assertClosed(deal, "lost", self.reason_budget)
        return wizard

    def _get_chatter(self):
        bodies = self.deal_own.message_ids.mapped("body")
        return " ".join(str(body) for body in bodies if "the closing" in body)

    @users("user_sales_salesman")
    def test_cancelled_by_default(self):
        wizard = self._lose()
        self.assertEqual(wizard.activity_choice, "cancel")
        self.assertRecordValues(
            (self.call + self.overdue + self.untouched).sudo(),
            [
                {"active": False, "date_done": False},
                {"active": False, "date_done": False},
                {"active": True, "date_done": False},
            ],
        )
        self.assertRecordValues(
            self.meeting + self.meeting_past, [{"active": False}, {"active": True}]
        )
        chatter = self._get_chatter()
        self.assertIn("Cancelled with the closing", chatter)
        self.assertIn("Ring back", chatter)
        self.assertIn("Demo day", chatter)
        self.assertNotIn("First meeting", chatter)

    @users("user_sales_salesman")
    def test_the_window_counts_them(self):
        wizard = self.env["crm.lead.lost"].create({"lead_ids": self.deal_own.ids})
        self.assertEqual(wizard.open_count, 3)
        self.assertEqual(wizard.open_message, "Open activities: 2, meetings to come: 1")

    @users("user_sales_salesman")
    def test_reopening_brings_back_what_was_cancelled_overdue_or_not(self):
        self._lose()
        self.deal_own.with_env(self.env).action_reopen()
        self.assertEqual((self.call + self.overdue).sudo().mapped("active"), [True, True])
        self.assertTrue(self.meeting.active)
        self.assertFalse(self.call.cancelled_at_closing)

    @users("user_sales_salesman")
    def test_reopening_leaves_what_was_done_before(self):
        self.call.with_env(self.env).action_feedback("Rang")
        self._lose()
        self.deal_own.with_env(self.env).action_reopen()
        self.assertFalse(self.call.active)

    @users("user_sales_manager")
    def test_nothing_comes_back_to_who_has_left(self):
        self._lose()
        # Odoo deletes the open activities of whoever leaves; cancelled ones it may leave.
        self.env.cr.execute(
            "UPDATE res_users SET active = false WHERE id = %s", [self.user_sales_salesman.id]
        )
        self.env.invalidate_all()
        self.deal_own.with_env(self.env).action_reopen()
        self.assertFalse(self.call.sudo().active)
        texts = str(self.deal_own.message_ids.mapped("body"))
        self.assertRegex(texts, f"Not brought back.*{self.call.sudo().display_name}")

    @users("user_sales_salesman")
    def test_marked_as_done(self):
        self._lose("done")
        self.assertRecordValues(
            (self.call + self.overdue).sudo(),
            [{"active": False, "date_done": fields.Date.today()}] * 2,
        )
        self.assertTrue(self.meeting.active, "what lies in the future cannot be done")
        self.deal_own.with_env(self.env).action_reopen()
        self.assertFalse(self.call.active)

    @users("user_sales_salesman")
    def test_no_next_step_is_left_behind(self):
        self.call.sudo().activity_type_id.write(
            {
                "chaining_type": "trigger",
                "triggered_next_type_id": self.env.ref("mail.mail_activity_data_todo").id,
            }
        )
        self.call.sudo().activity_type_id.triggered_next_type_id.default_user_id = (
            self.user_sales_manager
        )
        activity_model = type(self.env["mail.activity"])
        with patch.object(activity_model, "action_notify", autospec=True) as notify:
            self._lose("done")
        notify.assert_not_called()
        self.assertFalse(self.deal_own.activity_ids)

    @users("user_sales_salesman")
    def test_kept(self):
        self._lose("keep")
        self.assertTrue(self.call.active)
        self.assertTrue(self.meeting.active)
        self.assertIn("Kept open after the closing", self._get_chatter())

    @users("user_sales_salesman")
    def test_the_company_decides_what_is_proposed(self):
        self.env.company.sudo().close_lost_activities = "keep"
        self.env.company.sudo().close_won_activities = "done"
        for model, proposed in (("crm.lead.lost", "keep"), ("crm.lead.win", "done")):
            window = Form(self.env[model].with_context(default_lead_ids=self.deal_own.ids))
            self.assertEqual(window.activity_choice, proposed)

    @users("user_sales_salesman")
    def test_won_in_the_window_keeps_them(self):
        window = Form(self.env["crm.lead.win"].with_context(default_lead_ids=self.deal_own.ids))
        window.save().action_win_apply()
        self.assertClosed(self.deal_own, "won")
        self.assertIn("Kept open after the closing", self._get_chatter())
        self.assertTrue(self.call.active)

    @users("user_sales_salesman")
    def test_nothing_happens_where_nobody_was_asked(self):
        deal = self.deal_own.with_env(self.env)
        deal.action_set_lost(lost_reason_id=self.reason_price.id)
        self.assertTrue(self.call.active)
        deal.action_set_won()
        deal.action_reopen()
        vals = {"lead_ids": deal.ids, "lost_reason_id": self.reason_price.id}
        self.env["crm.lead.lost"].create(vals).action_lost_reason_apply()
        self.assertClosed(deal, "lost", self.reason_price)
        self.assertTrue(self.call.active)
        self.assertTrue(self.meeting.active)

    @users("user_sales_salesman")
    def test_a_private_meeting_of_somebody_else_is_left(self):
        self.meeting.write(
            {
                "user_id": self.user_sales_leads.id,
                "partner_ids": [(6, 0, self.user_sales_leads.partner_id.ids)],
                "privacy": "private",
            }
        )
        self._lose()
        self.assertTrue(self.meeting.active)

    @users("user_sales_salesman")
    def test_a_meeting_in_a_private_calendar_is_left(self):
        colleague = self.user_sales_leads
        self.meeting.write(
            {"user_id": colleague.id, "partner_ids": [(6, 0, colleague.partner_id.ids)]}
        )
        colleague.with_user(colleague).calendar_default_privacy = "private"
        self._lose()
        self.assertTrue(self.meeting.active)

    def _plan_meeting(self, meeting, record):
        """The activity a meeting was planned with."""
        values = {"user_id": self.user_sales_salesman.id, "date_deadline": meeting.start.date()}
        activity = record.activity_schedule("mail.mail_activity_data_meeting", **values)
        activity.calendar_event_id = meeting
        return activity

    @users("user_sales_salesman")
    def test_a_meeting_that_was_held_is_no_more_to_do(self):
        held = self._plan_meeting(self.meeting_past, self.deal_own)
        wizard = self.env["crm.lead.lost"].create({"lead_ids": self.deal_own.ids})
        self.assertEqual(wizard.open_count, 4)
        self._lose()
        self.assertFalse(held.sudo().active)
        self.assertTrue(self.meeting_past.active)

    @users("user_sales_salesman")
    def test_a_meeting_goes_and_comes_with_its_activity(self):
        customer = self.env["res.partner"].sudo().create({"name": "Initech"})
        planned = self._plan_meeting(self.meeting, customer)
        self._lose()
        self.assertFalse(planned.sudo().active)
        self.deal_own.with_env(self.env).action_reopen()
        self.assertTrue(planned.sudo().active)

    @users("user_sales_salesman")
    def test_winning_a_lost_deal_brings_nothing_back(self):
        deal = self.deal_own.with_env(self.env)
        won_stage = self.stage_gen_won.id
        for win in (deal.action_set_won, lambda: deal.write({"stage_id": won_stage})):
            self._lose()
            win()
            self.assertClosed(deal, "won")
            self.assertFalse(self.call.sudo().active)
            deal.action_reopen()
            self.assertTrue(self.call.active)

    @users("user_sales_manager")
    def test_what_was_cancelled_survives_a_merge(self):
        self._lose()
        other = self.deal_other.with_env(self.env)
        other.action_set_lost(lost_reason_id=self.reason_price.id)
        merged = (self.deal_own + other).with_env(self.env).merge_opportunity()
        self.assertFalse(self.call.sudo().active)
        merged.action_reopen()
        self.assertRecordValues(self.call, [{"active": True, "res_id": merged.id}])
        self.assertRecordValues(self.meeting, [{"active": True, "opportunity_id": merged.id}])

    @users("user_sales_manager")
    def test_the_window_counts_what_it_closes(self):
        self.deal_own.with_env(self.env).action_set_won()
        wizard = self.env["crm.lead.lost"].create({"lead_ids": self.deals.ids})
        self.assertEqual(wizard.open_message, "Open activities: 1, meetings to come: 0")

    @users("user_sales_manager")
    def test_as_many_queries_for_many_deals(self):
        def count_queries(size):
            deals = self.deal_other.copy() + self.deal_other.copy()
            for _step in range(size - 2):
                deals += self.deal_other.copy()
            for deal in deals:
                deal.activity_schedule("mail.mail_activity_data_todo", summary="Ring")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            deals._apply_activity_choice("cancel")
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count_queries(2)
        self.assertEqual(count_queries(20), count_queries(2))

    @users("user_sales_salesman")
    def test_a_refused_win_cancels_nothing(self):
        self.env.company.sudo().close_require_win_reason = True
        deal = self.deal_own.with_env(self.env)
        activity = deal.activity_schedule("mail.mail_activity_data_call", user_id=self.env.uid)
        window = self.env["crm.lead.win"].create({"lead_ids": deal.ids})
        window.activity_choice = "cancel"
        with suppress(UserError):
            window.action_win_apply()
        self.assertOpen(deal)
        self.assertTrue(activity.active)

    @users("user_sales_salesman")
    def test_one_reminder_where_code_leaves_activities(self):
        deal = self.deal_own.with_env(self.env).with_context(mail_activity_automation_skip=True)
        planned = deal.activity_ids
        deal.action_set_lost(lost_reason_id=self.reason_price.id, followup_date="2035-05-05")
        deal.followup_date = "2036-06-06"
        reminder = deal.activity_ids - planned
        self.assertEqual(reminder.mapped(lambda each: str(each.date_deadline)), ["2036-06-06"])
        deal.action_reopen()
        self.assertFalse(reminder.exists())
