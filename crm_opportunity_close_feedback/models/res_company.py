from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import email_normalize


class ResCompany(models.Model):
    """Whom a company asks why it won or lost, and in whose name. Off until switched on."""

    _inherit = "res.company"

    feedback_active = fields.Boolean(
        "Ask customers why",
        help="Some days after an opportunity is closed, its contact is asked why by mail.",
    )
    feedback_outcomes = fields.Selection(
        [("lost", "Lost opportunities"), ("won", "Won opportunities"), ("both", "Both")],
        "Ask about",
        default="lost",
        required=True,
    )
    feedback_delay_days = fields.Integer(
        "Days after the closing",
        default=7,
        help="How many days after the closing the contact is asked.",
    )
    feedback_reminder_days = fields.Integer(
        "Remind after (days)",
        default=7,
        help="One reminder goes out so many days after the question. 0: none.",
    )
    feedback_min_amount = fields.Monetary(
        "From this amount on",
        currency_field="currency_id",
        help="Smaller opportunities are not asked about: the expected revenue of those lost, the "
        "closed revenue of those won.",
    )
    feedback_opportunities_only = fields.Boolean(
        "Opportunities only", default=True, help="Nobody is asked about leads."
    )
    feedback_contact_months = fields.Integer(
        "Months between two questions",
        default=12,
        help="A contact is asked at most once in so many months, whatever it is about.",
    )
    feedback_sender = fields.Selection(
        [("mailbox", "A mailbox"), ("leader", "The leader of the sales team")],
        "Asked by",
        default="mailbox",
        required=True,
        help="Never the salesperson of the opportunity: where that is the team leader, the "
        "mailbox asks.",
    )
    feedback_mailbox = fields.Char(
        "Mailbox", help="The address that asks. Empty: the address of the company."
    )
    feedback_internal_domains = fields.Char(
        "Own mail domains",
        help="Addresses of these domains are not asked, e.g. example.com, example.org. Those of "
        "Odoo's mail aliases and of your users never are.",
    )

    _feedback_numbers_possible = models.Constraint(
        "CHECK (feedback_delay_days BETWEEN 0 AND 365 AND feedback_reminder_days BETWEEN 0 AND 25"
        " AND feedback_contact_months BETWEEN 0 AND 120 AND feedback_min_amount >= 0)",
        "A customer can be asked 0 to 365 days after the closing, reminded after up to 25 days, "
        "and left alone for up to 120 months. The amount cannot be negative.",
    )

    @api.constrains("feedback_mailbox")
    def _check_feedback_mailbox(self):
        for company in self:
            if company.feedback_mailbox and not email_normalize(company.feedback_mailbox):
                raise ValidationError(
                    self.env._(
                        "“%(address)s” is not one mail address.", address=company.feedback_mailbox
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if vals.get("feedback_active"):
            self.env["crm.lost.reason"]._propose_customer_wordings()
        return result

    def _get_feedback_outcomes(self):
        """:return: the outcomes this company asks about"""
        chosen = self.feedback_outcomes
        return ["won", "lost"] if chosen == "both" else [chosen]

    def _get_internal_mail_domains(self):
        """The mail domains nobody is asked at.

        :rtype: set[str]
        """
        # sudo: only administrators read the aliases' domains
        own = self.env["mail.alias.domain"].sudo().search(Domain.TRUE).mapped("name")
        named = (self.feedback_internal_domains or "").replace(",", " ").replace(";", " ").split()
        return {name.strip().lstrip("@").casefold() for name in (*own, *named)}
