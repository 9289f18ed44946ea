from odoo import api, fields, models
from odoo.tools import hmac

MINUTES = 60
# Answers, and links that lead nowhere, from one address in so many minutes.
MAX_ATTEMPTS = 60


class CrmFeedbackAttempt(models.Model):
    """Requests to the public pages that one address made lately, to stop the hundredth.

    Addresses are kept as a hash, for a day. Only what could be misused is counted: posts,
    and links that lead nowhere. Nobody has rights on this.
    """

    _name = "crm.feedback.attempt"
    _description = "Attempt on a feedback page"
    _log_access = False

    address_hash = fields.Char(required=True, index=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now, index=True)

    @api.model
    def _is_allowed(self, address):
        """Note an attempt, unless there were too many.

        :param str address: the IP address the request came from
        :rtype: bool
        """
        attempts = self.sudo()  # sudo: visitors have no rights on this
        known = hmac(attempts.env, "crm_opportunity_close_feedback", address or "")
        since = fields.Datetime.subtract(fields.Datetime.now(), minutes=MINUTES)
        domain = [("address_hash", "=", known), ("date", ">", since)]
        if attempts.search_count(domain, limit=MAX_ATTEMPTS) >= MAX_ATTEMPTS:
            return False
        attempts.create({"address_hash": known})
        return True

    @api.autovacuum
    def _gc_attempts(self):
        yesterday = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        self.search([("date", "<", yesterday)], limit=100000).unlink()
