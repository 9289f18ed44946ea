from odoo import fields, models


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    def _transfer_from(self, former, user):
        """Replace a salesperson by a successor in these meetings, without any mail.

        :param res.users former: organizer or attendee of these meetings
        :param res.users user: the successor
        :return: what :meth:`_restore_to` needs: the meetings ``organized`` by the former one,
            those they ``attended``, and those the successor ``joined``
        :rtype: dict[str, calendar.event]
        """
        organized = self.filtered(lambda event: event.user_id == former)
        attended = self.filtered(lambda event: former.partner_id in event.partner_ids)
        joined = attended.filtered(lambda event: user.partner_id not in event.partner_ids)
        organized._without_notifications().write({"user_id": user.id})
        joined._replace_attendee(former.partner_id, user.partner_id)
        (attended - joined)._replace_attendee(former.partner_id, self.env["res.partner"])
        return {"organized": organized, "attended": attended, "joined": joined}

    def _restore_to(self, user, former, organized, attended, joined):
        """Undo :meth:`_transfer_from`, with what it returned."""
        organized = organized.filtered(lambda event: event.user_id == user)
        organized._without_notifications().write({"user_id": former.id})
        joined._replace_attendee(user.partner_id, former.partner_id)
        (attended - joined)._replace_attendee(self.env["res.partner"], former.partner_id)

    def _without_notifications(self):
        return self.with_context(
            dont_notify=True,
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
        self._without_notifications().write({"partner_ids": commands})
