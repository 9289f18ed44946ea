from odoo import fields, models


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    cancelled_at_closing = fields.Boolean(
        readonly=True,
        copy=False,
        help="Taken off the calendar when its opportunity was closed. It comes back when the "
        "opportunity is reopened before it would begin.",
    )
