from odoo.tests import tagged, users

from .common import TestHandoverCommon


@tagged("post_install", "-at_install")
class TestHandoverChatter(TestHandoverCommon):
    """A hand-over says what it changed itself; what was changed before is told as ever."""

    def _get_subtypes(self, deal, last):
        messages = self._get_new_messages(deal, last).sorted("id")
        return messages, [
            message.subtype_id.get_external_id().get(message.subtype_id.id) for message in messages
        ]

    @users("user_sales_leads")
    def test_won_before_in_the_same_transaction(self):
        deal = self.deal_own.with_env(self.env)
        follower = self.user_sales_manager.partner_id
        deal.message_subscribe(follower.ids, self.env.ref("crm.mt_lead_won").ids)
        last = self._get_last_message()
        deal.stage_id = self.stage_team1_won
        deal.action_hand_over(self.successor.id)
        messages, subtypes = self._get_subtypes(deal, last)
        self.assertEqual(subtypes, ["crm.mt_lead_won", "mail.mt_note"])
        self.assertIn(follower, messages[0].notified_partner_ids)
        self.assertEqual(messages[1].tracking_value_ids.field_id.mapped("name"), ["user_id"])
        self.assertNotIn("user_id", messages[0].tracking_value_ids.field_id.mapped("name"))

    @users("user_sales_leads")
    def test_won_afterwards_in_the_same_transaction(self):
        deal = self.deal_own.with_env(self.env)
        last = self._get_last_message()
        deal.action_hand_over(self.successor.id)
        deal.stage_id = self.stage_team1_won
        _messages, subtypes = self._get_subtypes(deal, last)
        self.assertEqual(subtypes, ["mail.mt_note", "crm.mt_lead_won"])

    @users("user_sales_leads")
    def test_taken_back_after_other_changes(self):
        handover = self.deal_own.with_env(self.env).action_hand_over(self.successor.id)
        last = self._get_last_message()
        self.deal_own.with_env(self.env).expected_revenue = 4711
        handover.action_take_back()
        messages, _subtypes = self._get_subtypes(self.deal_own, last)
        self.assertEqual(
            [message.tracking_value_ids.field_id.mapped("name") for message in messages],
            [["expected_revenue"], ["user_id"]],
        )

    @users("user_sales_leads")
    def test_created_in_the_same_transaction(self):
        deal = self.env["crm.lead"].create({"name": "New deal", "user_id": self.giver.id})
        deal.action_hand_over(self.successor.id)
        message = self._get_new_messages(deal, 0).sorted("id")[-1]
        self.assertEqual(message.tracking_value_ids.field_id.mapped("name"), ["user_id"])

    @users("user_sales_leads")
    def test_an_addon_that_posts_halfway(self):
        """A savepoint posts what is tracked so far; nothing is told twice."""
        write = type(self.deal_own).write

        def write_and_flush(leads, vals):
            result = write(leads, vals)
            leads.env.cr.flush()
            return result

        last = self._get_last_message()
        self.patch(type(self.deal_own), "write", write_and_flush)
        self.deal_own.with_env(self.env).action_hand_over(self.successor.id)
        messages, _subtypes = self._get_subtypes(self.deal_own, last)
        told = messages.tracking_value_ids.field_id.mapped("name")
        self.assertEqual(told.count("user_id"), 1)
        self.assertIn("Handed over by", messages[-1].body)
