from collections import defaultdict

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
    closing_count = fields.Integer("Closings", compute="_compute_figures")
    lost_count = fields.Integer(
        "Lost to", compute="_compute_figures", help="Deals lost to this competitor."
    )
    won_count = fields.Integer(
        "Won against", compute="_compute_figures", help="Deals won against this competitor."
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_figures")
    lost_revenue = fields.Monetary(
        "Revenue lost",
        compute="_compute_figures",
        help="The expected revenue of the deals lost to this competitor, "
        "in the currency of your company.",
    )
    won_revenue = fields.Monetary(
        "Revenue won",
        compute="_compute_figures",
        help="The closed revenue of the deals won against this competitor, "
        "in the currency of your company.",
    )

    @api.depends("closing_ids")
    @api.depends_context("company", "uid", "allowed_company_ids")
    def _compute_figures(self):
        """Count the closings the user may see, without mistakes."""
        groups = self.env["crm.lead.closing"]._read_group(
            [("competitor_id", "in", self.ids), ("is_mistake", "=", False)],
            ["competitor_id", "outcome", "company_currency"],
            ["__count", "expected_revenue:sum", "closed_revenue:sum"],
        )
        company = self.env.company
        figures = defaultdict(lambda: {"lost": [0, 0.0], "won": [0, 0.0]})
        for competitor, outcome, currency, count, expected, closed in groups:
            amount = expected if outcome == "lost" else closed
            if currency:
                amount = currency._convert(
                    amount, company.currency_id, company, fields.Date.today()
                )
            figures[competitor.id][outcome][0] += count
            figures[competitor.id][outcome][1] += amount
        for competitor in self:
            lost, won = figures[competitor._origin.id].values()
            competitor.lost_count, competitor.lost_revenue = lost
            competitor.won_count, competitor.won_revenue = won
            competitor.closing_count = lost[0] + won[0]
            competitor.currency_id = company.currency_id

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
