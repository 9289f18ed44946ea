from odoo.http import request, route

from odoo.addons.crm.controllers.main import CrmController
from odoo.addons.mail.controllers.mail import MailController


class CrmCloseController(CrmController):
    """Links in mails open the window instead of closing a lead without its answers."""

    @route()
    def crm_lead_case_mark_lost(self, res_id, token):
        lead, redirect = self._get_lead_or_redirect(res_id, token)
        if not lead:
            return redirect
        return request.redirect(f"/odoo/mark-lost?active_id={lead.id}")

    @route()
    def crm_lead_case_mark_won(self, res_id, token):
        lead, _redirect = self._get_lead_or_redirect(res_id, token)
        if lead and lead.won_status != "won" and lead._get_closing_blockers("won"):
            return request.redirect(f"/odoo/mark-won?active_id={lead.id}")
        return super().crm_lead_case_mark_won(res_id, token)

    def _get_lead_or_redirect(self, res_id, token):
        """The lead of a link that the user may close, and where to go otherwise."""
        comparison, lead, redirect = MailController._check_token_and_record_or_redirect(
            "crm.lead", int(res_id), token
        )
        if not comparison or not lead or not lead.has_access("write"):
            lead = None
        return lead, redirect
