from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users

from .common import TestHandoverCommon


@tagged("post_install", "-at_install")
class TestHandover(TestHandoverCommon):
    """Deals change salesperson with everything that belongs to them."""

    @users("user_sales_salesman")
    def test_deal_and_what_goes_along(self):
        deals = (self.deal_own + self.deal_second).with_env(self.env)
        handover = deals.action_hand_over(self.successor.id, note="Ask for <Ann>")
        self.assertRecordValues(
            deals.sudo(),
            [
                {"user_id": self.successor.id, "team_id": self.sales_team_1.id, "stage_id": stage}
                for stage in (self.stage_team1_1.id, self.stage_team1_2.id)
            ],
        )
        self.assertEqual(self.call.user_id, self.successor)
        self.assertEqual(self.call_other.user_id, self.giver)
        self.assertEqual(self.meeting.user_id, self.successor)
        attendees = self.successor.partner_id + self.contact_1
        self.assertEqual(self.meeting.partner_ids, attendees)
        self.assertEqual(self.meeting.attendee_ids.partner_id, attendees)
        self.assertEqual(self.meeting_past.user_id, self.giver)
        self.assertEqual(self.meeting_past.partner_ids, self.giver.partner_id + self.contact_1)
        self.assertRecordValues(
            handover,
            [
                {
                    "user_id": self.successor.id,
                    "given_by_id": self.giver.id,
                    "former_user_ids": self.giver.ids,
                    "note": "Ask for <Ann>",
                    "lead_count": 2,
                    "taken_back_count": 0,
                }
            ],
        )

    @users("user_sales_salesman")
    def test_a_deal_named_twice(self):
        deals = self.env["crm.lead"].browse(self.deal_own.ids * 2)
        handover = deals.action_hand_over(self.successor.id)
        self.assertRecordValues(handover.line_ids, [{"lead_id": self.deal_own.id}])

    @users("user_sales_salesman")
    def test_what_stays(self):
        deal = self.deal_own.with_env(self.env)
        deal.action_hand_over(self.successor.id, take=[], keep_following=False)
        self.assertEqual(self.call.user_id, self.giver)
        self.assertEqual(self.meeting.user_id, self.giver)
        self.assertIn(self.giver.partner_id, self.meeting.partner_ids)
        self.assertNotIn(self.giver.partner_id, self.deal_own.message_partner_ids)
        self.assertIn(self.successor.partner_id, self.deal_own.message_partner_ids)

    @users("user_sales_salesman")
    def test_the_reminder_of_a_meeting_goes_with_it(self):
        self.call.calendar_event_id = self.meeting
        self.deal_own.with_env(self.env).action_hand_over(self.successor.id, take=["meetings"])
        self.assertEqual(self.call.user_id, self.successor)

    @users("user_sales_salesman")
    def test_one_message_a_deal_and_one_summary(self):
        deals = (self.deal_own + self.deal_second).with_env(self.env)
        last = self._get_last_message()
        with self.mock_mail_gateway():
            handover = deals.action_hand_over(self.successor.id, note="Call <soon>\nPlease")
            self.flush_tracking()
        self.assertNotSentEmail()
        for deal in deals:
            message = self._get_new_messages(deal, last)
            self.assertEqual(len(message), 1, "one message a deal")
            self.assertEqual(message.author_id, self.giver.partner_id)
            self.assertIn(
                f"Handed over by {self.giver.name}, from {self.giver.name} to Nora Next",
                message.body,
            )
            self.assertIn("Call &lt;soon&gt;<br>Please", message.body.replace("<br/>", "<br>"))
            tracked = message.tracking_value_ids
            self.assertEqual(tracked.field_id.mapped("name"), ["user_id"])
            self.assertEqual(tracked.new_value_integer, self.successor.id)
        summary = (
            self.env["mail.message"]
            .sudo()
            .search(
                [("id", ">", last), ("notified_partner_ids", "in", self.successor.partner_id.ids)]
            )
        )
        self.assertRecordValues(
            summary,
            [
                {
                    "model": "crm.handover",
                    "res_id": handover.id,
                    "subject": "2 opportunities handed over to you",
                    "author_id": self.giver.partner_id.id,
                }
            ],
        )
        self.assertIn("Own deal", summary.body)
        self.assertIn("Call &lt;soon&gt;", summary.body)
        self.assertNotIn("data-o-mail-quote", summary.body, "the note is not folded away")

    @users("user_sales_leads")
    def test_taking_over_is_not_told_to_oneself(self):
        last = self._get_last_message()
        self.deal_own.with_env(self.env).action_hand_over(self.env.uid)
        self.assertFalse(
            self.env["mail.message"]
            .sudo()
            .search([("id", ">", last), ("model", "=", "crm.handover")])
        )

    @users("user_sales_leads")
    def test_closed_deals_keep_outcome_and_stage(self):
        """Also where their new team does not have that stage."""
        lost = self.deal_lost.with_env(self.env)
        won = self.deal_second.with_env(self.env)
        won.action_set_won()
        dates = {deal: deal.date_closed for deal in lost + won}
        team = self.env["crm.team"].sudo().create({"name": "Team of their own"})
        (self.stage_team1_2 + won.stage_id).sudo().team_ids = self.sales_team_1
        stages = {deal: deal.stage_id.id for deal in lost + won}
        (lost + won).action_hand_over(self.successor.id, team_id=team.id)
        self.env.flush_all()
        self.assertRecordValues(
            lost + won,
            [
                {
                    "user_id": self.successor.id,
                    "team_id": team.id,
                    "won_status": status,
                    "stage_id": stages[deal],
                    "lost_reason_id": reason.id,
                    "date_closed": dates[deal],
                }
                for deal, status, reason in (
                    (lost, "lost", self.lost_reason),
                    (won, "won", self.lost_reason.browse()),
                )
            ],
        )

    @users("user_sales_manager")
    def test_another_team_with_other_stages(self):
        team = self.env["crm.team"].create({"name": "Team of their own"})
        stages = self.env["crm.stage"].create(
            [
                {"name": "Their first", "sequence": 1, "team_ids": team.ids},
                {"name": "Their won", "sequence": 0, "team_ids": team.ids, "is_won": True},
            ]
        )
        deals = self.book.with_env(self.env)
        self.env["crm.stage"].browse(self.stage_team1_1.id).team_ids = self.sales_team_1
        self.stage_team1_2.team_ids = self.sales_team_1
        deals.action_hand_over(self.successor.id, team_id=team.id)
        first = stages[0].id
        self.assertRecordValues(
            deals,
            [
                {"team_id": team.id, "stage_id": first, "won_status": "pending"},
                {"team_id": team.id, "stage_id": first, "won_status": "pending"},
                {"team_id": team.id, "stage_id": self.stage_team1_2.id, "won_status": "lost"},
            ],
        )

    @users("user_sales_manager")
    def test_the_team_follows(self):
        """Where the successor belongs to the team of a deal, it stays; else it is theirs."""
        other, first = self.env["crm.team"].create(
            [
                {"name": "Elsewhere", "user_id": self.env.uid},
                {"name": "The first of theirs", "user_id": self.successor.id, "sequence": -1},
            ]
        )
        self.deal_second.team_id = other
        deals = (self.deal_own + self.deal_second).with_env(self.env)
        deals.action_hand_over(self.successor.id)
        self.assertRecordValues(deals, [{"team_id": self.sales_team_1.id}, {"team_id": first.id}])
        free = self.env["res.users"].browse(self.user_sales_leads.id)
        self.env["crm.team"].search([("user_id", "=", free.id)]).user_id = False
        self.env["crm.team.member"].search([("user_id", "=", free.id)]).unlink()
        deals.action_hand_over(free.id)
        self.assertRecordValues(deals, [{"team_id": self.sales_team_1.id}, {"team_id": first.id}])

    @users("user_sales_leads")
    def test_fifty_deals_of_several(self):
        owners = [self.giver, self.user_sales_leads, self.successor, self.env["res.users"]]
        deals = self.env["crm.lead"].create(
            [
                {
                    "name": f"Deal {number}",
                    "type": "opportunity",
                    "user_id": owners[number % 4].id,
                    "team_id": self.sales_team_1.id,
                }
                for number in range(50)
            ]
        )
        self.flush_tracking()
        handover = deals.action_hand_over(self.successor.id)
        self.assertEqual(deals.user_id, self.successor)
        self.assertEqual(handover.lead_count, 38, "12 were theirs already")
        self.assertEqual(handover.former_user_ids, self.giver + self.user_sales_leads)

    # ------------------------------------------------------------
    # Refusals
    # ------------------------------------------------------------

    @users("user_sales_leads")
    def test_who_cannot_have_deals(self):
        deal = self.deal_own.with_env(self.env)
        self.successor.active = False
        with self.assertRaisesRegex(UserError, "Nora Next is archived"):
            deal.action_hand_over(self.successor.id)
        self.successor.write({"active": True, "group_ids": [(6, 0, [])]})
        with self.assertRaisesRegex(UserError, "Nora Next may not use CRM"):
            deal.action_hand_over(self.successor.id)
        with self.assertRaisesRegex(UserError, "Choose who takes over"):
            deal.action_hand_over(False)
        with self.assertRaisesRegex(UserError, "Choose who takes over"):
            deal.action_hand_over(2**31 - 1)
        self.assertEqual(self.deal_own.user_id, self.giver)

    @users("user_sales_manager")
    def test_companies(self):
        company = self.env["res.company"].sudo().create({"name": "Second company"})
        self.user_sales_manager.sudo().company_ids += company
        far = self.env["crm.lead"].sudo().create({"name": "Far deal", "company_id": company.id})
        deals = (
            (far + self.deal_own)
            .with_env(self.env)
            .with_context(allowed_company_ids=(self.env.company + company).ids)
        )
        with self.assertRaisesRegex(UserError, "Far deal: Nora Next has no access to Second"):
            deals.action_hand_over(self.successor.id)
        self.assertEqual(self.deal_own.user_id, self.giver)
        self.successor.sudo().company_ids += company
        team = (
            self.env["crm.team"]
            .sudo()
            .create({"name": "Team of the second", "company_id": company.id})
        )
        self.deal_own.company_id = self.company_main
        with self.assertRaisesRegex(UserError, "Own deal: Team of the second belongs to another"):
            deals.action_hand_over(self.successor.id, team_id=team.id)
        deals.action_hand_over(self.successor.id)
        self.assertRecordValues(far, [{"user_id": self.successor.id, "company_id": company.id}])

    @users("user_sales_manager")
    def test_a_deal_of_no_company_becomes_one_of_its_team(self):
        company = self.env["res.company"].sudo().create({"name": "Second company"})
        self.user_sales_manager.sudo().company_ids += company
        team = self.env["crm.team"].sudo().create({"name": "Far team", "company_id": company.id})
        self.deal_own.write({"user_id": False, "team_id": False, "company_id": False})
        deal = self.deal_own.with_env(self.env)
        with self.assertRaisesRegex(UserError, "Own deal: Far team belongs to another company"):
            deal.action_hand_over(self.successor.id, team_id=team.id)
        self.successor.sudo().company_ids += company
        deal.action_hand_over(self.successor.id, team_id=team.id)
        self.assertEqual((deal.user_id, deal.company_id), (self.successor, company))

    @users("user_sales_salesman")
    def test_somebody_else_s_deal(self):
        deals = (self.deal_own + self.deal_other).with_env(self.env)
        with self.assertRaisesRegex(AccessError, "Lead"):
            deals.action_hand_over(self.successor.id)
        with self.assertRaisesRegex(AccessError, "Lead"):
            self._open_window(deals).action_hand_over()
        self.assertEqual(self.deal_other.user_id, self.user_sales_leads)
        self.assertEqual(self.deal_own.user_id, self.giver)

    @users("user_sales_salesman")
    def test_nothing_to_do(self):
        deal = self.deal_own.with_env(self.env)
        self.assertFalse(deal.action_hand_over(self.env.uid))
        with self.assertRaisesRegex(UserError, "nothing left to hand over.\nOwn deal – already"):
            self._open_window(deal, user_id=self.env.uid).action_hand_over()
