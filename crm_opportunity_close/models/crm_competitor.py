from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmCompetitor(models.Model):
    """A company that sells to the same customers.

    A competitor is shared by all companies of the database, so that a loss to it means
    the same everywhere. Deleting one that closings name is refused: archive it instead.
    """

    _name = "crm.competitor"
    _inherit = ["crm.close.mergeable"]
    _description = "Competitor"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Contact",
        index="btree_not_null",
        help="The contact card of this competitor, where you keep one.",
    )
    closing_ids = fields.One2many(
        "crm.lead.closing", "competitor_id", "Deals", domain=[("is_mistake", "=", False)]
    )

    def _get_merge_fields(self):
        return [("crm.lead", "competitor_id"), ("crm.lead.closing", "competitor_id")]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        usage = self._describe_usage()
        if usage:
            raise UserError(
                self.env._(
                    "These competitors are named on deals and cannot be deleted:\n%(lines)s\n\n"
                    "Archive them, or merge them into another competitor.",
                    lines=usage,
                )
            )
