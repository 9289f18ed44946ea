from datetime import date as date_type
from datetime import timedelta

from lxml import etree
from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestLostWindow(TestCloseCommon):
    """The window adapts to the reason, and closes one deal or many."""

    def _open_window(self, deals):
        return Form(self.env["crm.lead.lost"].with_context(default_lead_ids=deals.ids))

    @users("user_sales_salesman")
    def test_reason_asks_for_note_and_competitor(self):
        self.reason_price.sudo().write({"note_required": True, "competitor_required": True})
        deal = self.deal_own.with_env(self.env)
        with self.assertRaisesRegex(ValidationError, "closing note.*competitor"):
            deal.action_set_lost(lost_reason_id=self.reason_price.id)
        window = self._open_window(deal)
        window.lost_reason_id = self.reason_price
        window.lost_feedback = "<p>Much cheaper</p>"
        window.competitor_id = self.competitor
        window.save().action_lost_reason_apply()
        self.assertClosed(deal, "lost", self.reason_price)
        self.assertEqual(deal.competitor_id, self.competitor)
        self.assertEqual(deal.closing_note, "<p>Much cheaper</p>")

    @users("user_sales_salesman")
    def test_the_same_reason_without_its_answers_is_refused(self):
        self.reason_price.sudo().write({"note_required": True})
        window = self.env["crm.lead.lost"].create(
            {"lead_ids": self.deal_own.ids, "lost_reason_id": self.reason_price.id}
        )
        with self.assertRaisesRegex(ValidationError, "Own deal.*closing note"):
            window.action_lost_reason_apply()
        self.assertOpen(self.deal_own)

    @users("user_sales_salesman")
    def test_followup_is_proposed_and_becomes_an_activity(self):
        self.reason_price.sudo().followup_days = 30
        deal = self.deal_own.with_env(self.env)
        window = self._open_window(deal)
        window.lost_reason_id = self.reason_price
        expected = fields.Date.today() + timedelta(days=30)
        self.assertEqual(window.followup_date, expected)
        window.save().action_lost_reason_apply()
        self.assertRecordValues(
            deal.activity_ids,
            [{"date_deadline": expected, "user_id": self.user_sales_salesman.id}],
        )
        self.assertIn("Beaten on price", deal.activity_ids.summary)

    @users("user_sales_salesman")
    def test_no_followup_no_activity(self):
        deal = self.deal_own.with_env(self.env)
        window = self._open_window(deal)
        window.lost_reason_id = self.reason_budget
        self.assertFalse(window.followup_date)
        window.save().action_lost_reason_apply()
        self.assertFalse(deal.activity_ids)

    @users("user_sales_salesman")
    def test_a_followup_chosen_by_a_person_stays(self):
        self.reason_price.sudo().followup_days = 30
        self.reason_budget.sudo().followup_days = 90
        today = fields.Date.today()
        window = self._open_window(self.deal_own)
        window.followup_date = chosen = today + timedelta(days=7)
        window.lost_reason_id = self.reason_price
        self.assertEqual(window.followup_date, chosen)
        window.lost_reason_id = self.reason_budget
        self.assertEqual(window.followup_date, chosen)
        window = self._open_window(self.deal_own)
        window.lost_reason_id = self.reason_price
        window.lost_reason_id = self.reason_budget
        self.assertEqual(window.followup_date, today + timedelta(days=90), "proposed anew")
        window.followup_date = False
        window.lost_reason_id = self.reason_price
        self.assertFalse(window.followup_date, "never")
        wizard = window.save()
        with Form(wizard) as window:
            window.lost_reason_id = self.reason_budget
            self.assertFalse(window.followup_date, "never, also when the window is saved")

    @users("user_sales_salesman")
    def test_no_follow_up_where_calendars_end(self):
        self.reason_price.sudo().followup_days = 3650
        window = self._open_window(self.deal_own)
        window.lost_reason_id = self.reason_price
        today = fields.Date.today()
        self.assertEqual(window.followup_date, today + timedelta(days=3650))
        for date in ("9999-12-31 23:59:59", "0001-01-01 00:00:00", False):
            for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", False):
                with self.subTest(date, zone=zone):
                    wizard = self.env["crm.lead.lost"].with_context(tz=zone)
                    vals = {"lost_reason_id": self.reason_price.id, "date_closed": date}
                    self.assertEqual(bool(wizard.new(vals).followup_date), not date)
                    line = {"lost_reason_id": self.reason_price.id, "wizard_id": wizard.new(vals)}
                    line = self.env["crm.lead.lost.line"].with_context(tz=zone).new(line)
                    self.assertEqual(bool(line.followup_date), not date)
        deal = self.deal_own.with_env(self.env)
        deal.action_set_lost(lost_reason_id=self.reason_price.id, followup_date="8999-12-31")
        self.assertEqual(deal.activity_ids.date_deadline, date_type(8999, 12, 31))
        Form(deal)

    @users("user_sales_manager")
    def test_days_until_a_follow_up_end_after_ten_years(self):
        for days in (-1, 3651, 3_000_000):
            with (
                self.subTest(days),
                self.assertRaises(CheckViolation),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                self.reason_price.with_env(self.env).followup_days = days
                self.env.flush_all()
        constraint = self.env.registry["crm.lost.reason"]._table_objects
        constraint = constraint["crm_lost_reason_followup_days_possible"]
        self.assertIn("up to 3650 days", constraint.get_error_message(self.reason_price, None))

    @users("user_sales_salesman")
    def test_what_automation_left_is_shown_and_answers_nothing(self):
        self.deal_own.sudo().write(
            {"lost_reason_id": self.reason_price.id, "competitor_id": self.competitor.id}
        )
        window = self._open_window(self.deal_own)
        self.assertEqual(window.unconfirmed_message, "Beaten on price, Globex")
        self.assertFalse(window.lost_reason_id)
        self.assertFalse(window.competitor_id)
        arch = etree.fromstring(self.env["crm.lead.lost"].get_view(view_type="form")["arch"])
        (line,) = arch.xpath("//p[field[@name='unconfirmed_message']]")
        self.assertIn("Left by automation", line.text)
        window.lost_reason_id = self.reason_budget
        window.save().action_lost_reason_apply()
        self.assertClosed(self.deal_own, "lost", self.reason_budget)
        self.assertFalse(self.deal_own.competitor_id)

    @users("user_sales_manager")
    def test_skipped_opportunities_are_named_up_to_five(self):
        many = self.env["crm.lead"].create(
            [{"name": f"Deal {n}", "type": "opportunity"} for n in range(24)]
        )
        many.action_set_won()
        window = self._open_window(many + self.deal_own)
        self.assertEqual(window.lead_count, 1)
        lines = window.skipped_message.split("\n")
        self.assertEqual(len(lines), 6)
        self.assertIn(" – already won", lines[0])
        self.assertEqual(lines[-1], "… and 19 more")
        arch = etree.fromstring(self.env["crm.lead.lost"].get_view(view_type="form")["arch"])
        names = [node.get("name") for node in arch.iter("field")]
        for name in ("lead_count", "skipped_message"):
            self.assertLess(names.index(name), names.index("lost_reason_id"), "seen first")

    @users("user_sales_manager")
    def test_a_stage_that_allows_no_loss_is_named(self):
        self.stage_team1_1.allow_lost = False
        window = self._open_window(self.deals.with_env(self.env))
        name = self.stage_team1_1.name
        self.assertEqual(window.skipped_message, f"Own deal – cannot be lost from stage {name}")

    @users("user_sales_salesman")
    def test_other_peoples_deals_are_refused(self):
        with self.assertRaises(AccessError):
            self.env["crm.lead.lost"].create(
                {"lead_ids": self.deals.ids, "lost_reason_id": self.reason_price.id}
            ).action_lost_reason_apply()

    @users("user_sales_manager")
    def test_nothing_left_to_close(self):
        deals = self.deals.with_env(self.env)
        deals.action_set_lost(lost_reason_id=self.reason_price.id)
        window = self.env["crm.lead.lost"].create(
            {"lead_ids": deals.ids, "lost_reason_id": self.reason_budget.id}
        )
        with self.assertRaisesRegex(UserError, "no opportunity left(.|\n)*Own deal – already lost"):
            window.action_lost_reason_apply()
        self.assertClosed(deals, "lost", self.reason_price)

    @users("user_sales_manager")
    def test_a_window_with_nothing_to_close_only_says_why(self):
        """No answer is asked for, and there is nothing to submit."""
        deals = self.deals.with_env(self.env)
        for model, verb in (("crm.lead.lost", "lost"), ("crm.lead.win", "won")):
            with self.subTest(model=model):
                getattr(deals, f"action_set_{verb}")(
                    **({"lost_reason_id": self.reason_price.id} if verb == "lost" else {})
                )
                window = Form(self.env[model].with_context(default_lead_ids=deals.ids))
                self.assertEqual(window.lead_count, 0)
                self.assertIn("Own deal – already", window.skipped_message)
                arch = etree.fromstring(self.env[model].get_view(view_type="form")["arch"])
                submits = arch.xpath("//footer/button[@type='object']")
                self.assertTrue(submits)
                (answers,) = arch.xpath("//group[field[@name='date_closed']]")
                (reason,) = arch.xpath("//field[@widget='closing_reason']")
                for node in (*submits, answers, reason):
                    self.assertIn("not lead_count", node.get("invisible", ""))
