from odoo import api, fields, models


class CrmMergeMixin(models.AbstractModel):
    """The window that merges records of one kind: which ones, and which survives."""

    _name = "crm.close.merge.mixin"
    _description = "Merge"

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        chosen = self.env.context.get("active_ids", [])
        values.setdefault("record_ids", [fields.Command.set(chosen)])
        return values

    def action_merge(self):
        """Merge the chosen records into the survivor.

        :return: True
        :raise UserError: there is nothing to merge, or it does not belong together
        """
        self.ensure_one()
        self.record_ids._merge_into(self.target_id)
        return True


class CrmLostReasonMerge(models.TransientModel):
    _name = "crm.lost.reason.merge"
    _inherit = "crm.close.merge.mixin"
    _description = "Merge reasons"

    record_ids = fields.Many2many(
        "crm.lost.reason", string="Reasons", context={"active_test": False}
    )
    target_id = fields.Many2one(
        "crm.lost.reason",
        "Keep",
        required=True,
        domain="[('id', 'in', record_ids)]",
        help="Opportunities and closings of the other reasons move here; the others are archived.",
    )


class CrmCompetitorMerge(models.TransientModel):
    _name = "crm.competitor.merge"
    _inherit = "crm.close.merge.mixin"
    _description = "Merge competitors"

    record_ids = fields.Many2many(
        "crm.competitor", string="Competitors", context={"active_test": False}
    )
    target_id = fields.Many2one(
        "crm.competitor",
        "Keep",
        required=True,
        domain="[('id', 'in', record_ids)]",
        help="Opportunities and closings of the other competitors move here; the others are "
        "archived.",
    )
