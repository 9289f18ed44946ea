import logging

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import formataddr

_logger = logging.getLogger(__name__)

BATCH_SIZE = 100
TEMPLATES = {
    False: "crm_opportunity_close_feedback.mail_template_question",
    True: "crm_opportunity_close_feedback.mail_template_reminder",
}


class CrmLeadClosingQuestion(models.Model):
    """The mail that asks, and one that reminds; neither goes out twice.

    A question is committed as *sending* before its mail is handed to the mail server. Where
    the job dies in between, nobody knows whether the mail went out: the question waits for a
    person, and is never sent again by itself.
    """

    _inherit = "crm.lead.closing.question"

    lang = fields.Char(compute="_compute_lang", help="The language the contact is asked in.")
    email_from = fields.Char(
        "Asked by", compute="_compute_email_from", help="Never the salesperson of the opportunity."
    )

    @api.depends("partner_id")
    def _compute_lang(self):
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        for question in self:
            wanted = question.partner_id.lang
            own = question.company_id.partner_id.lang
            question.lang = next((code for code in (wanted, own) if code in installed), "en_US")

    @api.depends("company_id", "team_id", "user_id")
    def _compute_email_from(self):
        for question in self:
            company, leader = question.company_id, question.team_id.user_id
            is_free = leader and leader not in (question.user_id, question.lead_id.user_id)
            if company.feedback_sender == "leader" and is_free and leader.email_normalized:
                question.email_from = formataddr((leader.name, leader.email_normalized))
            else:
                address = company.feedback_mailbox or company.email or ""
                question.email_from = formataddr((company.name, address)) if address else False

    # ------------------------------------------------------------
    # The scheduled job
    # ------------------------------------------------------------

    @api.model
    def _cron_ask(self):
        """End what is over, put tomorrow's on the list, and send what is due, one by one."""
        crons = self.env["ir.cron"]
        self._find_interrupted()
        self._expire()
        self._plan()
        self.env["crm.lead.closing"]._ask_for_second_looks()
        due = self._find_due()
        reminded = self._find_to_remind()
        crons._commit_progress(remaining=len(due) + len(reminded))
        for question in due:
            question._send_once()
            if not crons._commit_progress(1):
                return
        for question in reminded:
            question._remind_once()
            if not crons._commit_progress(1):
                return

    @api.model
    def _find_interrupted(self):
        """What is still *sending* was interrupted: only the job sends, and it just began."""
        self.search([("state", "=", "sending")]).write(
            {
                "state": "check",
                "failure": self.env._(
                    "The job was interrupted while this mail was sent. Look into the mail server "
                    "whether it went out."
                ),
            }
        )

    @api.model
    def _find_due(self):
        """:return: the questions whose day has come, without those nobody is to be asked"""
        today = fields.Date.context_today(self)
        domain = [("state", "=", "planned"), ("date_planned", "<=", today)]
        return self.search(domain, order="date_planned, id", limit=BATCH_SIZE)._drop_objected()

    @api.model
    def _find_to_remind(self):
        """:return: the questions nobody answered in time, which have not been repeated yet"""
        found = self.browse()
        companies = self.env["res.company"].search(
            [("feedback_active", "=", True), ("feedback_reminder_days", ">", 0)]
        )
        now = fields.Datetime.now()
        for company in companies:
            before = fields.Datetime.subtract(now, days=company.feedback_reminder_days)
            domain = (
                Domain("company_id", "=", company.id)
                & Domain("state", "=", "sent")
                & Domain("date_sent", "<=", before)
                & Domain("date_end", ">", now)
                & Domain("date_reminded", "=", False)
            )
            questions = self.search(domain, limit=BATCH_SIZE)
            closings = questions.closing_id
            objections = self._get_objections(closings, company, asked=questions)
            # Whoever was asked and has another question since is reminded of neither.
            found |= questions.filtered(lambda each, known=objections: not known[each.closing_id])
        return found

    def _send_once(self):
        """Send the mail of one planned question, which others may have changed meanwhile."""
        question = self.try_lock_for_update()
        question.invalidate_recordset()
        if question.state != "planned":
            return
        question._set_sent()
        question.write({"state": "sending", "date_sent": False})
        self.env["ir.cron"]._commit_progress()
        failure = question._send_mail(is_reminder=False)
        if failure:
            question.write({"state": "check", "failure": failure})
        else:
            # The customer may have answered before this is written.
            date = {"date_sent": fields.Datetime.now()}
            question.write(date if question.state == "answered" else {"state": "sent", **date})

    def _remind_once(self):
        """Repeat one question; noted first, so that a crash never repeats it twice."""
        question = self.try_lock_for_update()
        question.invalidate_recordset()
        if question.state != "sent" or question.date_reminded:
            return
        question.date_reminded = fields.Datetime.now()
        self.env["ir.cron"]._commit_progress()
        failure = question._send_mail(is_reminder=True)
        if failure:
            _logger.info("Question %s could not be repeated: %s", question.id, failure)

    def _send_mail(self, is_reminder):
        """Send one mail now, past the queue, which would send it again after a crash.

        :return: what went wrong, or None
        :rtype: str | None
        """
        self.ensure_one()
        if not self.email_from:
            return self.env._("There is no address to ask from: give the company one.")
        template = self.env.ref(TEMPLATES[is_reminder])
        headers = {"List-Unsubscribe": f"<{self._get_url('/stop')}>"}
        # Not on the lead's chatter: it holds the link, which is the customer's alone.
        values = {"model": False, "res_id": False, "headers": repr(headers), "auto_delete": True}
        mail = self.env["mail.mail"].browse(template.send_mail(self.id, email_values=values))
        mail.send()
        if not mail.exists():
            return None
        failure = mail.failure_reason or self.env._("The mail server gave no reason.")
        mail.unlink()
        return failure
