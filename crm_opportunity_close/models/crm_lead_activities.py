from collections import defaultdict

from markupsafe import Markup

from odoo import fields, models
from odoo.tools import format_date, format_datetime

WIN_BACK = "crm_opportunity_close.mail_activity_type_win_back"
ACTIVITY_CHOICES = [("cancel", "Cancel them"), ("done", "Mark as done"), ("keep", "Keep them")]
# What a closing has cancelled, and reopening may bring back.
CANCELLED = (("active", "=", False), ("cancelled_at_closing", "=", True))


class CrmLead(models.Model):
    """What becomes of open activities and meetings when a lead ends, and its follow-up.

    A window asks, once for the whole set. Nothing happens to them where nobody was asked:
    by one click on Won, by import or over RPC they stay as they are. The date of a follow-up
    keeps one activity that reminds of the lost lead.
    """

    _inherit = "crm.lead"

    followup_date = fields.Date(
        "Follow up on",
        copy=False,
        index="btree_not_null",
        tracking=76,
        help="On this day the salesperson is reminded to win the lost opportunity back. "
        "Empty: never.",
    )
    # ------------------------------------------------------------
    # Open work
    # ------------------------------------------------------------

    def _get_open_activities(self, meetings):
        """The activities still to be done on these leads.

        Left out are their meetings to come, and the reminder to win a lost lead back, which
        comes and goes with the closing itself.

        :param calendar.event meetings: see :meth:`_get_future_meetings`
        :rtype: mail.activity
        """
        reminder = self.env["ir.model.data"]._xmlid_to_res_id(WIN_BACK)
        activities = self.env["mail.activity"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "!=", reminder),
            ]
        )
        return activities.filtered(lambda activity: activity.calendar_event_id not in meetings)

    def _get_future_meetings(self):
        """The meetings about these leads that have not begun yet.

        :rtype: calendar.event
        """
        return self.env["calendar.event"].search(
            [("opportunity_id", "in", self.ids), ("start", ">", fields.Datetime.now())]
        )

    def _apply_activity_choice(self, choice):
        """Do with open activities and future meetings what the person chose.

        Cancelled ones are archived and come back when the lead is reopened in time. A
        meeting that lies in the future cannot be done: it is kept then. So is a private
        meeting of somebody else.

        :param str choice: ``cancel``, ``done`` or ``keep``
        :raise AccessError: the user may not change one of the activities
        """
        meetings = self._get_future_meetings()
        activities = self._get_open_activities(meetings)
        if choice == "done":
            meetings = meetings.browse()
        # A calendar may be private as a whole, which is no matter of access rules.
        meetings = meetings._filtered_access("write").filtered(
            lambda meeting: not meeting._check_private_event_conditions()
        )
        if not activities and not meetings:
            return
        self._log_activity_choice(choice, activities, meetings)
        if choice == "cancel":
            cancelled = {"active": False, "cancelled_at_closing": True}
            (activities | meetings.activity_ids._filtered_access("write")).write(cancelled)
            # Calendars that are synchronised add values of their own to what they are given.
            meetings.write(dict(cancelled))
        elif choice == "done":
            # The next step of a plan makes no sense on a closed lead: nobody hears of it.
            activities = activities.with_context(mail_activity_quick_update=True)
            activities.write({"done_at_closing": True})
            _messages, next_steps = activities._action_done()
            next_steps.unlink()

    def _log_activity_choice(self, choice, activities, meetings):
        """Say in the chatter of each lead what was chosen, and for what.

        :param str choice: see :meth:`_apply_activity_choice`
        :param mail.activity activities: of any of these leads
        :param calendar.event meetings: of any of these leads
        """
        titles = {
            "cancel": self.env._("Cancelled with the closing:"),
            "done": self.env._("Marked as done with the closing:"),
            "keep": self.env._("Kept open after the closing:"),
        }
        self._log_open_work(titles[choice], activities, meetings)

    def _log_open_work(self, title, activities, meetings):
        """Log in the chatter of each lead which of these are about it.

        :param str title: what became of them
        :param mail.activity activities: of any of these leads
        :param calendar.event meetings: of any of these leads
        """
        lines = defaultdict(list)
        for activity in activities:
            day = format_date(self.env, activity.date_deadline)
            lines[activity.res_id].append(f"{activity.display_name} ({day})")
        for meeting in meetings:
            start = format_datetime(self.env, meeting.start, dt_format="short")
            lines[meeting.opportunity_id.id].append(f"{meeting.display_name} ({start})")
        bodies = {
            lead_id: Markup("<p>%s</p><ul>%s</ul>")
            % (title, Markup().join(map(Markup("<li>%s</li>").__mod__, texts)))
            for lead_id, texts in lines.items()
        }
        self.browse(bodies)._message_log_batch(bodies=bodies)

    def _restore_activities(self):
        """Bring back what the closing had cancelled, overdue or not; log what stays cancelled.

        That is the activity of a user who has left, and a meeting whose time has passed.
        """
        # sudo: whoever may reopen a lead brings back what was planned for it, by whomever
        meetings = self.env["calendar.event"].sudo()
        meetings = meetings.search([*CANCELLED, ("opportunity_id", "in", self.ids)])
        now = fields.Datetime.now()
        past = meetings.filtered(lambda meeting: meeting.start <= now)
        activities = self.env["mail.activity"].sudo()
        activities = activities.search([*CANCELLED, *self._get_activity_domain(meetings)])
        left = activities.filtered(
            lambda activity: (
                activity.calendar_event_id in past
                if activity.calendar_event_id
                else activity.user_id and not activity.user_id.active
            )
        )
        _reactivate(activities - left, meetings - past)
        left = left.filtered(lambda activity: not activity.calendar_event_id)
        if left or past:
            title = self.env._(
                "Not brought back, because its user has left or its time has passed:"
            )
            self._log_open_work(title, left, past)

    def _restore_cancelled(self, since):
        """Bring back all that a closing has cancelled or marked as done, for Undo.

        :param datetime since: when the closing was recorded; what was cancelled before that
            stays so
        """
        # sudo: whoever may undo a closing brings back what was planned, by whomever
        meetings = self.env["calendar.event"].sudo()
        recent = [("write_date", ">=", since.replace(microsecond=0))]
        leads = [("opportunity_id", "in", self.ids)]
        meetings = meetings.search([*CANCELLED, *leads, *recent])
        activities = self.env["mail.activity"].sudo()
        changed = ["|", ("cancelled_at_closing", "=", True), ("done_at_closing", "=", True)]
        activities = activities.search(
            [("active", "=", False), *changed, *recent, *self._get_activity_domain(meetings)]
        )
        _reactivate(activities, meetings)

    def _get_activity_domain(self, meetings):
        """The activities of these leads, and those of meetings about them."""
        return [
            "|",
            ("calendar_event_id", "in", meetings.ids),
            "&",
            ("res_model", "=", self._name),
            ("res_id", "in", self.ids),
        ]

    # ------------------------------------------------------------
    # Follow-up
    # ------------------------------------------------------------

    def write(self, vals):
        """Let the reminder follow its date and its salesperson on leads that stay lost."""
        lost = self.browse()
        if vals.keys() & {"user_id", "followup_date"}:
            lost = self.filtered(lambda lead: lead.won_status == "lost")
        owners = {lead.id: lead.user_id for lead in lost if vals.get("user_id")}
        dates = {lead.id: lead.followup_date for lead in lost}
        result = super().write(vals)
        lost = lost.filtered(lambda lead: lead.won_status == "lost")
        lost.filtered(lambda lead: lead.followup_date != dates[lead.id])._schedule_followups()
        lost.filtered(lambda lead: lead.id in owners)._transfer_reminders(owners)
        return result

    def _post_close(self, closings):
        result = super()._post_close(closings)
        self.filtered("followup_date")._schedule_followups()
        return result

    def _transfer_reminders(self, owners):
        """Give the reminders that the former salespeople still have to the present ones.

        :param dict owners: id of the lead → its former salesperson
        """
        moved = self.filtered(lambda lead: lead.followup_date and lead.user_id != owners[lead.id])
        activity_type = moved and self.env.ref(WIN_BACK, raise_if_not_found=False)
        if not activity_type:
            return
        # sudo: whoever may change a lead may change what is planned for it
        reminders = self.env["mail.activity"].sudo()
        reminders = reminders.search(
            [
                ("activity_type_id", "=", activity_type.id),
                ("res_model", "=", self._name),
                ("res_id", "in", moved.ids),
            ]
        ).filtered(lambda each: not each.user_id or each.user_id == owners[each.res_id])
        leads = moved.grouped("id")
        for user, group in reminders.grouped(lambda each: leads[each.res_id].user_id).items():
            # No mail for each of them, as core does where many activities change hands.
            group.with_context(mail_activity_quick_update=True).write({"user_id": user.id})

    def _schedule_followups(self):
        """Let each lost lead have the one reminder its follow-up date asks for."""
        if not self:
            return
        self._unlink_reminders()
        activity_type = self.env.ref(WIN_BACK, raise_if_not_found=False)
        if not activity_type:
            return
        # They are due later: nobody needs a mail now for each of them.
        activities = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        activities.create(
            [
                {
                    "activity_type_id": activity_type.id,
                    "automated": True,
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": lead.id,
                    "date_deadline": lead.followup_date,
                    "user_id": (user := lead._get_user_to_remind()).id,
                    "summary": lead._get_followup_summary(user),
                }
                for lead in self
                if lead.followup_date and lead.won_status == "lost"
            ]
        )

    def _unlink_reminders(self):
        """Remind nobody of these leads any more, also where code leaves other activities."""
        if self:
            self.with_context(mail_activity_automation_skip=False).activity_unlink([WIN_BACK])

    def _get_user_to_remind(self):
        """The salesperson, or whoever is at work where that one has left.

        :return: one user, or none: the system itself is nobody to remind
        :rtype: res.users
        """
        return (self.user_id + self.env.user).filtered("active")[:1]

    def _get_followup_summary(self, user):
        """What the reminder says.

        :param res.users user: who reads it, in whose language it is
        :rtype: str
        """
        # sudo: the user may change the lead, not always see the company its reason is for
        lead = self.sudo().with_context(lang=user.lang or self.env.lang)
        values = {
            "date": format_date(lead.env, lead.date_closed),
            "reason": lead.lost_reason_id.name,
            "competitor": lead.competitor_id.name,
        }
        if lead.lost_reason_id and lead.competitor_id:
            return lead.env._(
                "Lost on %(date)s: %(reason)s, to %(competitor)s. Try again?", **values
            )
        if lead.lost_reason_id:
            return lead.env._("Lost on %(date)s: %(reason)s. Try again?", **values)
        return lead.env._("Lost on %(date)s. Try again?", **values)


def _reactivate(activities, meetings):
    """Bring back activities and meetings that a closing had archived."""
    restored = {"active": True, "cancelled_at_closing": False}
    if meetings:
        # Calendars that are synchronised add values of their own to what they are given.
        meetings.write(dict(restored))
    if activities:
        activities.write({**restored, "done_at_closing": False})
