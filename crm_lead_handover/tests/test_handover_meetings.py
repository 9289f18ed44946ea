from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged, users

from .common import TestHandoverCommon


@tagged("post_install", "-at_install")
class TestHandoverMeetings(TestHandoverCommon):
    """Meetings are transferred as core changes their organizer; private ones stay private."""

    @users("user_sales_leads")
    def test_meetings_of_both(self):
        self.meeting.partner_ids = [Command.link(self.successor.partner_id.id)]
        self.deal_own.with_env(self.env).action_hand_over(self.successor.id)
        self.assertEqual(self.meeting.user_id, self.successor)
        attendees = self.successor.partner_id + self.contact_1
        self.assertEqual(self.meeting.partner_ids, attendees)
        self.assertEqual(self.meeting.attendee_ids.partner_id, attendees)

    def _make_private(self, kind):
        if kind == "meeting":
            self.meeting.privacy = "private"
        else:
            self.giver.with_user(self.giver).calendar_default_privacy = "private"
        self.flush_tracking()

    @users("user_sales_leads")
    def test_private_meetings_of_a_colleague_stay(self):
        """With their reminders: also those that are private as the whole calendar is."""
        for kind in ("meeting", "calendar"):
            with self.subTest(kind), self.cr.savepoint() as savepoint:
                self._make_private(kind)
                self.call.calendar_event_id = self.meeting
                window = self._open_window(self.deal_own.with_env(self.env), user_id=self.env.uid)
                self.assertRecordValues(window, [{"meeting_count": 0, "activity_count": 0}])
                window.action_hand_over()
                self.assertEqual(self.deal_own.user_id, self.user_sales_leads)
                self.assertEqual(self.meeting.user_id, self.giver)
                attendees = self.giver.partner_id + self.contact_1
                self.assertEqual(self.meeting.partner_ids, attendees)
                self.assertEqual(self.call.user_id, self.giver)
                savepoint.rollback()

    @users("user_sales_salesman")
    def test_ones_own_private_meetings_are_transferred(self):
        self._make_private("meeting")
        self.deal_own.with_env(self.env).action_hand_over(self.successor.id)
        self.assertEqual(self.meeting.user_id, self.successor)

    @users("user_sales_leads")
    def test_what_has_become_private_is_not_taken_back(self):
        handover = self.deal_own.with_env(self.env).action_hand_over(self.successor.id)
        self.meeting.with_user(self.successor).privacy = "private"
        handover.action_take_back()
        self.assertEqual(self.deal_own.user_id, self.giver)
        self.assertEqual(self.meeting.user_id, self.successor)

    @users("user_sales_leads")
    def test_connected_calendars_are_told(self):
        """No write claims to come from the calendar itself; nobody gets a mail."""
        contexts = []
        write = type(self.meeting).write

        def record(events, vals):
            contexts.append((sorted(vals), events.env.context.get("dont_notify")))
            return write(events, vals)

        self.patch(type(self.meeting), "write", record)
        with self.mock_mail_gateway():
            self.deal_own.with_env(self.env).action_hand_over(self.successor.id)
        self.assertNotSentEmail()
        # The successor attends before organizing: Outlook asks for it.
        self.assertEqual(contexts, [(["partner_ids"], None), (["user_id"], None)])

    @users("user_sales_leads")
    def test_an_event_that_a_calendar_recreates(self):
        """Outlook cannot change the organizer: the event is archived and made anew."""
        write = type(self.meeting).write

        def recreate(events, vals):
            if "user_id" not in vals:
                return write(events, vals)
            for event in events:
                event.copy({**vals, "opportunity_id": event.opportunity_id.id})
            return write(events, {"active": False})

        self.patch(type(self.meeting), "write", recreate)
        handover = self.deal_own.with_env(self.env).action_hand_over(self.successor.id)
        meetings = (
            self.env["calendar.event"]
            .sudo()
            .search([("opportunity_id", "=", self.deal_own.id), ("start", "=", self.meeting.start)])
        )
        self.assertRecordValues(meetings, [{"user_id": self.successor.id}])
        handover.action_take_back()
        meetings = meetings.search(
            [("opportunity_id", "=", self.deal_own.id), ("start", "=", self.meeting.start)]
        )
        self.assertRecordValues(meetings, [{"user_id": self.giver.id}])
        self.assertEqual(meetings.partner_ids, self.giver.partner_id + self.contact_1)

    @users("user_sales_leads")
    def test_what_a_calendar_refuses(self):
        why = "The organizer must be synced."
        write = type(self.meeting).write

        def refuse(events, vals):
            if "user_id" in vals:
                raise ValidationError(why)
            return write(events, vals)

        self.patch(type(self.meeting), "write", refuse)
        deal = self.deal_own.with_env(self.env)
        with self.assertRaisesRegex(
            UserError, r"organizer must be synced\.\n\nLeave the meetings out"
        ):
            deal.action_hand_over(self.successor.id)
        deal.action_hand_over(self.successor.id, take=["activities"])
        self.assertEqual(self.meeting.user_id, self.giver)
