import inspect
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged, users

from odoo.addons.crm.models.crm_lead import CrmLead

from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestMerge(TestCloseCommon):
    """Merging deals: no closing is lost, and no open or won deal is swallowed by a lost one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team_2 = cls.env["crm.team"].create({"name": "Team 2"})
        cls.stage_team2_1, cls.stage_team2_2 = cls.env["crm.stage"].create(
            [
                {"name": "First", "sequence": 2, "team_ids": cls.team_2.ids},
                {"name": "Late", "sequence": 99, "team_ids": cls.team_2.ids},
            ]
        )

    def _set_types_and_stages(self, lost, other):
        """Every order in which core may find the one or the other the better deal."""
        early, late = self.stage_team1_1, self.stage_gen_1
        for lost_type in ("lead", "opportunity"):
            for other_type in ("lead", "opportunity"):
                for lost_stage, other_stage in ((early, late), (late, early)):
                    lost.write({"type": lost_type, "stage_id": lost_stage.id})
                    other.write({"type": other_type, "stage_id": other_stage.id})
                    yield f"lost {lost_type} in {lost_stage.name}, open {other_type}"

    @users("user_sales_manager")
    def test_lost_and_open_make_an_open_deal(self):
        deals = self.deals.with_env(self.env)
        for case in self._set_types_and_stages(*deals):
            with self.subTest(case), self.env.cr.savepoint() as savepoint:
                deals[0].action_set_lost(
                    lost_reason_id=self.reason_price.id, closing_note="<p>no</p>"
                )
                merged = deals.merge_opportunity()
                self.assertOpen(merged)
                self.assertFalse((deals - merged).exists())
                self.assertClosings(
                    merged,
                    [
                        {
                            "reason_id": self.reason_price.id,
                            "note": "<p>no</p>",
                            "is_current": False,
                            "reopened_by_id": self.env.uid,
                        }
                    ],
                )
                self.assertIn("Merged", merged.closing_ids.reopen_note)
                savepoint.rollback()

    @users("user_sales_manager")
    def test_won_survives(self):
        won, other = self.deals.with_env(self.env)
        won.action_set_won(win_reason_id=self.reason_fit.id, closed_revenue=90)
        for case in ("open", "lost"):
            with self.subTest(case), self.env.cr.savepoint() as savepoint:
                other.stage_id = self.env["crm.stage"].search([], order="sequence desc", limit=1)
                self.assertGreater(other.stage_id.sequence, won.stage_id.sequence)
                if case == "lost":
                    other.action_set_lost(lost_reason_id=self.reason_price.id)
                merged = (other + won).merge_opportunity()
                self.assertEqual(merged, won)
                self.assertClosed(merged, "won", self.reason_fit)
                self.assertEqual(merged.closed_revenue, 90)
                self.assertEqual(merged.closing_count, 2 if case == "lost" else 1)
                savepoint.rollback()

    @users("user_sales_manager")
    def test_two_lost_deals(self):
        deals = self.deals.with_env(self.env)
        deals[0].action_set_lost(lost_reason_id=self.reason_price.id)
        deals[1].action_set_lost(lost_reason_id=self.reason_budget.id)
        merged = deals.merge_opportunity()
        self.assertEqual(merged, deals[1])
        self.assertClosed(merged, "lost", self.reason_budget)
        self.assertClosings(
            merged,
            [
                {
                    "reason_id": self.reason_price.id,
                    "is_current": False,
                    "reopen_note": "Merged into “Other deal”",
                    "reopened_by_id": self.env.uid,
                },
                {
                    "reason_id": self.reason_budget.id,
                    "is_current": True,
                    "reopen_note": False,
                    "reopened_by_id": False,
                },
            ],
        )
        self.assertEqual((merged.closing_count, merged.reopen_count), (2, 1))

    @users("user_sales_manager")
    def test_deals_lost_for_an_unknown_reason(self):
        deals = self.deals.with_env(self.env)
        deals.sudo().action_set_lost()
        merged = deals.merge_opportunity()
        self.assertClosed(merged, "lost", self.unspecified)
        self.assertFalse(merged.closing_id.is_complete)
        self.assertEqual(merged.closing_count, 2)

    @users("user_sales_manager")
    def test_a_past_moves_whole(self):
        deals = self.deals.with_env(self.env)
        deals[0].action_set_lost(lost_reason_id=self.reason_price.id)
        deals[0].action_reopen(note="They called again")
        deals[0].action_set_lost(lost_reason_id=self.reason_budget.id)
        merged = deals.merge_opportunity()
        self.assertClosings(
            merged,
            [
                {"reason_id": self.reason_price.id, "reopen_note": "They called again"},
                {"reason_id": self.reason_budget.id, "reopen_note": "Merged into “Other deal”"},
            ],
        )

    @users("user_sales_manager")
    def test_a_merge_rewrites_no_figure(self):
        """What was settled when a deal was won stays so, whatever comes before it later."""
        won, other = self.deals.with_env(self.env)
        other.action_set_lost(lost_reason_id=self.reason_price.id, closing_note="<p>no</p>")
        won.action_set_won()
        closing = won.closing_ids
        merged = (won + other).merge_opportunity()
        self.assertEqual(merged.closing_ids.mapped("outcome"), ["won", "lost"])
        self.assertEqual(closing.recovered_count, 0)

    @users("user_sales_manager")
    def test_deals_that_are_kept_stay_closed(self):
        for outcome in ("lost", "won"):
            deals = self.deals.with_env(self.env)
            with self.subTest(outcome), self.env.cr.savepoint() as savepoint:
                stages = deals.mapped(lambda deal: (deal.id, deal.stage_id.id))
                if outcome == "won":
                    deals.action_set_won(win_reason_id=self.reason_fit.id)
                else:
                    deals.action_set_lost(lost_reason_id=self.reason_budget.id)
                merged = deals.merge_opportunity(auto_unlink=False)
                kept = deals - merged
                self.assertEqual(len(merged.closing_ids), 1, "each closing counts once")
                self.assertEqual(len(kept.closing_ids), 1)
                self.assertClosed(deals, outcome)
                self.assertEqual(kept.closing_ids.stage_id.id, dict(stages)[kept.id])
                kept.sudo().unlink()
                self.assertEqual(len(merged.closing_ids), 2)
                self.assertEqual(merged.closing_count, 2)
                savepoint.rollback()

    @users("user_sales_manager")
    def test_the_note_tells_the_closings(self):
        deals = self.deals.with_env(self.env)
        deals[0].action_set_lost(lost_reason_id=self.reason_price.id)
        merged = deals.merge_opportunity()
        note = merged.message_ids.filtered(lambda message: "merge" in message.body.lower())[:1]
        self.assertIn("Closings", note.body)
        self.assertIn("Beaten on price", note.body)

    @users("user_sales_manager")
    def test_the_convert_window_reopens(self):
        deals = self.deals.with_env(self.env)
        deals.action_set_lost(lost_reason_id=self.reason_price.id)
        window = self.env["crm.lead2opportunity.partner"].with_context(
            active_model="crm.lead", active_id=deals[0].id, active_ids=deals[0].ids
        )
        window.create({"name": "merge", "duplicated_lead_ids": deals.ids}).action_apply()
        merged = deals.exists()
        self.assertOpen(merged)
        self.assertEqual(merged, deals[1])
        self.assertClosings(
            merged,
            [
                {"is_current": False, "reopened_by_id": self.env.uid, "outcome": "lost"},
                {"is_current": False, "reopened_by_id": self.env.uid, "outcome": "lost"},
            ],
        )

    @users("user_sales_manager")
    def test_a_won_deal_keeps_its_stage_in_another_team(self):
        won, other = self.deals.with_env(self.env)
        won.stage_id = self.stage_team1_won
        merged = (won + other).merge_opportunity(
            user_id=self.user_sales_leads.id, team_id=self.team_2.id
        )
        self.assertRecordValues(
            merged,
            [
                {
                    "team_id": self.team_2.id,
                    "user_id": self.user_sales_leads.id,
                    "stage_id": self.stage_team1_won.id,
                }
            ],
        )
        self.assertClosed(merged, "won")
        self.assertEqual(merged.closing_count, 1)

    @users("user_sales_manager")
    def test_a_closed_deal_of_another_team_is_merged(self):
        won, other = self.deals.with_env(self.env)
        won.stage_id = self.stage_team1_won
        won.team_id = self.team_2
        merged = (won + other).merge_opportunity()
        self.assertClosed(merged, "won")
        self.assertRecordValues(
            merged, [{"team_id": self.team_2.id, "stage_id": self.stage_team1_won.id}]
        )
        self.assertEqual(merged.closing_count, 1)

    @users("user_sales_manager")
    def test_an_open_deal_gets_a_stage_of_its_team(self):
        deals = self.deals.with_env(self.env)
        merged = deals.merge_opportunity(team_id=self.team_2.id)
        self.assertRecordValues(
            merged, [{"team_id": self.team_2.id, "stage_id": self.stage_team2_1.id}]
        )
        self.assertOpen(merged)

    @users("user_sales_manager")
    def test_deleting_a_deal_deletes_its_closings(self):
        deals = self.deals.with_env(self.env)
        deals.action_set_lost(lost_reason_id=self.reason_price.id)
        closings = deals.closing_ids
        deals[0].unlink()
        self.assertEqual(closings.exists().lead_id, deals[1])

    @users("user_sales_manager")
    def test_closings_keep_the_age_of_their_lead(self):
        """Merged with an older or a younger one, a closing took the days it took."""
        deals = self.deals.with_env(self.env)
        now = fields.Datetime.now()
        for deal, days in zip(deals, (200, 20), strict=True):
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE crm_lead SET create_date = %s WHERE id = %s",
                [now - timedelta(days=days), deal.id],
            )
            self.env.invalidate_all()
        for order in (deals, deals[1] + deals[0]):
            with self.subTest(first=order[0].name), self.env.cr.savepoint() as savepoint:
                order[0].action_set_lost(
                    lost_reason_id=self.reason_price.id, date_closed=now - timedelta(days=10)
                )
                order[1].action_set_won(date_closed=now - timedelta(days=5))
                closings = order.closing_ids
                created = {closing: closing.lead_create_date for closing in closings}
                took = {closing: closing.days_to_close for closing in closings}
                self.assertEqual(
                    sorted(map(round, took.values()))[-1], 190 if order[0] == deals[0] else 195
                )
                merged = order.merge_opportunity()
                self.env.flush_all()
                self.env.invalidate_all()
                self.assertEqual(merged.closing_ids, closings)
                for closing in closings:
                    self.assertEqual(closing.lead_create_date, created[closing])
                    self.assertEqual(closing.days_to_close, took[closing])
                savepoint.rollback()

    @users("user_sales_manager")
    def test_merging_takes_the_arguments_that_core_takes(self):
        deals = self.deals.with_env(self.env)
        deals += deals.create([{"name": f"More {n}", "type": "opportunity"} for n in range(5)])
        with self.assertRaisesRegex(UserError, "groups of 5"):
            deals._merge_opportunity(False, False, True)
        merged = deals._merge_opportunity(self.user_sales_leads.id, self.team_2.id, False, 10)
        self.assertEqual((merged.user_id, merged.team_id), (self.user_sales_leads, self.team_2))
        self.assertEqual(deals.exists(), deals, "kept")
        self.assertEqual(
            str(inspect.signature(type(deals)._merge_opportunity)),
            str(inspect.signature(CrmLead._merge_opportunity)),
        )
