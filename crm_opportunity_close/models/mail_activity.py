from odoo import api, fields, models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    cancelled_at_closing = fields.Boolean(
        readonly=True,
        help="Cancelled when its opportunity was closed. It comes back when the opportunity is "
        "reopened.",
    )
    done_at_closing = fields.Boolean(
        readonly=True,
        help="Marked as done when its opportunity was closed. It comes back when that is undone.",
    )

    @api.depends("cancelled_at_closing")
    def _compute_date_done(self):
        """What was cancelled has not been done."""
        cancelled = self.filtered("cancelled_at_closing")
        cancelled.date_done = False
        return super(MailActivity, self - cancelled)._compute_date_done()
