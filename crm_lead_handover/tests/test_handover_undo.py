from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users

from .common import TestHandoverCommon


@tagged("post_install", "-at_install")
class TestHandoverUndo(TestHandoverCommon):
    """A hand-over is taken back as a whole, for the deals that have not moved since."""

    @users("user_sales_salesman")
    def test_everything_comes_back(self):
        """To who gave the deals away and does not see them any more."""
        follows = self.deal_own.message_partner_ids
        handover = self._hand_over(keep_following=False).with_env(self.env)
        self.assertTrue(handover.can_take_back)
        last = self._get_last_message()
        action = handover.action_take_back()
        self.assertEqual(action["params"]["title"], "3 opportunities taken back")
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(self.book.user_id, self.giver)
        self.assertEqual((self.call + self.call_lost).user_id, self.giver)
        self.assertEqual(self.meeting.user_id, self.giver)
        attendees = self.giver.partner_id + self.contact_1
        self.assertEqual(self.meeting.partner_ids, attendees)
        self.assertEqual(self.meeting.attendee_ids.partner_id, attendees)
        self.assertEqual(self.deal_own.message_partner_ids, follows)
        self.assertRecordValues(
            self.deal_lost, [{"won_status": "lost", "lost_reason_id": self.lost_reason.id}]
        )
        message = self._get_new_messages(self.deal_own, last)
        self.assertEqual(len(message), 1)
        self.assertIn(
            f"Taken back by {self.giver.name}, from Nora Next to {self.giver.name}", message.body
        )
        told = (
            self.env["mail.message"]
            .sudo()
            .search([("id", ">", last), ("model", "=", "crm.handover")])
        )
        self.assertRecordValues(
            told,
            [
                {
                    "notified_partner_ids": self.successor.partner_id.ids,
                    "subject": f"3 opportunities taken back by {self.giver.name}",
                }
            ],
        )
        self.assertRecordValues(handover, [{"taken_back_count": 3, "can_take_back": False}])
        with self.assertRaisesRegex(UserError, "nothing left to take back"):
            handover.action_take_back()

    def test_deals_that_have_moved_stay(self):
        handover = self._hand_over(self.deal_own + self.deal_second + self.deal_lost)
        self.deal_own.stage_id = self.stage_gen_1
        self.deal_lost.user_id = self.user_sales_leads
        action = handover.action_take_back()
        self.assertEqual(action["params"]["title"], "“Second deal” taken back")
        message = action["params"]["message"]
        self.assertIn("Own deal – has moved on since", message)
        self.assertIn(f"Lost deal – is with {self.user_sales_leads.name} now", message)
        self.assertRecordValues(
            self.book,
            [
                {"user_id": self.successor.id, "stage_id": self.stage_gen_1.id},
                {"user_id": self.giver.id, "stage_id": self.stage_team1_2.id},
                {"user_id": self.user_sales_leads.id, "stage_id": self.stage_team1_2.id},
            ],
        )
        self.assertEqual(self.call.user_id, self.successor)
        self.assertEqual(handover.taken_back_count, 1)

    def test_a_deal_closed_since_stays(self):
        handover = self._hand_over(self.deal_own + self.deal_second)
        self.deal_own.with_user(self.successor).action_set_lost(lost_reason_id=self.lost_reason.id)
        handover.action_take_back()
        self.assertEqual(self.deal_own.user_id, self.successor)
        self.assertEqual(self.deal_second.user_id, self.giver)

    def test_team_and_stage_come_back(self):
        team = self.env["crm.team"].create({"name": "Team of their own"})
        stage = self.env["crm.stage"].create(
            {"name": "Their first", "sequence": 0, "team_ids": team.ids}
        )
        self.stage_team1_1.team_ids = self.sales_team_1
        handover = self._hand_over(self.deal_own, team_id=team.id)
        self.assertRecordValues(self.deal_own, [{"team_id": team.id, "stage_id": stage.id}])
        handover.action_take_back()
        self.assertRecordValues(
            self.deal_own,
            [
                {
                    "user_id": self.giver.id,
                    "team_id": self.sales_team_1.id,
                    "stage_id": self.stage_team1_1.id,
                }
            ],
        )

    def test_what_the_successor_passed_on_or_did_stays_so(self):
        handover = self._hand_over(self.deal_own)
        self.call.user_id = self.user_sales_leads
        self.meeting.with_context(no_mail_to_attendees=True).user_id = self.user_sales_leads
        handover.action_take_back()
        self.assertEqual(self.call.user_id, self.user_sales_leads)
        self.assertEqual(self.meeting.user_id, self.user_sales_leads)
        again = self._hand_over(self.deal_own)
        self.call.unlink()
        self.meeting.unlink()
        again.action_take_back()
        self.assertEqual(self.deal_own.user_id, self.giver)

    def test_a_stage_that_has_become_won(self):
        """Taking a deal back into it would win the deal."""
        team = self.env["crm.team"].create({"name": "Team of their own"})
        self.env["crm.stage"].create({"name": "Their first", "sequence": 0, "team_ids": team.ids})
        self.stage_team1_1.team_ids = self.sales_team_1
        self.stage_team1_2.team_ids = self.sales_team_1
        handover = self._hand_over(self.deal_own + self.deal_second, team_id=team.id)
        self.stage_team1_1.is_won = True
        self.flush_tracking()
        action = handover.with_user(self.giver).action_take_back()
        self.assertIn(
            f"Own deal – {self.stage_team1_1.name} is a Won stage now",
            action["params"]["message"],
        )
        self.assertRecordValues(
            self.deal_own + self.deal_second,
            [
                {"user_id": self.successor.id, "won_status": "pending"},
                {"user_id": self.giver.id, "won_status": "pending"},
            ],
        )

    def test_a_team_without_open_stages(self):
        """Neither handing over nor taking back wins a deal because no other stage is left."""
        team = self.env["crm.team"].create({"name": "Team of their own"})
        self.env["crm.stage"].search([("team_ids", "=", False)]).team_ids = self.sales_team_1
        self.env["crm.stage"].create(
            {"name": "Theirs", "sequence": 0, "team_ids": team.ids, "is_won": True}
        )
        handover = self._hand_over(self.deal_own, team_id=team.id)
        self.env.flush_all()
        self.assertRecordValues(self.deal_own, [{"team_id": team.id, "won_status": "pending"}])
        handover.action_take_back()
        self.env.flush_all()
        self.assertRecordValues(
            self.deal_own, [{"stage_id": self.stage_team1_1.id, "won_status": "pending"}]
        )

    def test_with_somebody_else_in_between(self):
        handover = self._hand_over(self.deal_own + self.deal_second)
        for day, user in ((1, self.user_sales_leads), (2, self.successor)):
            moment = datetime.now() + timedelta(days=day)
            with patch.object(type(self.env.cr), "now", lambda cr, moment=moment: moment):
                self.deal_own.user_id = user
                self.flush_tracking()
        action = handover.with_user(self.giver).action_take_back()
        self.assertEqual(action["params"]["title"], "“Second deal” taken back")
        self.assertIn("Own deal – was assigned again since", action["params"]["message"])
        self.assertEqual(self.deal_own.user_id, self.successor)

    def test_deleted_deals(self):
        handover = self._hand_over(self.deal_own + self.deal_second)
        self.deal_second.unlink()
        handover.action_take_back()
        self.assertEqual(self.deal_own.user_id, self.giver)
        self.assertEqual(handover.lead_count, 1)

    def test_deals_deleted_after_they_were_taken_back(self):
        """What is left can still be taken back."""
        handover = self._hand_over(self.deal_own + self.deal_second)
        handover.line_ids.filtered(
            lambda line: line.lead_id == self.deal_second
        ).sudo()._take_back()
        self.deal_second.unlink()
        self.assertTrue(handover.can_take_back)
        handover.action_take_back()
        self.assertEqual(self.deal_own.user_id, self.giver)

    def test_who_cannot_get_deals_back(self):
        handover = self._hand_over(self.deal_own)
        self.giver.active = False
        with self.assertRaisesRegex(UserError, f"Own deal – {self.giver.name} is archived"):
            handover.with_user(self.user_sales_leads).action_take_back()
        self.assertEqual(self.deal_own.user_id, self.successor)

    # ------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------

    def test_who_may_take_back(self):
        stranger = self.successor.copy({"login": "stranger", "name": "Stranger"})
        for user in (self.giver, self.successor, self.user_sales_leads):
            handover = self._hand_over(self.deal_own)
            with self.subTest(user=user.name):
                handover.with_user(user).action_take_back()
                self.assertEqual(self.deal_own.user_id, self.giver)
        handover = self._hand_over(self.deal_own)
        with self.assertRaisesRegex(AccessError, "Hand-over"):
            handover.with_user(stranger).action_take_back()
        handover = self._hand_over(self.deal_other, by=self.user_sales_leads)
        # The former salesperson of a deal sees the hand-over, but cannot undo it.
        self.user_sales_leads.group_ids = self.env.ref("sales_team.group_sale_salesman")
        handover.sudo().given_by_id = self.user_sales_manager
        with self.assertRaisesRegex(AccessError, "can be taken back by"):
            handover.with_user(self.user_sales_leads).action_take_back()
        self.assertEqual(self.deal_other.user_id, self.successor)

    def test_deals_of_other_companies_stay(self):
        company = self.env["res.company"].create({"name": "Second company"})
        everybody = self.giver + self.successor
        everybody.company_ids += company
        self.deal_second.company_id = company
        handover = (self.deal_own + self.deal_second).action_hand_over(self.successor.id)
        self.assertEqual(self.deal_second.company_id, company)
        handover.with_user(self.user_sales_leads).action_take_back()
        self.assertEqual(self.deal_own.user_id, self.giver)
        self.assertEqual(self.deal_second.user_id, self.successor)

    @users("user_sales_manager")
    def test_nobody_gets_leads_back_who_may_not_use_crm(self):
        handover = self._hand_over(self.deal_own)
        self.giver.sudo().group_ids = self.env.ref("base.group_user")
        with self.assertRaisesRegex(UserError, f"Own deal – {self.giver.name} may not use CRM"):
            handover.with_env(self.env).action_take_back()
        self.assertEqual(self.deal_own.user_id, self.successor)

    @users("user_sales_salesman")
    def test_leads_of_a_company_out_of_reach_stay(self):
        handover = self._hand_over(self.deal_own + self.deal_second)
        far = self.env["res.company"].sudo().create({"name": "Far away"})
        self.giver.sudo().company_ids -= far
        self.successor.sudo().company_ids += far
        self.deal_own.sudo().company_id = far
        self.assertEqual(self.deal_own.user_id, self.successor)
        action = handover.with_env(self.env).action_take_back()
        self.assertIn("Far away", action["params"]["message"])
        self.assertEqual(self.deal_own.user_id, self.successor)
        self.assertEqual(self.deal_second.user_id, self.giver)

    @users("user_sales_salesman")
    def test_who_has_a_lead_now_is_for_those_who_read_it(self):
        handover = self._hand_over(self.deal_own)
        line = handover.line_ids
        self.env.invalidate_all()
        self.assertFalse(line.with_env(self.env).current_user_id)
        self.assertEqual(line.with_user(self.successor).current_user_id, self.successor)
