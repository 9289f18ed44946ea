from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged, users
from odoo.tools import SQL

from .common import TestCloseCommon

CLOSED = datetime(2030, 5, 1, 12)
LATER = datetime(2030, 6, 1, 12)


@tagged("post_install", "-at_install")
class TestClosingDates(TestCloseCommon):
    """A closed deal has the date of its closing, an open one has none, by every path."""

    def _lose(self, deals):
        with freeze_time(CLOSED):
            deals.action_set_lost(lost_reason_id=self.reason_price.id)

    def check_date(self, deal, date):
        self.assertEqual(deal.date_closed, date)
        self.assertEqual(deal.sudo().closing_id.date, date)

    @users("user_sales_salesman")
    def test_closing_stamps_the_moment(self):
        deal = self.deal_own.with_env(self.env)
        self._lose(deal)
        self.check_date(deal, CLOSED)
        with freeze_time(LATER):
            deal.stage_id = self.stage_team1_won
        self.check_date(deal, LATER)

    @users("user_sales_salesman")
    def test_what_does_not_move_a_lost_deal_date(self):
        deal = self.deal_own.with_env(self.env)
        self._lose(deal)
        with freeze_time(LATER):
            for vals in (
                {"stage_id": self.stage_team1_2.id},
                {"active": False},
                {"probability": 0},
                {"active": False, "probability": 0},
                {"date_closed": False},
                {"lost_reason_id": self.reason_budget.id},
            ):
                with self.subTest(vals=vals):
                    deal.write(vals)
                    self.check_date(deal, CLOSED)
            deal.action_set_lost(lost_reason_id=self.reason_price.id)
            deal.action_archive()
        self.check_date(deal, CLOSED)
        self.assertEqual(deal.lost_reason_id, self.reason_budget)

    @users("user_sales_salesman")
    def test_what_does_not_move_a_won_deal_date(self):
        deal = self.deal_own.with_env(self.env)
        with freeze_time(CLOSED):
            deal.action_set_won()
        with freeze_time(LATER):
            for vals in (
                {"stage_id": self.stage_gen_won.id},
                {"probability": 100},
                {"active": False},
                {"active": True},
                {"date_closed": False},
                {"team_id": False},
            ):
                with self.subTest(vals=vals):
                    deal.write(vals)
                    self.check_date(deal, CLOSED)
            deal.action_set_won()
        self.check_date(deal, CLOSED)

    @users("user_sales_salesman")
    def test_reopening_empties_it(self):
        deal = self.deal_own.with_env(self.env)
        for vals in ({"active": True}, {"probability": 40}, {"active": True, "probability": 30}):
            with self.subTest(vals=vals):
                self._lose(deal)
                deal.write(vals)
                self.assertFalse(deal.date_closed)
                deal.active = True
                self.assertOpen(deal)
        self._lose(deal)
        deal.action_restore()
        self.assertOpen(deal)

    @users("user_sales_salesman")
    def test_open_deals_have_none(self):
        deal = self.deal_own.with_env(self.env)
        for vals in (
            {"probability": 100},
            {"probability": 0},
            {"probability": 40},
            {"active": False},
            {"active": True},
        ):
            with self.subTest(vals=vals):
                deal.write(vals)
                self.assertFalse(deal.date_closed)
        deal.action_archive()
        self.assertFalse(deal.date_closed)

    @users("user_sales_salesman")
    def test_import(self):
        fnames = ["name", "type", "active", "probability", "lost_reason_id/.id", "date_closed"]
        reason = str(self.reason_price.id)
        rows = [
            ["Explicit", "opportunity", "0", "0", reason, "2020-02-03 04:05:06"],
            ["Implicit", "opportunity", "0", "0", reason, ""],
        ]
        with freeze_time(CLOSED):
            ids = self.env["crm.lead"].load(fnames, rows)["ids"]
        explicit, implicit = self.env["crm.lead"].browse(ids)
        self.check_date(explicit, datetime(2020, 2, 3, 4, 5, 6))
        self.check_date(implicit, CLOSED)
        self.assertEqual(explicit.closing_id.days_to_close, 0)

    @users("user_sales_salesman")
    def test_import_of_won_deals(self):
        fnames = ["name", "type", "stage_id/.id", "date_closed"]
        stage = str(self.stage_gen_won.id)
        rows = [
            ["Explicit", "opportunity", stage, "2020-02-03 04:05:06"],
            ["Implicit", "opportunity", stage, ""],
        ]
        with freeze_time(CLOSED):
            ids = self.env["crm.lead"].load(fnames, rows)["ids"]
        explicit, implicit = self.env["crm.lead"].browse(ids)
        self.check_date(explicit, datetime(2020, 2, 3, 4, 5, 6))
        self.check_date(implicit, CLOSED)

    @users("user_sales_salesman")
    def test_a_copy_has_none(self):
        deal = self.deal_own.with_env(self.env)
        self._lose(deal)
        self.assertFalse(deal.copy().date_closed)

    @users("user_sales_salesman")
    def test_dates_that_cannot_be(self):
        """By every path: with the closing, as a correction, with a new deal."""
        deal = self.deal_own.with_env(self.env)
        lost = {"active": False, "probability": 0, "lost_reason_id": self.reason_price.id}
        future = {**lost, "date_closed": datetime(2199, 1, 1)}
        for close in (
            lambda: deal.write(future),
            lambda: deal.create({"name": "New", **future}),
            lambda: deal.action_set_lost(**future),
            lambda: deal.action_set_won(date_closed=datetime(2199, 1, 1)),
        ):
            with self.assertRaisesRegex(ValidationError, "future"), self.cr.savepoint():
                close()
        past = {**lost, "date_closed": datetime(1999, 1, 1)}
        with self.assertRaisesRegex(ValidationError, "created.*\n.*Own deal"), self.cr.savepoint():
            deal.write(past)
        self.env.invalidate_all()
        self.assertOpen(deal)

    @users("user_sales_salesman")
    def test_a_new_deal_is_not_compared_with_others(self):
        """``create`` may be called on any recordset."""
        new = self.deal_own.with_env(self.env).create(
            {
                "name": "Old story",
                "active": False,
                "probability": 0,
                "lost_reason_id": self.reason_price.id,
                "date_closed": datetime(1999, 1, 1),
            }
        )
        self.check_date(new, datetime(1999, 1, 1))

    @users("user_sales_salesman")
    def test_the_status_cannot_be_written(self):
        """It follows from the stage, the probability and the archive."""
        deal = self.deal_own.with_env(self.env)
        deal.write({"won_status": "lost"})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertOpen(deal)
        new = self.env["crm.lead"].create({"name": "New", "won_status": "won"})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertOpen(new)
        self._lose(deal)
        deal.won_status = "pending"
        self.assertClosed(deal, "lost", self.reason_price)

    @users("user_sales_salesman")
    def test_decided_on_the_day_it_was_entered(self):
        with freeze_time(CLOSED):
            deal = self.deal_own.with_env(self.env).copy()
            self.env.flush_all()
            self.env.cr.execute(
                SQL("UPDATE crm_lead SET create_date = %s WHERE id = %s", CLOSED, deal.id)
            )
            deal.invalidate_recordset(["create_date"])
            morning = CLOSED.replace(hour=9)
            deal.action_set_lost(lost_reason_id=self.reason_price.id, date_closed=morning)
        self.check_date(deal, morning)
        self.assertEqual(deal.sudo().closing_id.days_to_close, 0)

    def test_closed_from_a_stage_that_was_won(self):
        stage = self.stage_team1_1.copy({"name": "Delivered", "is_won": True})
        deal = self.deal_own
        deal.stage_id = stage
        self.assertEqual(deal.last_open_stage_id, self.stage_team1_1)
        stage.is_won = False
        self.assertEqual(deal.last_open_stage_id, stage)
        stage.is_won = True
        self.assertEqual(deal.last_open_stage_id, stage)
