from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _transfer_to(self, user):
        """Give these quotations to somebody else, with one note each and without mails."""
        if not self:
            return
        silent = self.with_context(mail_auto_subscribe_no_notify=True, mail_notrack=True)
        bodies = {
            order.id: self.env._(
                "Handed over from %(giver)s to %(receiver)s, with the opportunity",
                giver=order.user_id.name or "–",
                receiver=user.name or "–",
            )
            for order in self
        }
        silent.write({"user_id": user.id})
        self._message_log_batch(bodies=bodies)
