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
    closing_ids = fields.One2many("crm.lead.closing", "competitor_id", "Deals")
    closing_count = fields.Integer("Closings", compute="_compute_closing_count")

    @api.depends("closing_ids")
    def _compute_closing_count(self):
        counts = dict(
            self.env["crm.lead.closing"]._read_group(
                [("competitor_id", "in", self.ids)], ["competitor_id"], ["__count"]
            )
        )
        for competitor in self:
            competitor.closing_count = counts.get(competitor, 0)

    def _get_merge_fields(self):
        return [("crm.lead", "competitor_id"), ("crm.lead.closing", "competitor_id")]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        # sudo: deals of other salespeople and companies count; only numbers come out
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        closings = self.env["crm.lead.closing"].sudo()
        for competitor in self:
            named = [("competitor_id", "=", competitor.id)]
            deals = leads.search(named) | closings.search(named).lead_id
            if deals:
                raise UserError(
                    self.env._(
                        "“%(name)s” is named on %(count)s deals and cannot be deleted. "
                        "Archive it, or merge it into another competitor.",
                        name=competitor.name,
                        count=len(deals),
                    )
                )
