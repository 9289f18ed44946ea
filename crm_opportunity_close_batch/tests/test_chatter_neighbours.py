import logging
from unittest.mock import patch

from odoo.orm import fields_textual
from odoo.tests import tagged, users

from odoo.addons.mail.models.mail_thread import MailThread

from ..models.message_batch import GATHERED, POSTING
from .common import LOGGER, TestBatchCommon


@tagged("post_install", "-at_install")
class TestChatterNeighbours(TestBatchCommon):
    """Other add-ons see what they see of messages that core posts one by one."""

    def _lose_in_batch(self, **answers):
        """Lose both leads, and check that their messages are created together.

        :return: the messages
        """
        with self.assertNoLogs(LOGGER, logging.INFO):
            counts, messages = self._lose(**answers)
        self.assertEqual(counts, [2])
        self.assertEqual(messages.mapped("res_id"), self.deals.ids)
        return messages

    def _lose_one_by_one(self):
        """Lose both leads, and check that core posts each message, which the log says once.

        :return: the messages
        """
        with self.assertLogs(LOGGER, logging.INFO) as log:
            counts, messages = self._lose()
        self.assertEqual(len(log.output), 1)
        self.assertEqual(counts, [1, 1])
        return messages

    # ------------------------------------------------------------
    # The batch stays
    # ------------------------------------------------------------

    @users("user_sales_leads")
    def test_nobody_watches(self):
        messages = self._lose_in_batch()
        self.assertEqual(messages.subtype_id, self.env.ref("crm.mt_lead_lost"))

    @users("user_sales_leads")
    def test_threads_are_extended(self):
        """Whoever extends what comes with a message gets the one that was created."""
        for name in ("_message_post_after_hook", "_notify_thread", "_notify_get_recipients"):
            with (
                self.subTest(name),
                self.env.cr.savepoint() as savepoint,
                self._watch("mail.thread", name) as calls,
            ):
                messages = self._lose_in_batch()
                self.assertEqual([leads.ids for leads, *_ in calls], [[i] for i in self.deals.ids])
                self.assertEqual([args[0] for _leads, args, _ in calls], list(messages))
                savepoint.rollback()

    @users("user_sales_leads")
    def test_creating_messages_of_threads_is_extended(self):
        with self._watch("mail.thread", "_message_create") as calls:
            messages = self._lose_in_batch()
        self.assertEqual(calls[-1][2], messages)

    @users("user_sales_leads")
    def test_what_is_asked_of_each_lead_is_extended(self):
        names = ("_track_subtype", "_notify_get_recipients", "_message_compute_parent_id")
        for model, name in [("crm.lead", name) for name in names] + [("mail.thread", names[-1])]:
            with (
                self.subTest(name, model=model),
                self.env.cr.savepoint() as savepoint,
                self._watch(model, name) as calls,
            ):
                self._lose_in_batch()
                self.assertEqual([leads.ids for leads, *_ in calls], [[i] for i in self.deals.ids])
                savepoint.rollback()

    @users("user_sales_leads")
    def test_posting_is_extended_by_one_who_only_passes_on(self):
        def message_post(lead, **kwargs):
            return MailThread.message_post(lead, **kwargs, subject=f"About {lead.name}")

        with patch.object(self.registry["mail.thread"], "message_post", message_post):
            messages = self._lose_in_batch()
        self.assertEqual(messages.mapped("subject"), ["About Own deal", "About Other deal"])

    @users("user_sales_leads")
    def test_tracking_values_are_extended(self):
        with self._watch("mail.tracking.value", "create") as calls:
            messages = self._lose_in_batch()
        self.assertEqual(len(calls), 1)
        self.assertEqual(calls[0][2].mail_message_id, messages)

    @users("user_sales_leads")
    def test_messages_are_extended(self):
        """A new message has its tracking values, as it has in core."""
        model = self.registry["mail.message"]
        create, seen = model.create, []

        def extended(messages, vals_list):
            names = [name for vals in vals_list for name in vals]
            created = create(messages, vals_list)
            tracked = created.sudo().tracking_value_ids.field_id.mapped("name")
            seen.append((names.count("tracking_value_ids"), sorted(tracked)))
            return created

        with patch.object(model, "create", extended):
            self.deals.with_env(self.env).action_set_lost(lost_reason_id=self.reason_price.id)
            self.flush_tracking()
        self.assertEqual(seen, [(2, ["active", "lost_reason_id", "won_status"])])

    @users("user_sales_leads")
    def test_a_hook_subscribes_somebody(self):
        """Who follows from the first message on is notified of those that come after it."""
        partner = self.env["res.partner"].sudo().create({"name": "New", "email": "new@example.com"})
        subtype = self.env.ref("crm.mt_lead_lost")
        hook = MailThread._message_post_after_hook

        def subscribe(lead, message, msg_values):
            if lead == self.deal_own:
                self.deals.message_subscribe(partner.ids, subtype.ids)
            return hook(lead, message, msg_values)

        with patch.object(self.registry["mail.thread"], "_message_post_after_hook", subscribe):
            messages = self._lose_in_batch()
        self.assertEqual([m.notified_partner_ids for m in messages], [partner, partner])

    @users("user_sales_leads")
    def test_a_hook_posts_a_message(self):
        hook = MailThread._message_post_after_hook

        def answer(lead, message, msg_values):
            if message.subtype_id == self.env.ref("crm.mt_lead_lost"):
                self.assertTrue(lead.message_post(body="Seen").exists())
            return hook(lead, message, msg_values)

        with patch.object(self.registry["mail.thread"], "_message_post_after_hook", answer):
            counts, messages = self._lose()
        self.assertEqual(counts, [2, 1, 1])
        self.assertEqual(messages.mapped("res_id"), self.deals.ids * 2)

    # ------------------------------------------------------------
    # Core posts
    # ------------------------------------------------------------

    @users("user_sales_leads")
    def test_what_is_gathered_is_extended_on_leads(self):
        for name in GATHERED:
            with (
                self.subTest(name),
                self.env.cr.savepoint() as savepoint,
                self._watch("crm.lead", name) as calls,
            ):
                messages = self._lose_one_by_one()
                seen = {leads.id: args[0] for leads, args, _result in calls}
                if name == "_message_create":
                    seen = {leads.id: result for leads, _args, result in calls}
                self.assertEqual(list(seen.values()), list(messages))
                savepoint.rollback()

    @users("user_sales_leads")
    def test_posting_is_extended_by_one_who_looks_at_the_message(self):
        for model in ("crm.lead", "mail.thread"):
            for name in POSTING:
                with (
                    self.subTest(name, model=model),
                    self.env.cr.savepoint() as savepoint,
                    self._watch(model, name) as calls,
                ):
                    messages = self._lose_one_by_one()
                    if name == "message_post":
                        self.assertEqual([result for *_, result in calls], list(messages))
                    savepoint.rollback()

    # ------------------------------------------------------------
    # The batch itself
    # ------------------------------------------------------------

    @users("user_sales_leads")
    def test_one_note_for_many_is_sanitized_once(self):
        sanitize, bodies = fields_textual.html_sanitize, []

        def sanitize_and_count(body, **options):
            bodies.append(body)
            return sanitize(body, **options)

        with patch.object(fields_textual, "html_sanitize", sanitize_and_count):
            messages = self._lose_in_batch(closing_note="<p>Too <b>dear</b><script>x</script></p>")
        self.assertEqual(len([body for body in bodies if "Closing Note" in str(body)]), 1)
        for message in messages:
            self.assertIn("Too <b>dear</b>", message.body)
            self.assertNotIn("script", message.body)

    @users("user_sales_leads")
    def test_a_lead_is_deleted_before_it_is_told(self):
        deals = self.deals.with_env(self.env)
        gone = deals[0].copy()
        before = deals.message_ids
        lost = {"active": False, "probability": 0, "lost_reason_id": self.reason_price.id}
        (gone + deals).write(lost)
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM crm_lead_closing WHERE lead_id = %s", [gone.id])
        self.env.cr.execute("DELETE FROM crm_lead WHERE id = %s", [gone.id])
        self.env.invalidate_all()
        self.flush_tracking()
        self.assertEqual((deals.message_ids - before).mapped("res_id"), deals.ids)

    @users("user_sales_leads")
    def test_a_context_that_anybody_can_send(self):
        deals = self.deals.with_env(self.env)
        for forged in ({"phase": "gather"}, "gather", True, 1):
            message = deals[0].with_context(crm_message_batch=forged).message_post(body="Hello")
            self.assertTrue(message.exists())
