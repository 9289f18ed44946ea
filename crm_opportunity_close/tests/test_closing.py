from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged, users

from ..models.exceptions import ClosingRefusedError
from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestClosing(TestCloseCommon):
    """Each closing is one row, whichever way the deal was closed."""

    @users("user_sales_salesman")
    def test_lose_records_the_state_of_the_deal(self):
        lead = self.deal_own.with_env(self.env)
        lead.action_set_lost(
            lost_reason_id=self.reason_price.id,
            closing_note="<p>Too late</p><script>alert(1)</script>",
            competitor_id=self.competitor.id,
            secondary_reason_ids=[(6, 0, self.reason_budget.ids)],
        )
        self.assertClosed(lead, "lost", self.reason_price)
        self.assertEqual(lead.closing_note, "<p>Too late</p>")
        self.assertClosings(
            lead,
            [
                {
                    "outcome": "lost",
                    "closed_by_id": self.user_sales_salesman.id,
                    "user_id": self.user_sales_salesman.id,
                    "team_id": self.sales_team_1.id,
                    "lead_type": "opportunity",
                    "stage_id": self.stage_team1_1.id,
                    "loss_type": "competitor",
                    "secondary_reason_ids": self.reason_budget.ids,
                    "expected_revenue": 100,
                    "closed_revenue": 0,
                    "win_rate": 0,
                    "is_current": True,
                    "is_complete": True,
                    "is_mistake": False,
                    "reopened_date": False,
                }
            ],
        )

    @users("user_sales_salesman")
    def test_win_records_the_stage_worked_in_last(self):
        lead = self.deal_own.with_env(self.env)
        lead.action_set_won_rainbowman()
        self.assertClosed(lead, "won")
        self.assertEqual(lead.closed_revenue, 100)
        self.assertClosings(
            lead,
            [
                {
                    "outcome": "won",
                    "stage_id": self.stage_team1_1.id,
                    "closed_revenue": 100,
                    "win_rate": 1,
                    "loss_type": False,
                    "is_complete": True,
                }
            ],
        )

    @users("user_sales_leads")
    def test_a_set_is_closed_at_once(self):
        deals = self.deals.with_env(self.env)
        deals.action_set_lost(lost_reason_id=self.reason_budget.id)
        self.assertClosed(deals, "lost", self.reason_budget)
        self.assertFalse(any(deals.mapped("active")))

    @users("user_sales_salesman")
    def test_lose_at_zero_percent(self):
        lead = self.deal_own.with_env(self.env)
        lead.probability = 0
        lead.action_set_lost(lost_reason_id=self.reason_price.id)
        self.assertClosed(lead, "lost", self.reason_price)
        self.assertEqual(lead.closing_count, 1)

    @users("user_sales_salesman")
    def test_win_a_lost_deal(self):
        lead = self.deal_own.with_env(self.env)
        lead.action_set_lost(lost_reason_id=self.reason_price.id, closing_note="<p>no</p>")
        lead.action_set_won()
        self.assertClosed(lead, "won")
        self.assertFalse(lead.lost_reason_id)
        self.assertFalse(lead.closing_note)
        self.assertClosings(
            lead,
            [
                {"outcome": "lost", "reason_id": self.reason_price.id, "is_current": False},
                {"outcome": "won", "reason_id": False, "is_current": True},
            ],
        )

    @users("user_sales_salesman")
    def test_drag_a_lost_deal_to_won_with_its_reason(self):
        lead = self.deal_own.with_env(self.env)
        lead.action_set_lost(lost_reason_id=self.reason_price.id, closing_note="<p>no</p>")
        lead.write(
            {
                "stage_id": self.stage_team1_won.id,
                "win_reason_id": self.reason_fit.id,
                "closed_revenue": 80,
            }
        )
        self.assertClosed(lead, "won", self.reason_fit)
        self.assertRecordValues(
            lead, [{"lost_reason_id": False, "closing_note": False, "closed_revenue": 80}]
        )

    @users("user_sales_salesman")
    def test_no_reason_no_loss(self):
        lead = self.deal_own.with_env(self.env)
        with self.assertRaisesRegex(ValidationError, "Own deal"):
            lead.action_set_lost()
        self.assertOpen(lead)

    def test_superuser_code_is_filed_under_unspecified(self):
        self.deal_own.action_set_lost()
        self.assertClosed(self.deal_own, "lost", self.unspecified)
        self.assertFalse(self.deal_own.closing_id.is_complete)
        self.deal_own.with_user(self.user_sales_salesman).lost_reason_id = self.reason_price
        self.assertTrue(self.deal_own.closing_id.is_complete)
        self.assertClosed(self.deal_own, "lost", self.reason_price)

    @users("user_sales_salesman")
    def test_restore_leaves_a_clean_deal(self):
        lead = self.deal_own.with_env(self.env)
        lead.action_set_lost(
            lost_reason_id=self.reason_price.id,
            closing_note="<p>no</p>",
            competitor_id=self.competitor.id,
            secondary_reason_ids=[(6, 0, self.reason_budget.ids)],
        )
        lead.action_restore()
        self.assertOpen(lead)
        self.assertEqual(lead.stage_id, self.stage_team1_1)
        self.assertGreater(lead.probability, 0)
        self.assertClosings(
            lead,
            [
                {
                    "reason_id": self.reason_price.id,
                    "is_current": False,
                    "reopened_by_id": self.env.uid,
                    "secondary_reason_ids": self.reason_budget.ids,
                }
            ],
        )

    @users("user_sales_salesman")
    def test_reopen_a_won_deal(self):
        lead = self.deal_own.with_env(self.env)
        lead.action_set_won()
        lead.action_reopen(note="The customer withdrew", is_mistake=True)
        self.assertOpen(lead)
        self.assertEqual(lead.stage_id, self.stage_team1_1)
        self.assertLess(lead.probability, 100)
        self.assertClosings(
            lead, [{"reopen_note": "The customer withdrew", "is_mistake": True, "outcome": "won"}]
        )

    @users("user_sales_salesman")
    def test_closing_date(self):
        lead = self.deal_own.with_env(self.env)
        date = lead.create_date.replace(microsecond=0)
        with freeze_time("2099-01-01"):
            lead.action_set_lost(lost_reason_id=self.reason_price.id, date_closed=date)
        self.assertEqual(lead.date_closed, date)
        self.assertClosed(lead, "lost")
        with self.assertRaisesRegex(ValidationError, "future"):
            lead.date_closed = datetime(2199, 1, 1)
        with self.assertRaisesRegex(ValidationError, "created"):
            lead.date_closed = datetime(1999, 1, 1)

    @users("user_sales_salesman")
    def test_closing_date_survives_other_writes(self):
        lead = self.deal_own.with_env(self.env)
        with freeze_time("2030-01-01"):
            lead.action_set_lost(lost_reason_id=self.reason_price.id)
        lead.stage_id = self.stage_team1_2
        self.assertEqual(lead.date_closed, datetime(2030, 1, 1))
        self.assertClosed(lead, "lost")

    @users("user_sales_salesman")
    def test_unarchived_and_typed_probability(self):
        lead = self.deal_own.with_env(self.env)
        lead.active = False
        self.assertFalse(lead.date_closed)
        lead.active = True
        lead.probability = 100
        self.assertOpen(lead)

    @users("user_sales_manager")
    def test_team_change_keeps_a_deal_closed(self):
        team = self.env["crm.team"].create({"name": "Team 2", "member_ids": []})
        lead = self.deal_own.with_env(self.env)
        lead.action_set_won()
        lead.write({"team_id": team.id, "user_id": self.env.uid})
        self.assertClosed(lead, "won")

    @users("user_sales_salesman")
    def test_copy_is_open(self):
        lead = self.deal_own.with_env(self.env)
        lead.action_set_lost(lost_reason_id=self.reason_price.id, closing_note="<p>no</p>")
        copy = lead.copy()
        self.assertOpen(copy)
        self.assertFalse(copy.closing_ids)

    def test_a_copy_of_anything_is_open(self):
        archived = self.deal_own.copy({"name": "Archived and open"})
        archived.write({"active": False, "probability": 40})
        archived_won = self.deal_own.copy({"name": "Archived and won"})
        archived_won.action_set_won(win_reason_id=self.reason_fit.id, closed_revenue=5)
        archived_won.active = False
        self.deal_own.action_set_lost(lost_reason_id=self.reason_price.id)
        self.deal_other.action_set_won()
        for env in (self.env, self.env(user=self.user_sales_leads)):
            for lead in archived + archived_won + self.deals:
                with self.subTest(lead=lead.name, su=env.su):
                    copy = lead.with_env(env).copy()
                    self.assertOpen(copy)
                    self.assertFalse(copy.closing_ids)
                    self.assertFalse(copy.merged_into_id or copy.followup_date)

    @users("user_sales_manager")
    def test_merge_keeps_the_open_deal(self):
        lost, other = self.deals.with_env(self.env)
        lost.action_set_lost(lost_reason_id=self.reason_price.id)
        merged = (lost + other).merge_opportunity()
        self.assertEqual(merged, other)
        self.assertOpen(merged)
        self.assertClosings(merged, [{"reason_id": self.reason_price.id, "is_current": False}])

    @users("user_sales_manager")
    def test_archiving_at_zero_percent_asks(self):
        deals = self.deals.with_env(self.env)
        deals[0].probability = 0
        with (
            self.assertRaisesRegex(ClosingRefusedError, "Own deal: the reason") as caught,
            self.cr.savepoint(),
        ):
            deals.action_archive()
        action = caught.exception.context["action"]
        self.assertEqual(action["res_model"], "crm.lead.lost")
        self.assertEqual(action["context"]["default_lead_ids"], [(6, 0, deals[0].ids)])
        self.env.invalidate_all()
        self.assertEqual(deals.mapped("active"), [True, True], "refused as a whole")
        self.assertEqual(deals.mapped("won_status"), ["pending", "pending"])

    @users("user_sales_manager")
    def test_window_reports_what_it_leaves(self):
        deals = self.deals.with_env(self.env)
        deals[0].action_set_won()
        wizard = self.env["crm.lead.lost"].create(
            {
                "lead_ids": deals.ids,
                "lost_reason_id": self.reason_price.id,
                "lost_feedback": "<p>Because</p>",
            }
        )
        self.assertEqual(wizard.lead_count, 1)
        action = wizard.action_lost_reason_apply()
        self.assertEqual(action["params"]["skipped"], ["Own deal – already won"])
        self.assertClosed(deals[0], "won")
        self.assertClosed(deals[1], "lost", self.reason_price)
        self.flush_tracking()
        self.assertIn("Because", deals[1].message_ids[0].body)

    @users("user_sales_salesman")
    def test_a_lead_named_twice_is_closed_once(self):
        lead = self.deal_own.with_env(self.env)
        twice = lead.browse(lead.ids * 2)
        twice.action_set_lost(lost_reason_id=self.reason_price.id)
        self.assertClosed(lead, "lost", self.reason_price)
        twice.action_restore()
        twice.write({"stage_id": self.stage_team1_won.id})
        self.assertClosed(lead, "won")
        self.assertEqual(lead.closing_count, 2)

    @users("user_sales_salesman")
    def test_what_follows_from_other_fields_cannot_be_written(self):
        """Where a lead was worked in last decides whether it may be won from there."""
        self.stage_team1_1.sudo().allow_won = False
        lead = self.deal_own.with_env(self.env)
        forged = {"last_open_stage_id": self.stage_gen_1.id, "merged_into_id": self.deal_other.id}
        lead.write(forged)
        self.assertEqual(lead.last_open_stage_id, self.stage_team1_1)
        self.assertFalse(lead.merged_into_id)
        with self.assertRaisesRegex(ValidationError, "stage"), self.cr.savepoint():
            lead.write({"stage_id": self.stage_team1_won.id, **forged})
        new = lead.create({"name": "New", "stage_id": self.stage_team1_1.id, **forged})
        self.assertEqual(new.last_open_stage_id, self.stage_team1_1)
        self.assertFalse(new.merged_into_id)
