from collections import defaultdict

from markupsafe import Markup

from odoo import fields, models
from odoo.tools import format_date, format_datetime

ACTIVITY_CHOICES = [("cancel", "Cancel them"), ("done", "Mark as done"), ("keep", "Keep them")]


class CrmLead(models.Model):
    """What becomes of open activities and future meetings when a deal ends.

    A window asks, once for the whole set. Nothing happens to them where nobody was asked:
    by one click on Won, by import or over RPC they stay as they are.
    """

    _inherit = "crm.lead"

    def _get_open_activities(self):
        """The activities still to be done on these deals, without their meetings.

        :rtype: mail.activity
        """
        activities = self.env["mail.activity"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        )
        return activities.filtered(lambda activity: not activity.calendar_event_id)

    def _get_future_meetings(self):
        """The meetings about these deals that have not begun yet.

        :rtype: calendar.event
        """
        return self.env["calendar.event"].search(
            [("opportunity_id", "in", self.ids), ("start", ">", fields.Datetime.now())]
        )

    def _settle_activities(self, choice):
        """Do with open activities and future meetings what the person chose.

        Cancelled ones are archived and come back when the deal is reopened in time. A
        meeting that lies in the future cannot be done: it is kept then.

        :param str choice: ``cancel``, ``done`` or ``keep``
        :raise AccessError: the user may not change one of the activities
        """
        activities = self._get_open_activities()
        meetings = self._get_future_meetings() if choice != "done" else self.env["calendar.event"]
        meetings = meetings._filtered_access("write")
        if not activities and not meetings:
            return
        self._log_settled(choice, activities, meetings)
        if choice == "cancel":
            cancelled = {"active": False, "cancelled_at_closing": True}
            (activities + meetings.activity_ids).write(cancelled)
            meetings.write(cancelled)
        elif choice == "done":
            _messages, next_steps = activities._action_done()
            # The next step of a plan makes no sense on a closed deal.
            next_steps.unlink()

    def _log_settled(self, choice, activities, meetings):
        """Say in the chatter of each deal what was chosen, and for what.

        :param str choice: see :meth:`_settle_activities`
        :param mail.activity activities: of any of these deals
        :param calendar.event meetings: of any of these deals
        """
        titles = {
            "cancel": self.env._("Cancelled with the closing:"),
            "done": self.env._("Marked as done with the closing:"),
            "keep": self.env._("Kept open after the closing:"),
        }
        lines = defaultdict(list)
        for activity in activities:
            day = format_date(self.env, activity.date_deadline)
            lines[activity.res_id].append(f"{activity.display_name} ({day})")
        for meeting in meetings:
            start = format_datetime(self.env, meeting.start, dt_format="short")
            lines[meeting.opportunity_id.id].append(f"{meeting.display_name} ({start})")
        bodies = {
            lead_id: Markup("<p>%s</p><ul>%s</ul>")
            % (titles[choice], Markup().join(map(Markup("<li>%s</li>").__mod__, texts)))
            for lead_id, texts in lines.items()
        }
        self.browse(bodies)._message_log_batch(bodies=bodies)

    def _restore_activities(self):
        """Bring back what the closing had cancelled, where it still makes sense.

        An activity whose day is over, or whose user has left, stays cancelled; so does a
        meeting whose time has passed.
        """
        cancelled = [("active", "=", False), ("cancelled_at_closing", "=", True)]
        restored = {"active": True, "cancelled_at_closing": False}
        # sudo: whoever may reopen a deal brings back what was planned for it, by whomever
        meetings = self.env["calendar.event"].sudo()
        meetings = meetings.search(
            [
                *cancelled,
                ("opportunity_id", "in", self.ids),
                ("start", ">", fields.Datetime.now()),
            ]
        )
        if meetings:
            meetings.write(restored)
        activities = self.env["mail.activity"].sudo()
        activities = activities.search(
            [
                *cancelled,
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("date_deadline", ">=", fields.Date.context_today(self)),
                "|",
                ("user_id", "=", False),
                ("user_id.active", "=", True),
            ]
        )
        if activities:
            activities.write(restored)
