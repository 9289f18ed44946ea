from odoo import http
from odoo.exceptions import AccessError, MissingError

from odoo.addons.sale.controllers.portal import CustomerPortal


class CancelledQuotationPortal(CustomerPortal):
    @http.route()
    def portal_quote_decline(self, order_id, access_token=None, decline_message=None, **kwargs):
        """Keep what the customer wrote on a quotation that this request declines."""
        quotation = self._find_open_quotation(order_id, access_token)
        response = super().portal_quote_decline(order_id, access_token, decline_message, **kwargs)
        if quotation and quotation.state == "cancel":
            quotation.write({"is_declined": True, "decline_message": decline_message})
        return response

    def _find_open_quotation(self, order_id, access_token):
        """The quotation of a request that may see it, unless it is cancelled already.

        :return: as superuser; None where there is none
        :rtype: sale.order | None
        """
        try:
            order = self._document_check_access("sale.order", order_id, access_token=access_token)
        except (AccessError, MissingError):
            return None
        return order if order.state != "cancel" else None
