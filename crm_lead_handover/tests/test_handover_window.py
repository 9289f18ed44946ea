from odoo.exceptions import UserError
from odoo.tests import Form, tagged, users

from .common import TestHandoverCommon


@tagged("post_install", "-at_install")
class TestHandoverWindow(TestHandoverCommon):
    """What the window shows beforehand, does, and says afterwards."""

    @users("user_sales_salesman")
    def test_preview_and_report(self):
        deals = self.book.with_env(self.env)
        window = self._open_window(deals)
        self.assertRecordValues(
            window,
            [
                {
                    "lead_count": 2,
                    "closed_count": 1,
                    "activity_count": 1,
                    "meeting_count": 1,
                    "team_id": self.sales_team_1.id,
                    "skipped_message": "",
                    "keep_following": True,
                }
            ],
        )
        window.closed_leads = "planned"
        self.assertRecordValues(window, [{"lead_count": 3, "activity_count": 2}])
        self.call_lost.unlink()
        window.invalidate_recordset()
        self.assertEqual(window.lead_count, 2, "the lost deal has nothing planned any more")
        window.closed_leads = "all"
        self.assertEqual(window.lead_count, 3)
        action = window.action_hand_over()
        self.assertEqual(action["params"]["title"], "3 opportunities handed over to Nora Next")
        self.assertEqual(action["params"]["next"]["type"], "ir.actions.act_window_close")

    @users("user_sales_salesman")
    def test_from_the_form_of_a_deal_out_of_sight(self):
        window = self._open_window(self.deal_own.with_env(self.env))
        action = window.with_context(handover_from_form=True).action_hand_over()
        self.assertEqual(action["params"]["next"]["target"], "main")
        self.env.invalidate_all()
        self.assertFalse(self.deal_own.with_env(self.env).has_access("read"))
        handover = self.env["crm.handover"].search([])
        self.assertEqual(
            handover.read(["display_name"])[0]["display_name"], "Hand-over to Nora Next"
        )
        self.assertEqual(
            handover.line_ids.web_read({"lead_id": {"fields": {"display_name": {}}}})[0]["lead_id"][
                "display_name"
            ],
            "Own deal",
        )

    @users("user_sales_leads")
    def test_from_the_form_of_a_deal_in_sight(self):
        window = self._open_window(self.deal_own.with_env(self.env))
        action = window.with_context(handover_from_form=True).action_hand_over()
        self.assertEqual(action["params"]["next"]["type"], "ir.actions.act_window_close")

    @users("user_sales_leads")
    def test_what_is_left_is_named(self):
        self.deal_second.user_id = self.successor
        action = self._open_window(self.book.with_env(self.env)).action_hand_over()
        self.assertEqual(action["params"]["title"], "“Own deal” handed over to Nora Next")
        self.assertIn("Second deal – already with Nora Next", action["params"]["message"])
        self.assertEqual(self.deal_lost.user_id, self.giver)

    @users("user_sales_leads")
    def test_everything_of_a_salesperson(self):
        window = self._open_window(from_user_ids=self.giver.ids)
        self.assertRecordValues(window, [{"lead_count": 2, "closed_count": 1, "unseen_count": 0}])
        window.closed_leads = "planned"
        window.action_hand_over()
        self.assertEqual(self.book.user_id, self.successor)
        self.assertFalse(self.env["crm.lead"].search([("user_id", "=", self.giver.id)]))

    @users("user_sales_leads")
    def test_everything_in_all_companies(self):
        # Not by the user, who would be given access to them.
        companies = self.giver.env["res.company"]
        second, third = companies.create([{"name": "Second"}, {"name": "Third"}])
        (self.giver + self.successor).sudo().company_ids += second + third
        self.user_sales_leads.sudo().company_ids += second
        far, farther = (
            self.env["crm.lead"]
            .sudo()
            .create(
                [
                    {"name": name, "user_id": self.giver.id, "company_id": company.id}
                    for name, company in (("Far deal", second), ("Farther deal", third))
                ]
            )
        )
        window = self._open_window(from_user_ids=self.giver.ids)
        self.assertRecordValues(window, [{"lead_count": 3, "unseen_count": 1}])
        window.action_hand_over()
        self.assertRecordValues(
            far + farther,
            [
                {"user_id": self.successor.id, "company_id": second.id},
                {"user_id": self.giver.id, "company_id": third.id},
            ],
        )

    @users("user_sales_salesman")
    def test_everything_of_somebody_out_of_sight(self):
        window = self._open_window(from_user_ids=self.user_sales_leads.ids)
        self.assertFalse(window.lead_count)
        self.assertIn("your own", window.unseen_message)
        with self.assertRaisesRegex(UserError, "nothing left to hand over"):
            window.action_hand_over()
        self.assertEqual(self.deal_other.user_id, self.user_sales_leads)

    @users("user_sales_leads")
    def test_deleted_meanwhile(self):
        window = self._open_window((self.deal_own + self.deal_second).with_env(self.env))
        self.deal_second.sudo().unlink()
        window.action_hand_over()
        self.assertEqual(self.deal_own.user_id, self.successor)

    @users("user_sales_salesman")
    def test_closed_deals_alone(self):
        """The window says why it hands nothing over, and offers to include them."""
        window = self._open_window(self.deal_lost.with_env(self.env))
        self.assertRecordValues(window, [{"lead_count": 0, "closed_count": 1}])
        self.assertIn("won or lost", window.closed_message)
        with self.assertRaisesRegex(UserError, r"won or lost.*\n– Lost deal\n.*Hand over all"):
            window.action_hand_over()
        window.closed_leads = "all"
        self.assertRecordValues(window, [{"lead_count": 1, "closed_message": False}])
        action = window.action_hand_over()
        self.assertEqual(action["params"]["title"], "“Lost deal” handed over to Nora Next")

    @users("user_sales_salesman")
    def test_some_closed_deals(self):
        window = self._open_window(self.book.with_env(self.env))
        self.assertRecordValues(window, [{"lead_count": 2, "closed_message": False}])

    @users("user_sales_leads")
    def test_leads_are_not_called_opportunities(self):
        leads = (self.deal_own + self.deal_second).with_env(self.env)
        leads[0].type = "lead"
        action = self._open_window(leads).action_hand_over()
        self.assertEqual(action["params"]["title"], "2 records handed over to Nora Next")

    # ------------------------------------------------------------
    # What one may not know
    # ------------------------------------------------------------

    @users("user_sales_salesman")
    def test_nothing_is_told_of_deals_out_of_sight(self):
        """While the window is being filled in; submitting it is refused."""
        self.deal_other.sudo().team_id = self.env["crm.team"].sudo().create({"name": "Far"})
        for closed in (False, True):
            if closed:
                self.deal_other.sudo().action_set_won()
            self.env.invalidate_all()
            window = self.env["crm.lead.handover"].new(
                {"lead_ids": self.deal_other.ids, "user_id": self.user_sales_leads.id}
            )
            self.assertRecordValues(
                window,
                [
                    {
                        "lead_count": 0,
                        "closed_count": 0,
                        "activity_count": 0,
                        "meeting_count": 0,
                        "unseen_count": 0,
                        "team_id": False,
                        "skipped_message": "",
                        "closed_message": False,
                    }
                ],
            )

    @users("user_sales_salesman")
    def test_how_many_deals_colleagues_have(self):
        """Is for who sees all deals, and for who may archive the colleague."""
        form = Form(self.env["crm.lead.handover"].with_context(default_by_salesperson=True))
        form.from_user_ids.add(self.user_sales_leads)
        self.assertIn("your own", form.unseen_message)
        self.assertNotRegex(form.unseen_message, r"\d")
        self.assertEqual(form.save().unseen_count, 0)
