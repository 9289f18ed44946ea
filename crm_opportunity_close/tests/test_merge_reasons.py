from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged, users
from odoo.tools import SQL

from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestMergeReasons(TestCloseCommon):
    """Merging moves every deal and closing to the survivor, in a constant number of queries."""

    def setUp(self):
        super().setUp()
        self.deal_own.action_set_lost(
            lost_reason_id=self.reason_price.id,
            competitor_id=self.competitor.id,
            secondary_reason_ids=[(6, 0, self.reason_budget.ids)],
        )
        self.deal_other.action_set_lost(
            lost_reason_id=self.reason_budget.id,
            secondary_reason_ids=[(6, 0, self.reason_price.ids)],
        )
        self.deal_other.action_restore()

    def _merge(self, model, records, target):
        window = self.env[model].with_context(active_ids=records.ids)
        return window.create({"target_id": target.id}).action_merge()

    @users("user_sales_manager")
    def test_everything_moves(self):
        both = (self.reason_price + self.reason_budget).with_env(self.env)
        self._merge("crm.lost.reason.merge", both, self.reason_budget)
        self.assertEqual(self.deal_own.lost_reason_id, self.reason_budget)
        self.assertClosed(self.deal_own, "lost", self.reason_budget)
        for deal in self.deals:
            self.assertFalse(deal.secondary_reason_ids, "the main reason is no further reason")
            self.assertClosings(
                deal, [{"reason_id": self.reason_budget.id, "secondary_reason_ids": []}]
            )
        self.assertEqual(both.mapped("active"), [False, True])
        self.assertEqual(both[0].merged_into_id, both[1])
        self.assertIn("Beaten on price", both[1].message_ids[0].body)
        self.assertFalse(self.reason_price._get_used())

    @users("user_sales_manager")
    def test_won_and_lost_do_not_mix(self):
        with self.assertRaisesRegex(UserError, "Lost reasons and win reasons cannot be merged"):
            self._merge(
                "crm.lost.reason.merge", self.reason_price + self.reason_fit, self.reason_fit
            )

    @users("user_sales_manager")
    def test_unspecified_stays(self):
        with self.assertRaisesRegex(UserError, "Unspecified"):
            self._merge(
                "crm.lost.reason.merge", self.reason_price + self.unspecified, self.reason_price
            )

    @users("user_sales_manager")
    def test_a_reason_for_one_company_takes_no_others(self):
        both = (self.reason_price + self.reason_budget).sudo()
        self.reason_budget.sudo().company_id = self.company_main
        with self.assertRaisesRegex(UserError, "offered to .* only"):
            self._merge("crm.lost.reason.merge", both, self.reason_budget)
        both.company_id = self.company_main
        self._merge("crm.lost.reason.merge", both, self.reason_budget)
        self.assertClosed(self.deal_own, "lost", self.reason_budget)

    @users("user_sales_manager")
    def test_a_reason_for_some_teams_takes_those_of_no_others(self):
        both = (self.reason_price + self.reason_budget).with_env(self.env)
        far = self.env["crm.team"].create({"name": "Far team"})
        both[1].team_ids = self.sales_team_1
        for teams in (far.browse(), far, far + self.sales_team_1):
            both[0].team_ids = teams
            with self.assertRaisesRegex(UserError, "“Budget was cut” is offered to .* only"):
                self._merge("crm.lost.reason.merge", both, both[1])
        both[0].team_ids = self.sales_team_1
        self._merge("crm.lost.reason.merge", both, both[1])
        self.assertClosed(self.deal_own, "lost", self.reason_budget)

    @users("user_sales_manager")
    def test_an_archived_record_does_not_survive(self):
        both = (self.reason_price + self.reason_budget).with_env(self.env)
        both[1].active = False
        with self.assertRaisesRegex(UserError, "“Budget was cut” is archived. Unarchive it"):
            self._merge("crm.lost.reason.merge", both, both[1])

    @users("user_sales_manager")
    def test_who_changed_the_rows_and_when(self):
        self.env.flush_all()
        for table in ("crm_lead", "crm_lead_closing"):
            self.env.cr.execute(
                SQL("UPDATE %s SET write_uid = 1, write_date = '2020-01-01'", SQL.identifier(table))
            )
        self.env.invalidate_all()
        both = self.reason_price + self.reason_budget
        self._merge("crm.lost.reason.merge", both, self.reason_budget)
        for record in [self.deal_own, *self.deals.closing_ids]:
            self.assertEqual(record.write_uid, self.user_sales_manager)
            self.assertGreater(record.write_date.year, 2020)

    @users("user_sales_manager")
    def test_leads_of_all_companies_move(self):
        company = self.env["res.company"].sudo().create({"name": "Far company"})
        self.deal_own.sudo().write({"user_id": False, "team_id": False, "company_id": company.id})
        both = self.reason_price + self.reason_budget
        self._merge("crm.lost.reason.merge", both, self.reason_budget)
        self.assertClosed(self.deal_own.sudo(), "lost", self.reason_budget)

    @users("user_sales_manager")
    def test_who_still_gives_what_was_merged_means_the_survivor(self):
        """A window opened before, and programs that know the number of the other one."""
        price, budget = (self.reason_price + self.reason_budget).with_env(self.env)
        twin = self.env["crm.competitor"].create({"name": "Globex Ltd"})
        self._merge("crm.lost.reason.merge", price + budget, budget)
        third = price.create({"name": "Third"})
        self._merge("crm.lost.reason.merge", budget + third, third)
        self._merge("crm.competitor.merge", self.competitor + twin, twin)
        self.assertEqual((price + budget).merged_into_id, third)
        fit = self.reason_fit.id
        for reason in (price, budget):
            deal = self.deal_other.with_env(self.env).copy()
            deal.action_set_lost(lost_reason_id=reason.id, competitor_id=self.competitor.id)
            self.assertClosed(deal, "lost", third)
            self.assertEqual(deal.competitor_id, twin)
            deal.action_set_won(win_reason_id=fit, secondary_reason_ids=[])
            deal.action_reopen()
            deal.action_set_lost(
                lost_reason_id=self.env.ref("crm.lost_reason_1").id,
                secondary_reason_ids=[Command.link(reason.id)],
            )
            self.assertEqual(deal.secondary_reason_ids, third)

    @users("user_sales_manager")
    def test_unarchived_it_is_itself_again(self):
        price, budget = (self.reason_price + self.reason_budget).with_env(self.env)
        self._merge("crm.lost.reason.merge", price + budget, budget)
        with (
            self.assertRaisesRegex(ValidationError, "“Beaten on price” was merged into “Budget"),
            self.cr.savepoint(),
        ):
            price.create({"name": "beaten on price"})
        price.write({"merged_into_id": False})
        self.assertEqual(price.merged_into_id, budget, "only a merge says that")
        price.action_unarchive()
        self.assertFalse(price.merged_into_id)

    @users("user_sales_manager")
    def test_one_record_is_not_enough(self):
        with self.assertRaisesRegex(UserError, "at least two"):
            self._merge("crm.lost.reason.merge", self.reason_price, self.reason_price)

    @users("user_sales_salesman")
    def test_salespeople_do_not_merge(self):
        with self.assertRaises(AccessError):
            self._merge(
                "crm.lost.reason.merge", self.reason_price + self.reason_budget, self.reason_price
            )

    @users("user_sales_manager")
    def test_competitors(self):
        twin = self.env["crm.competitor"].create({"name": "Globex Ltd"})
        self._merge("crm.competitor.merge", self.competitor + twin, twin)
        self.assertEqual(self.deal_own.competitor_id, twin)
        self.assertEqual(twin.closing_count, 1)
        self.assertFalse(self.competitor.active)
        with self.assertRaisesRegex(UserError, "“Globex Ltd”: 1 closing\n"):
            twin.unlink()
