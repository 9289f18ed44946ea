from odoo import fields, models


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    def _filter_not_private(self):
        """Those of these meetings whose details the user may see; called as superuser."""
        return self.filtered(lambda event: not event._check_private_event_conditions())

    def _transfer_from(self, former, user):
        """Replace a salesperson by a successor in these meetings, without any mail.

        Calendars that are synchronised hear of it, as of every change made in Odoo. Outlook
        wants an organizer to attend already, and recreates the event for another one.

        :param res.users former: organizer or attendee of these meetings
        :param res.users user: the successor
        :return: what :meth:`_restore_to` needs: the meetings ``organized`` by the former one,
            those they ``attended``, and those the successor ``joined``
        :rtype: dict[str, calendar.event]
        """
        organized = self.filtered(lambda event: event.user_id == former)
        attended = self.filtered(lambda event: former.partner_id in event.partner_ids)
        joined = attended.filtered(lambda event: user.partner_id not in event.partner_ids)
        joined._replace_attendee(former.partner_id, user.partner_id)
        (attended - joined)._replace_attendee(former.partner_id, self.env["res.partner"])
        current = organized._change_organizer(user)
        kinds = {"organized": organized, "attended": attended, "joined": joined}
        return {
            kind: self.browse(current.get(event.id, event.id) for event in events)
            for kind, events in kinds.items()
        }

    def _restore_to(self, user, former, organized, attended, joined):
        """Undo :meth:`_transfer_from`, with what it returned."""
        joined._replace_attendee(user.partner_id, former.partner_id)
        (attended - joined)._replace_attendee(self.env["res.partner"], former.partner_id)
        organized.filtered(lambda event: event.user_id == user)._change_organizer(former)

    def _change_organizer(self, user):
        """Let somebody else organize these meetings.

        :param res.users user: the new organizer
        :return: id of the meeting → id of the one that was created in its place, where a
            synchronised calendar does so
        :rtype: dict[int, int]
        """
        if not self:
            return {}
        active = self.filtered("active")
        self._without_mails().write({"user_id": user.id})
        replaced = active.filtered(lambda event: not event.active)
        if not replaced:
            return {}
        copies = self.search(
            [
                ("id", ">", max(replaced._ids)),
                ("user_id", "=", user.id),
                ("opportunity_id", "in", replaced.opportunity_id.ids),
            ],
            order="id",
        )
        by_content = {_get_content(event): event.id for event in copies}
        return {event.id: by_content.get(_get_content(event), event.id) for event in replaced}

    def _without_mails(self):
        return self.with_context(
            mail_activity_quick_update=True,
            no_mail_to_attendees=True,
            skip_attendee_notification=True,
        )

    def _replace_attendee(self, leaving, coming):
        """Let one partner attend these meetings instead of another; either may be empty."""
        if not self:
            return
        # Read once for the set what core would otherwise read meeting by meeting.
        self.attendee_ids.fetch(["partner_id"])
        self.env["mail.followers"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("partner_id", "in", leaving.ids),
            ]
        ).unlink()
        commands = [fields.Command.unlink(partner.id) for partner in leaving]
        commands += [fields.Command.link(partner.id) for partner in coming]
        self._without_mails().write({"partner_ids": commands})


def _get_content(event):
    return event.opportunity_id, event.start, event.name
