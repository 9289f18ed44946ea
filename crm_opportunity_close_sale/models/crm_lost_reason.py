from odoo import models


class CrmLostReason(models.Model):
    _inherit = "crm.lost.reason"

    def _get_merge_fields(self):
        """Cancelled quotations have a reason of the same list, which is merged with it."""
        return [*super()._get_merge_fields(), ("sale.order", "close_reason_id")]

    def _describe_count(self, count, main_count):
        # sudo: quotations of other salespeople and companies count; only that there are any
        orders = self.env["sale.order"].sudo()
        if not count and orders.search_count([("close_reason_id", "=", self.id)], limit=1):
            return self.env._("“%(name)s”: only cancelled quotations", name=self.name)
        return super()._describe_count(count, main_count)
