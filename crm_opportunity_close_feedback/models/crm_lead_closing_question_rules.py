from collections import Counter

from odoo import api, fields, models
from odoo.fields import Domain

# How many days a closing may be overdue and still be asked about: the job was off, or asking
# has just been switched on.
DAYS_LATE = 14
# States in which the contact was asked, or is going to be.
COUNTS_AS_ASKED = ("planned", "sending", "check", "sent", "answered", "expired")


class CrmLeadClosingQuestion(models.Model):
    """Who is asked, and who never is: one predicate, for the plan and once more at sending."""

    _inherit = "crm.lead.closing.question"

    @api.model
    def _plan(self):
        """Put on the list whoever is to be asked tomorrow.

        :return: the new questions
        :rtype: crm.lead.closing.question
        """
        companies = self.env["res.company"].search([("feedback_active", "=", True)])
        return self.concat(*(self._plan_company(company) for company in companies))

    @api.model
    def _plan_company(self, company):
        closings = self._find_candidates(company)
        objections = self._get_objections(closings, company)
        free = closings.filtered(lambda closing: not objections[closing])
        # The one that was worth most, where a contact had several.
        free = free.sorted(lambda closing: -closing._get_feedback_amount(company))
        seen, vals_list = set(), []
        for closing in free:
            email = closing.partner_id.email_normalized
            if {closing.partner_id, email} & seen:
                continue
            seen |= {closing.partner_id, email}
            vals_list.append(self._prepare_question_vals(closing, company))
        return self.create(vals_list)

    @api.model
    def _prepare_question_vals(self, closing, company):
        today = fields.Date.context_today(self)
        due = fields.Date.add(closing.date.date(), days=company.feedback_delay_days)
        return {
            "closing_id": closing.id,
            "company_id": company.id,
            "partner_id": closing.partner_id.id,
            "email": closing.partner_id.email_normalized,
            "date_planned": max(due, fields.Date.add(today, days=1)),
        }

    @api.model
    def _find_candidates(self, company):
        """The closings a company's rules choose, whoever their contact is.

        Closings without a company are those of the company the job runs for.

        :rtype: crm.lead.closing
        """
        tomorrow = fields.Date.add(fields.Date.context_today(self), days=1)
        latest = fields.Date.subtract(tomorrow, days=company.feedback_delay_days)
        domain = (
            Domain("company_id", "in", [company.id, *[False] * (company == self.env.company)])
            & Domain("outcome", "in", company._get_feedback_outcomes())
            & Domain("date", "<", fields.Date.add(latest, days=1))
            & Domain("date", ">=", fields.Date.subtract(latest, days=DAYS_LATE))
            & Domain("is_current", "=", True)
            & Domain("is_counted", "=", True)
            & Domain("partner_id", "!=", False)
            & Domain("question_ids", "=", False)
        )
        if company.feedback_opportunities_only:
            domain &= Domain("lead_type", "=", "opportunity")
        closings = self.env["crm.lead.closing"].search(domain)
        return closings.filtered(
            lambda closing: closing._get_feedback_amount(company) >= company.feedback_min_amount
        )

    @api.model
    def _get_objections(self, closings, company, asked=None):
        """Why contacts are not to be asked about closings.

        :param crm.lead.closing closings: as superuser
        :param res.company company: whose rules hold
        :param crm.lead.closing.question asked: the questions about these closings, which do
            not count as asked before
        :return: closing → code of an objection, or None
        :rtype: dict[crm.lead.closing, str | None]
        """
        contacts = closings.partner_id
        emails = set(filter(None, contacts.mapped("email_normalized")))
        refused = self._find_opted_out(emails)
        blacklisted = self.env["mail.blacklist"].search([("email", "in", list(emails))])
        blacklisted = set(blacklisted.mapped("email"))
        domains = company._get_internal_mail_domains()
        lately = self._find_asked_lately(contacts, emails, company, asked or self)

        def get_objection(closing):
            contact, email = closing.partner_id, closing.partner_id.email_normalized
            checks = {
                "off": not company.feedback_active,
                "reopened": not closing.is_current,
                "mistake": closing.is_mistake,
                "disqualified": closing.loss_type == "disqualified",
                "no_mail": not email,
                "opt_out": contact.feedback_opt_out or email in refused,
                "blacklisted": email in blacklisted,
                "internal": (email or "").rpartition("@")[2] in domains
                or any(not user.share for user in contact.user_ids),
                "asked_lately": contact in lately or email in lately,
            }
            return next((code for code, is_so in checks.items() if is_so), None)

        return {closing: get_objection(closing) for closing in closings}

    @api.model
    def _find_opted_out(self, emails):
        """Those of these addresses whose contact, any of them, does not want to be asked."""
        partners = self.env["res.partner"].with_context(active_test=False)
        domain = [("feedback_opt_out", "=", True), ("email_normalized", "in", list(emails))]
        return set(partners.search(domain).mapped("email_normalized"))

    @api.model
    def _find_asked_lately(self, contacts, emails, company, asked):
        """Those of these contacts and addresses that were asked, or are going to be.

        :return: contacts and addresses
        :rtype: set
        """
        today = fields.Date.context_today(self)
        since = fields.Date.subtract(today, months=company.feedback_contact_months)
        same = Domain("partner_id", "in", contacts.ids) | Domain("email", "in", list(emails))
        questions = self.search(
            same
            & Domain("state", "in", COUNTS_AS_ASKED)
            & Domain("date_planned", ">", since)
            & Domain("id", "not in", asked.ids)
        )
        return {*questions.partner_id, *filter(None, questions.mapped("email"))}

    def _drop_objected(self):
        """Drop those of these planned questions that are not to be asked any more.

        The addresses are those of today: a contact may have changed, or been merged.

        :return: the others
        :rtype: crm.lead.closing.question
        """
        for question in self:
            question.partner_id = question.closing_id.partner_id
            question.email = question.partner_id.email_normalized
        codes = {}
        for company, questions in self.grouped("company_id").items():
            codes |= self._get_objections(questions.closing_id, company, asked=questions)
        for code, questions in self.grouped(lambda each: codes[each.closing_id]).items():
            if code:
                questions.write({"state": "dropped", "objection": code})
        free = self.filtered(lambda each: each.state == "planned")
        return free - free._drop_twins()

    def _drop_twins(self):
        """Drop questions to a contact who is asked by another of these, say after a merge.

        :return: those that were dropped
        """
        counts, twins = Counter(), self.browse()
        for question in self.sorted(lambda q: (q.date_planned, q.id)):
            counts[question.email] += 1
            if counts[question.email] > 1:
                twins |= question
        twins.write({"state": "dropped", "objection": "asked_lately"})
        return twins
