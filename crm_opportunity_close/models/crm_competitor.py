from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class CrmCompetitor(models.Model):
    """A company that sells to the same customers.

    A competitor is shared by all companies of the database, so that a loss to it means
    the same everywhere. Deleting one that closings name is refused: archive it instead.
    Salespeople may create one, and change what they created while nobody else used it.
    """

    _name = "crm.competitor"
    _inherit = ["crm.close.mergeable"]
    _description = "Competitor"
    _order = "name, id"

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Contact",
        index="btree_not_null",
        tracking=True,
        help="The contact card of this competitor, where you keep one.",
    )
    merged_into_id = fields.Many2one(
        "crm.competitor", "Merged into", readonly=True, copy=False, index="btree_not_null"
    )
    closing_ids = fields.One2many(
        "crm.lead.closing", "competitor_id", "Closings with it", domain=[("is_mistake", "=", False)]
    )

    @api.constrains("name", "active")
    def _check_unique_name(self):
        self._check_names_used_once()

    def write(self, vals):
        self._check_not_used_by_others()
        return super().write(vals)

    def _check_not_used_by_others(self):
        """Refuse a salesperson's change of what others have used; rules check who made it.

        :raise AccessError: naming what others have used
        """
        user = self.env.user
        if self.env.su or user.has_group("sales_team.group_sale_manager"):
            return
        theirs = Domain("user_id", "not in", [False, user.id])
        used = self.browse()
        for model, domain in (
            ("crm.lead", theirs),
            ("crm.lead.closing", theirs | Domain("closed_by_id", "!=", user.id)),
        ):
            # sudo: uses by others count, whether or not the user may see them
            users = self.env[model].sudo().with_context(active_test=False)
            domain &= Domain("competitor_id", "in", self.ids)
            for (competitor,) in users._read_group(domain, ["competitor_id"]):
                used |= competitor.with_env(self.env)
        if used:
            raise AccessError(
                self.env._(
                    "Others have used these as well. Ask a sales manager to change them:\n"
                    "%(names)s",
                    names="\n".join(f"– {competitor.name}" for competitor in used),
                )
            )

    def _get_merge_fields(self):
        return [("crm.lead", "competitor_id"), ("crm.lead.closing", "competitor_id")]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        usage = self._describe_usage()
        if usage:
            raise UserError(
                self.env._(
                    "These competitors are in use and cannot be deleted:\n%(lines)s\n\n"
                    "Archive them, or merge them into another competitor.",
                    lines=usage,
                )
            )

    @api.model
    def get_import_templates(self):
        label = self.env._("Import Template for Competitors")
        template = "/crm_opportunity_close/static/xls/crm_competitor.xlsx"
        return [{"label": label, "template": template}]
