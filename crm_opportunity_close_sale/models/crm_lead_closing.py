from odoo import models


class CrmLeadClosing(models.Model):
    _inherit = "crm.lead.closing"

    def _get_sent_since(self):
        """An order that was confirmed, or a quotation that was sent, has gone out as well."""
        sent = super()._get_sent_since()
        # sudo: what matters is whether it went out, not whether the user may read it
        orders = {row: row.lead_id.sudo().order_ids for row in self}
        mailed = self._get_mailed_since("sale.order", {row: orders[row].ids for row in self})
        for row in self:
            since = row.create_date.replace(microsecond=0)
            confirmed = orders[row].filtered(
                lambda order, since=since: order.state == "sale" and order.date_order >= since
            )
            if confirmed:
                sent[row] = self.env._(
                    "%(order)s was confirmed since: it cannot be undone.", order=confirmed[0].name
                )
            elif row in mailed:
                sent.setdefault(row, self.env._("A quotation was sent since: it cannot be undone."))
        return sent
