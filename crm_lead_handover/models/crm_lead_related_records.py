from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CrmLead(models.Model):
    """The records that are transferred with a lead, and restored when it is taken back."""

    _inherit = "crm.lead"

    def _get_handover_kinds(self):
        """The kinds of records that may be transferred with a lead.

        An extension calls ``super()`` and adds kinds of its own.

        :return: ``activities`` (planned ones), ``meetings`` (not over yet)
        :rtype: list[str]
        """
        return ["activities", "meetings"]

    def _get_transferable_domain(self):
        """Which activities and meetings of a lead are transferred with it.

        An extension widens or narrows what ``super()`` returns.

        :return: on fields that ``mail.activity`` and ``calendar.event`` both have
        :rtype: Domain
        """
        return Domain("active", "=", True)

    def _get_activities_to_transfer(self):
        """The activities of these leads that are assigned to their own salespeople.

        :return: as superuser, without reminders of meetings whose details are kept from the
            user
        :rtype: mail.activity
        """
        # sudo: whoever may change a lead may change what is planned for it
        activities = self.env["mail.activity"].sudo().with_context(active_test=False)
        owners = {lead.id: lead.user_id for lead in self}
        domain = Domain("res_model", "=", self._name) & Domain("res_id", "in", self.ids)
        return activities.search(
            domain & Domain("user_id", "in", self.user_id.ids) & self._get_transferable_domain()
        ).filtered(
            lambda activity: (
                activity.user_id == owners[activity.res_id]
                and activity.calendar_event_id._filter_not_private() == activity.calendar_event_id
            )
        )

    def _get_meetings_to_transfer(self):
        """The meetings about these leads, not over yet, that their own salespeople attend.

        :return: as superuser, without those whose details are kept from the user
        :rtype: calendar.event
        """
        # sudo: whoever may change a lead may change the meetings about it, private ones aside
        meetings = self.env["calendar.event"].sudo().with_context(active_test=False)
        owners = {lead.id: lead.user_id for lead in self}
        domain = Domain("opportunity_id", "in", self.ids)
        return (
            meetings.search(
                domain
                & Domain("stop", ">=", fields.Datetime.now())
                & self._get_transferable_domain()
            )
            .filtered(
                lambda meeting: (
                    (owner := owners[meeting.opportunity_id.id])
                    and (meeting.user_id == owner or owner.partner_id in meeting.partner_ids)
                )
            )
            ._filter_not_private()
        )

    def _transfer_related_records(self, user, kinds):
        """Transfer what belongs to these leads to their successor.

        Called once for a set, as superuser and before the salesperson of the leads changes.
        An extension calls ``super()``, transfers its own kinds and adds them to the result;
        it restores them in :meth:`_restore_related_records`.

        :param res.users user: the successor
        :param list[str] kinds: what to transfer, of :meth:`_get_handover_kinds`
        :return: what is needed to restore it: id of the lead → kind → ids
        :rtype: dict[int, dict[str, list[int]]]
        """
        transferred = defaultdict(lambda: defaultdict(list))
        for follower in self._get_owner_followers(user):
            transferred[follower.res_id]["followers"].append(follower.partner_id.id)
        activities = self._get_activities_to_transfer()
        meetings = self.env["calendar.event"]
        if "meetings" in kinds:
            meetings = self._get_meetings_to_transfer()
        if "activities" not in kinds:
            # The reminder of a meeting is transferred with the meeting.
            activities = activities.filtered(lambda each: each.calendar_event_id in meetings)
        for activity in activities:
            transferred[activity.res_id]["activities"].append(activity.id)
        activities._transfer_to(user)
        for former, events in meetings.grouped(lambda each: each.opportunity_id.user_id).items():
            for kind, part in self._transfer_meetings(events, former, user).items():
                for event in part:
                    transferred[event.opportunity_id.id][kind].append(event.id)
        return transferred

    @api.model
    def _transfer_meetings(self, meetings, former, user):
        """Let a successor organize and attend meetings, where calendars let them.

        :return: see :meth:`calendar.event._transfer_from`
        :raise UserError: a synchronised calendar refuses it; says what to do instead
        """
        try:
            return meetings._transfer_from(former, user)
        except UserError as error:
            raise UserError(
                self.env._(
                    "The meetings cannot be transferred to %(user)s: %(why)s\n\n"
                    "Leave the meetings out, and change them in the calendar.",
                    user=user.name,
                    why=error.args[0],
                )
            ) from error

    def _restore_related_records(self, lines):
        """Give back what was transferred with these leads, as far as the successor still has it.

        Called once for a set, as superuser and before the salesperson of the leads changes.
        An extension calls ``super()`` and restores the kinds it transferred.

        :param crm.handover.line lines: the lines that are taken back; ``transferred`` holds
            what :meth:`_transfer_related_records` returned
        """
        for (handover, former), group in lines.grouped(
            lambda line: (line.handover_id, line.former_user_id)
        ).items():
            activities = group._get_transferred("activities", "mail.activity")
            activities.filtered(
                lambda each, user=handover.user_id: each.user_id == user
            )._transfer_to(former)
            kinds = {
                kind: group._get_transferred(kind, "calendar.event")
                .filtered(lambda event: event.stop >= fields.Datetime.now())
                ._filter_not_private()
                for kind in ("organized", "attended", "joined")
            }
            self.env["calendar.event"].sudo()._restore_to(handover.user_id, former, **kinds)
