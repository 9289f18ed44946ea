from odoo.http import request, route

from odoo.addons.crm.controllers.main import CrmController
from odoo.addons.mail.controllers.mail import MailController


class CrmCloseController(CrmController):
    """Links in mails open the window instead of closing a deal silently."""

    @route()
    def crm_lead_case_mark_lost(self, res_id, token):
        comparison, lead, redirect = MailController._check_token_and_record_or_redirect(
            "crm.lead", int(res_id), token
        )
        if not comparison or not lead or not lead.has_access("write"):
            return redirect
        return request.redirect(f"/odoo/mark-lost?active_id={lead.id}")
