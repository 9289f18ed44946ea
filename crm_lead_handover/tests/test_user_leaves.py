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

    def _call(self, user, method, records):
        self.authenticate(user.login, user.login)
        answer = self.make_jsonrpc_request(
            f"/web/dataset/call_kw/res.users/{method}",
            {"model": "res.users", "method": method, "args": [records.ids], "kwargs": {}},
        )
        self.env.invalidate_all()
        return answer

    def _archive_on_screen(self, user, records):
        """Archive users as our part of the web client does: it asks first."""
        action = self._call(user, "get_archive_handover_action", records)
        return action or self._call(user, "action_archive", records)

    def _open_offered(self, action, user):
        window = self.env[action["res_model"]].with_user(user)
        return window.with_context(**action["context"]).create({})

    def test_hand_over_and_archive(self):
        users_to_archive = self.giver + self.user_sales_salesman.copy(
            {"login": "no_deals", "name": "No deals"}
        )
        action = self._archive_on_screen(self.user_sales_manager, users_to_archive)
        self.assertEqual(action["res_model"], "crm.lead.handover")
        self.assertTrue(all(users_to_archive.mapped("active")), "not archived yet")
        window = self._open_offered(action, self.user_sales_manager)
        self.assertRecordValues(
            window,
            [
                {
                    "from_user_ids": self.giver.ids,
                    "archive_user_ids": users_to_archive.ids,
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
        self.assertFalse(any(users_to_archive.mapped("active")))
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

    def test_programs_archive_as_in_plain_odoo(self):
        """By whatever way they call, and whoever has open deals; nobody answers a window."""
        self.assertFalse(self._call(self.clerk, "action_archive", self.giver))
        self.assertFalse(self.giver.active)
        self.assertEqual(self.deal_own.user_id, self.giver)

    def test_only_the_memberships_of_the_archived_end(self):
        """Who manages users may end them, though core asks a sales administrator."""
        members = self.env["crm.team.member"].with_context(active_test=False)
        others = members.search([("active", "=", True), ("user_id", "!=", self.giver.id)])
        former = self.user_sales_leads.copy({"login": "former", "name": "Former"})
        member = members.create({"crm_team_id": self.sales_team_1.id, "user_id": former.id})
        former.active = False
        self.giver.with_user(self.clerk).action_archive()
        self.assertFalse(any(members.search([("user_id", "=", self.giver.id)]).mapped("active")))
        self.assertTrue(all(others.mapped("active")))
        self.assertTrue(member.active, "of a user who was archived before")

    def test_who_may_not_archive_learns_nothing(self):
        for user in (self.user_sales_leads, self.successor):
            with self.subTest(user=user.name):
                self.assertFalse(self.giver.with_user(user).get_archive_handover_action())
                with self.assertRaisesRegex(AccessError, "not allowed to modify 'User'"):
                    self.giver.with_user(user).action_archive()
        self.assertTrue(self.giver.active)
        self.assertTrue(self.sales_team_1.crm_team_member_ids.filtered("active"))

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
