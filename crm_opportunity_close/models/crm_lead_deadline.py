from odoo import api, fields, models


class CrmLead(models.Model):
    """How often the expected closing of a lead was moved."""

    _inherit = "crm.lead"

    deadline_moved_count = fields.Integer(
        "Expected closing moved",
        compute="_compute_deadline_moved_count",
        store=True,
        copy=False,
        help="How many times the expected closing was moved to another date.",
    )
    last_deadline = fields.Date(
        "Last expected closing",
        compute="_compute_deadline_moved_count",
        store=True,
        copy=False,
        help="The expected closing that the lead has, or had last.",
    )

    @api.depends("date_deadline")
    def _compute_deadline_moved_count(self):
        """Setting the first date is no move, nor is clearing it; another date is one."""
        for lead in self:
            date, known = lead.date_deadline, lead._origin.last_deadline
            moved = bool(date and known and date != known)
            lead.deadline_moved_count = lead._origin.deadline_moved_count + moved
            lead.last_deadline = date or known
