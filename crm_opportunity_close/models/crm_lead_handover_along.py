from collections import defaultdict

from odoo import fields, models
from odoo.fields import Domain

# Not what is done, but what was cancelled with the closing of its deal.
_STILL_MATTERS = Domain("active", "=", True) | Domain("cancelled_at_closing", "=", True)


class CrmLead(models.Model):
    """What goes with a deal that is handed over, and comes back with it."""

    _inherit = "crm.lead"

    def _get_handover_kinds(self):
        """What may go with a deal. An add-on may add kinds of its own.

        :return: ``activities`` (planned ones), ``meetings`` (of the future)
        :rtype: list[str]
        """
        return ["activities", "meetings"]

    def _get_activities_to_pass(self):
        """The activities of these deals that their own salespeople have.

        :return: planned ones, and archived ones that come back when the deal is reopened
            (as superuser)
        :rtype: mail.activity
        """
        # sudo: whoever may change a deal may change what is planned for it
        activities = self.env["mail.activity"].sudo().with_context(active_test=False)
        owners = {lead.id: lead.user_id for lead in self}
        domain = Domain("res_model", "=", self._name) & Domain("res_id", "in", self.ids)
        return activities.search(
            domain & Domain("user_id", "in", self.user_id.ids) & _STILL_MATTERS
        ).filtered(lambda activity: activity.user_id == owners[activity.res_id])

    def _get_meetings_to_pass(self):
        """The meetings about these deals, not over yet, that their own salespeople attend.

        :return: as superuser: private ones, too; archived ones that come back when the deal
            is reopened
        :rtype: calendar.event
        """
        # sudo: a private meeting about the deal goes with it like any other
        meetings = self.env["calendar.event"].sudo().with_context(active_test=False)
        owners = {lead.id: lead.user_id for lead in self}
        domain = Domain("opportunity_id", "in", self.ids)
        return meetings.search(
            domain & Domain("stop", ">=", fields.Datetime.now()) & _STILL_MATTERS
        ).filtered(
            lambda meeting: (
                (owner := owners[meeting.opportunity_id.id])
                and (meeting.user_id == owner or owner.partner_id in meeting.partner_ids)
            )
        )

    def _take_along(self, user, take):
        """Move what goes with these deals to their successor.

        Called once for a set, as superuser and before the deals themselves change hands. An
        extension calls ``super()``, moves its own kinds and adds them to the answer; it
        moves them back in :meth:`_take_back_along`.

        :param res.users user: the successor
        :param list[str] take: what to move, of :meth:`_get_handover_kinds`
        :return: what it takes to move it back: id of the deal → kind → ids
        :rtype: dict[int, dict[str, list[int]]]
        """
        moved = defaultdict(lambda: defaultdict(list))
        for follower in self._get_owner_followers(user):
            moved[follower.res_id]["followers"].append(follower.partner_id.id)
        activities = self._get_activities_to_pass()
        meetings = self.env["calendar.event"]
        if "meetings" in take:
            meetings = self._get_meetings_to_pass()
        if "activities" not in take:
            # What reminds of a meeting goes with the meeting.
            activities = activities.filtered(lambda each: each.calendar_event_id in meetings)
        for activity in activities:
            moved[activity.res_id]["activities"].append(activity.id)
        activities._pass_to(user)
        for former, events in meetings.grouped(lambda each: each.opportunity_id.user_id).items():
            for kind, part in events._pass_from(former, user).items():
                for event in part:
                    moved[event.opportunity_id.id][kind].append(event.id)
        return moved

    def _take_back_along(self, lines):
        """Move back what went with these deals, as far as the successor still has it.

        Called once for a set, as superuser and before the deals themselves go back. An
        extension calls ``super()`` and moves back the kinds it moved.

        :param crm.handover.line lines: the lines that are taken back; ``moved`` says what
            :meth:`_take_along` answered
        """
        for (handover, former), group in lines.grouped(
            lambda line: (line.handover_id, line.former_user_id)
        ).items():
            activities = group._get_moved("activities", "mail.activity")
            activities.filtered(lambda each, user=handover.user_id: each.user_id == user)._pass_to(
                former
            )
            kinds = {
                kind: group._get_moved(kind, "calendar.event").filtered(
                    lambda event: event.stop >= fields.Datetime.now()
                )
                for kind in ("organized", "attended", "joined")
            }
            self.env["calendar.event"].sudo()._pass_back(handover.user_id, former, **kinds)
