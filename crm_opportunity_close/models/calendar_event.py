from odoo import fields, models


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    cancelled_at_closing = fields.Boolean(
        readonly=True,
        copy=False,
        help="Taken off the calendar when its deal was closed. It comes back when the deal "
        "is reopened before it would begin.",
    )

    def _pass_from(self, former, user):
        """Put a successor in the place of a salesperson, without a mail to anybody.

        :param res.users former: organizer or attendee of these meetings
        :param res.users user: the successor
        :return: what it takes to pass them back: the meetings ``organized`` by the former
            one, those they ``attended``, and those the successor ``joined``
        :rtype: dict[str, calendar.event]
        """
        organized = self.filtered(lambda event: event.user_id == former)
        attended = self.filtered(lambda event: former.partner_id in event.partner_ids)
        joined = attended.filtered(lambda event: user.partner_id not in event.partner_ids)
        organized._quietly().write({"user_id": user.id})
        joined._change_attendee(former.partner_id, user.partner_id)
        (attended - joined)._change_attendee(former.partner_id, self.env["res.partner"])
        return {"organized": organized, "attended": attended, "joined": joined}

    def _pass_back(self, user, former, organized, attended, joined):
        """Undo :meth:`_pass_from`, with what it answered."""
        organized = organized.filtered(lambda event: event.user_id == user)
        organized._quietly().write({"user_id": former.id})
        joined._change_attendee(user.partner_id, former.partner_id)
        (attended - joined)._change_attendee(self.env["res.partner"], former.partner_id)

    def _quietly(self):
        return self.with_context(
            dont_notify=True,
            mail_activity_quick_update=True,
            no_mail_to_attendees=True,
            skip_attendee_notification=True,
        )

    def _change_attendee(self, leaving, coming):
        """Let one partner attend these meetings in place of another; either may be empty."""
        if not self:
            return
        # In one go, for what core would read and do meeting by meeting for who leaves.
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
        self._quietly().write({"partner_ids": commands})
