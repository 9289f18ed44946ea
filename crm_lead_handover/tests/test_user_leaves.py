from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged, users

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import TestHandoverCommon


@tagged("post_install", "-at_install")
class TestUserLeaves(HttpCase, TestHandoverCommon):
    """Nobody's deals are left behind unseen when their user is archived."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_sales_manager.group_ids += cls.env.ref("base.group_erp_manager")
        cls.clerk = mail_new_test_user(
            cls.env, "close_clerk", "base.group_user,base.group_erp_manager", name="Carl Clerk"
        )

    def _archive_on_screen(self, user, leavers):
        """Archive users as the form and the list of the web client do."""
        self.authenticate(user.login, user.login)
        answer = self.make_jsonrpc_request(
            "/web/dataset/call_kw/res.users/action_archive",
            {"model": "res.users", "method": "action_archive", "args": [leavers.ids], "kwargs": {}},
        )
        self.env.invalidate_all()
        return answer

    def _open_offered(self, action, user):
        window = self.env[action["res_model"]].with_user(user)
        return window.with_context(**action["context"]).create({})

    def test_hand_over_and_archive(self):
        leavers = self.giver + self.user_sales_salesman.copy(
            {"login": "no_deals", "name": "No deals"}
        )
        action = self._archive_on_screen(self.user_sales_manager, leavers)
        self.assertEqual(action["res_model"], "crm.lead.handover")
        self.assertTrue(all(leavers.mapped("active")), "not archived yet")
        window = self._open_offered(action, self.user_sales_manager)
        self.assertRecordValues(
            window,
            [
                {
                    "from_user_ids": self.giver.ids,
                    "archive_user_ids": leavers.ids,
                    "lead_count": 3,
                    "activity_count": 2,
                    "meeting_count": 1,
                    "closed_leads": "planned",
                    "keep_following": False,
                }
            ],
        )
        unassigned = self.deal_other.copy({"name": "Unassigned", "user_id": False})
        call = unassigned.activity_schedule("mail.mail_activity_data_call", user_id=self.giver.id)
        window.user_id = self.successor
        window.action_hand_over()
        self.assertFalse(any(leavers.mapped("active")))
        self.assertEqual(self.call_other.exists().user_id, self.user_sales_leads)
        self.assertEqual(call.exists().user_id, self.successor)
        self.assertEqual(self.book.user_id, self.successor)
        self.assertEqual((self.call + self.call_lost).exists().user_id, self.successor)
        self.assertEqual(self.meeting.user_id, self.successor)
        self.assertNotIn(self.giver.partner_id, self.book.message_partner_ids)

    def test_archive_only(self):
        action = self._archive_on_screen(self.user_sales_manager, self.giver)
        window = self._open_offered(action, self.user_sales_manager)
        window.action_archive_only()
        self.assertFalse(self.giver.active)
        self.assertEqual(self.book.user_id, self.giver)
        left = self.env["crm.lead"].search([("user_id.active", "=", False)])
        self.assertIn(self.deal_own, left)
        self.assertNotIn(self.deal_other, left)
        left.with_user(self.user_sales_leads).action_hand_over(self.successor.id)
        self.assertEqual(self.deal_own.user_id, self.successor)

    def test_administrator_of_users_without_sales(self):
        action = self._archive_on_screen(self.clerk, self.giver)
        window = self._open_offered(action, self.clerk)
        self.assertRecordValues(
            window, [{"lead_count": 0, "unseen_count": 2, "skipped_message": ""}]
        )
        with self.assertRaisesRegex(AccessError, r"not allowed to modify 'Lead' \(crm.lead\)"):
            self.deal_own.with_user(self.clerk).action_hand_over(self.successor.id)
        window.action_archive_only()
        self.assertFalse(self.giver.active)
        self.assertEqual(self.deal_own.user_id, self.giver)

    def test_archived_at_once(self):
        """Without open deals, and wherever nobody could answer a window."""
        nobody = self.giver.copy({"login": "no_deals", "name": "No deals"})
        self.assertFalse(self._archive_on_screen(self.clerk, nobody))
        self.assertFalse(nobody.active)
        self.giver.with_user(self.clerk).action_archive()
        self.assertFalse(self.giver.active)
        self.successor.with_user(self.clerk).active = False
        self.assertEqual(self.deal_own.user_id, self.giver)

    @users("user_sales_salesman", "user_sales_leads")
    def test_only_who_may_archive_users(self):
        window = self._open_window(
            from_user_ids=self.user_sales_leads.ids, archive_user_ids=self.user_sales_leads.ids
        )
        with self.assertRaisesRegex(AccessError, r"not allowed to modify 'User' \(res.users\)"):
            window.action_archive_only()
        self.assertTrue(self.user_sales_leads.active)

    @users("user_sales_manager")
    def test_buttons(self):
        user = self.giver.with_env(self.env)
        self.assertEqual(user.open_lead_count, 2)
        member = self.sales_team_1.crm_team_member_ids.filtered(
            lambda member: member.user_id == self.giver
        ).with_env(self.env)
        for record in (user, member):
            action = record.action_hand_over_leads()
            window = self._open_offered(action, self.env.user)
            self.assertRecordValues(
                window,
                [
                    {
                        "from_user_ids": self.giver.ids,
                        "archive_user_ids": [],
                        "lead_count": 2,
                        "closed_leads": "none",
                    }
                ],
            )
