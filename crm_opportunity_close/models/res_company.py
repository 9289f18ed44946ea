from odoo import fields, models

from .crm_lead_activities import ACTIVITY_CHOICES


class ResCompany(models.Model):
    _inherit = "res.company"

    close_require_lost_reason = fields.Boolean(
        "Reason for lost opportunities",
        default=True,
        help="An opportunity cannot be lost without a lost reason.",
    )
    close_require_lead_reason = fields.Boolean(
        "Reason for lost leads",
        help="A lead cannot be lost without a lost reason either. "
        "Leave it off where leads come in numbers and most of them are noise.",
    )
    close_require_win_reason = fields.Boolean(
        "Reason for won opportunities",
        help="Pressing Won opens a window that asks why the opportunity was won. "
        "Leave it off to keep Won a single click.",
    )
    close_note_min_letters = fields.Integer(
        "Letters of a required note",
        default=3,
        help="Where a reason asks for a closing note, the note needs at least so many letters.",
    )
    close_slip_minutes = fields.Integer(
        "Minutes to take a closing back as a mistake",
        default=60,
        help="What is closed and reopened by the same person within so many minutes is a mistake, "
        "and left out of all figures, unless the Reopen window says otherwise. 0: never.",
    )
    close_lost_activities = fields.Selection(
        ACTIVITY_CHOICES,
        "Open activities of lost opportunities",
        default="cancel",
        required=True,
        help="What the Lost window proposes for activities and meetings still to come.",
    )
    close_won_activities = fields.Selection(
        ACTIVITY_CHOICES,
        "Open activities of won opportunities",
        default="keep",
        required=True,
        help="What the Won window proposes for activities and meetings still to come. "
        "An opportunity won with one click keeps them.",
    )
