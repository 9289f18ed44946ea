from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FeedbackCommon
from .mail_server import MailServer


class Killed(BaseException):
    """The process died."""


@tagged("post_install", "-at_install")
class TestMail(FeedbackCommon):
    """What the scheduled job sends reaches a real mail server, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = MailServer()
        cls.addClassCleanup(cls.server.stop)
        cls.env["ir.mail_server"].search([]).active = False
        cls.env["ir.mail_server"].create(
            {
                "name": "Test",
                "smtp_host": "127.0.0.1",
                "smtp_port": cls.server.port,
                "from_filter": "corp.test",
            }
        )
        cls.cron = cls.env.ref("crm_opportunity_close_feedback.ir_cron_ask")
        cls.questions.search([("state", "=", "planned")]).unlink()

    def setUp(self):
        super().setUp()
        self.server.received.clear()
        self.server.refuses = False
        self._age(self.deals, 7)
        self.question = self._plan().filtered(lambda each: each.lead_id == self.deal_own)
        self.question.date_planned = fields.Date.today()
        # Odoo sends nothing while tests run, unless it is told that none do.
        ir_mail_server = type(self.env["ir.mail_server"])
        self.startPatcher(patch.object(ir_mail_server, "_disable_send", lambda self: False))

    def _run(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.cron.with_user(self.env.ref("base.user_root")).method_direct_trigger()
        self.env.invalidate_all()
        return self.server.received

    def test_asked_once(self):
        [(recipients, message)] = self._run()
        self.assertEqual(recipients, ["ana@zimtstern.test"])
        self.assertIn("ask@corp.test", message["From"])
        self.assertEqual(message["Subject"], "May we ask why?")
        body = message.get_body(("html",)).get_content()
        self.assertIn(self.question._get_url(), body)
        self.assertIn(self.question._get_url("/stop"), message["List-Unsubscribe"])
        self.assertNotIn("<img", body)
        self.assertNotIn("Own deal", body)
        self.assertEqual(self.question.state, "sent")
        self.assertTrue(self.question.date_end > fields.Datetime.now())
        token = self.question.access_token
        self.assertFalse(self.env["mail.message"].search([("body", "like", token)]))
        self.assertEqual(len(self._run()), 1, "a second run sends nothing")

    def test_in_the_contact_s_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("crm_opportunity_close_feedback.mail_template_question")
        template.with_context(lang="fr_FR").subject = "Pourquoi ?"
        self.ana.lang = "fr_FR"
        [(_recipients, message)] = self._run()
        self.assertEqual(message["Subject"], "Pourquoi ?")

    def test_never_from_the_salesperson(self):
        self.company.feedback_sender = "leader"
        self.assertIn(self.user_sales_manager.email_normalized, self.question.email_from)
        self.sales_team_1.user_id = self.user_sales_salesman
        self.question.invalidate_recordset()
        self.assertIn("ask@corp.test", self.question.email_from)
        self.company.write({"feedback_mailbox": False, "email": "hello@corp.test"})
        self.question.invalidate_recordset()
        self.assertIn("hello@corp.test", self.question.email_from)

    def test_one_reminder(self):
        self._run()
        self.question.date_sent = fields.Datetime.subtract(fields.Datetime.now(), days=8)
        mails = self._run()
        self.assertEqual(
            [message["Subject"] for _to, message in mails][1:], ["A last question: why?"]
        )
        self.assertEqual(len(self._run()), 2)

    def test_no_reminder_after_an_answer_or_an_opt_out(self):
        self._run()
        self.question.date_sent = fields.Datetime.subtract(fields.Datetime.now(), days=8)
        self.ana.feedback_opt_out = True
        self.assertEqual(len(self._run()), 1)
        self.ana.feedback_opt_out = False
        self.question.state = "answered"
        self.assertEqual(len(self._run()), 1)

    @mute_logger("odoo.addons.base.models.ir_cron", "odoo.addons.mail.models.mail_mail")
    def test_killed_while_sending(self):
        """Nobody knows whether the mail went out: a person looks, nothing is sent again."""
        self._send_and_die()
        self.assertEqual(self.question.state, "sending", "noted before the mail is handed over")
        self.assertFalse(self._run())
        self.assertEqual(self.question.state, "check")
        self.assertIn("interrupted", self.question.failure)
        self.assertFalse(self._run())
        self.question.with_user(self.user_sales_manager).action_confirm_sent()
        self.assertEqual(self.question.state, "sent")

    def _send_and_die(self):
        """What was committed before the process dies is kept, as in a database."""
        commits = []

        def commit(cron, *args, **kwargs):
            commits.append(self.env.cr.savepoint())
            return float("inf")

        mails = type(self.env["mail.mail"])
        with (
            patch.object(type(self.cron), "_commit_progress", commit),
            patch.object(mails, "send", side_effect=Killed) as send,
        ):
            try:
                self.question._send_once()
            except Killed:
                commits[-1].close(rollback=True)
                self.env.invalidate_all(flush=False)
        self.assertEqual(send.call_count, 1)

    @mute_logger("odoo.addons.mail.models.mail_mail", "odoo.addons.base.models.ir_mail_server")
    def test_refused_by_the_mail_server(self):
        self.server.refuses = True
        self.assertFalse(self._run())
        self.assertEqual(self.question.state, "check")
        self.assertTrue(self.question.failure)
        token = self.question.access_token
        self.assertFalse(self.env["mail.message"].search([("body", "like", token)]))
        self.server.refuses = False
        self.assertFalse(self._run(), "not sent again by itself")
        self.question.with_user(self.user_sales_manager).action_plan_again()
        self.question.date_planned = fields.Date.today()
        self.assertEqual(len(self._run()), 1)

    def test_link_ends_after_thirty_days(self):
        self._run()
        self.question.date_end = fields.Datetime.subtract(fields.Datetime.now(), seconds=1)
        self._run()
        self.assertEqual(self.question.state, "expired")
        self.assertEqual(self.question.response_rate, 0)
