from odoo import fields
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged, users

from .common import TestCloseCommon

LOST = {"active": False, "probability": 0}


@tagged("post_install", "-at_install")
class TestAnswers(TestCloseCommon):
    """What counts as an answer, and of which closing."""

    # ------------------------------------------------------------
    # Only a stored record is one
    # ------------------------------------------------------------

    def _get_no_reasons(self):
        """What programs send, or code passes, in place of no reason at all."""
        gone = self.env["crm.lost.reason"].sudo().create({"name": "Gone"})
        gone_id = gone.id
        gone.unlink()
        partner = self.env["res.partner"].browse(self.reason_price.id)
        new = self.env["crm.lost.reason"].new({"name": "New"})
        return [
            0,
            {},
            [],
            "",
            True,
            1.0,
            str(self.reason_price.id),
            -1,
            2**31,
            gone_id,
            partner,
            new,
        ]

    @users("user_sales_leads")
    def test_nothing_else_is_a_reason(self):
        deal = self.deal_own.with_env(self.env)
        window = self.env["crm.lead.lost"]
        for value in self._get_no_reasons():
            for lose in (
                lambda value=value: deal.action_set_lost(lost_reason_id=value),
                lambda value=value: deal.write({**LOST, "lost_reason_id": value}),
                lambda value=value: deal.web_save({**LOST, "lost_reason_id": value}, {}),
                lambda value=value: deal.create(
                    {"name": "Own deal", "type": "opportunity", **LOST, "lost_reason_id": value}
                ),
                lambda value=value: window.create(
                    {"lead_ids": deal.ids, "lost_reason_id": value}
                ).action_lost_reason_apply(),
            ):
                with (
                    self.subTest(value=value),
                    self.assertRaisesRegex(ValidationError, "Own deal: the reason is missing"),
                    self.cr.savepoint(),
                ):
                    lose()
        self.assertOpen(deal)

    @users("user_sales_leads")
    def test_nothing_else_is_a_competitor(self):
        self.reason_price.sudo().competitor_required = True
        deal = self.deal_own.with_env(self.env)
        answers = {"lost_reason_id": self.reason_price.id}
        for value in (0, {}, "", 999999999, self.env["crm.competitor"].new({"name": "New"})):
            with (
                self.subTest(value=value),
                self.assertRaisesRegex(ValidationError, "asks for the competitor"),
                self.cr.savepoint(),
            ):
                deal.action_set_lost(**answers, competitor_id=value)
        deal.action_set_lost(**answers, competitor_id=self.competitor)
        self.assertClosed(deal, "lost", self.reason_price)

    @users("user_sales_leads")
    def test_a_number_in_a_column_of_answers(self):
        """A list sorted by hand writes numbers, whatever the column."""
        deals = self.deals.with_env(self.env)
        deals.action_set_lost(lost_reason_id=self.reason_price.id)
        with (
            self.assertRaisesRegex(ValidationError, "Own deal: the reason is missing"),
            self.cr.savepoint(),
        ):
            deals.web_resequence({}, "lost_reason_id", 0)
        self.env.invalidate_all()
        self.assertClosed(deals, "lost", self.reason_price)

    @users("user_sales_leads")
    def test_further_reasons_that_are_none(self):
        gone = self.env["crm.lost.reason"].sudo().create({"name": "Gone"})
        gone_record, gone_id = gone, gone.id
        gone.unlink()
        further = self.reason_budget
        for value, expected in (
            ([Command.link(gone_id)], further.browse()),
            ([Command.set([gone_id, further.id, 0, -1, "1", [1], None])], further),
            ([[6]], further.browse()),
            ([[4, {}], [3], ["a", "b"], 7.5, None], further.browse()),
            (gone_record + further, further),
            (self.env["res.partner"].browse(further.id), further.browse()),
            ({"a": 1}, further.browse()),
            (0, further.browse()),
        ):
            deal = self.deal_own.with_env(self.env).copy({"name": "Copied"})
            with self.subTest(value=value):
                deal.action_set_lost(
                    lost_reason_id=self.reason_price.id, secondary_reason_ids=value
                )
                self.assertClosed(deal, "lost", self.reason_price)
                self.assertEqual(deal.secondary_reason_ids, expected)
                self.assertEqual(deal.closing_id.secondary_reason_ids, expected)

    # ------------------------------------------------------------
    # An open lead has none
    # ------------------------------------------------------------

    @users("user_sales_leads")
    def test_a_person_gives_answers_together_with_the_closing(self):
        deals = self.deals.with_env(self.env)
        deals[0].action_set_lost(lost_reason_id=self.reason_price.id)
        deals[0].action_reopen()
        for answer in (
            {"lost_reason_id": self.reason_price.id},
            {"win_reason_id": self.reason_fit.id},
            {"secondary_reason_ids": [Command.link(self.reason_budget.id)]},
            {"competitor_id": self.competitor.id},
            {"closing_note": "<p>Too early</p>"},
            {"followup_date": "2030-01-01"},
            {"date_closed": fields.Datetime.now()},
            {"closed_revenue": 10},
        ):
            for give in (
                lambda answer=answer: deals.write(answer),
                lambda answer=answer: deals[0].web_save(answer, {}),
            ):
                with (
                    self.subTest(answer=answer),
                    self.assertRaisesRegex(
                        ValidationError, "(?s)are open.*Own deal was reopened by .*action_set_lost"
                    ),
                    self.cr.savepoint(),
                ):
                    give()
            with (
                self.subTest(created=answer),
                self.assertRaisesRegex(ValidationError, "(?s)are open.*– New"),
                self.cr.savepoint(),
            ):
                deals.create({"name": "New", "type": "opportunity", **answer})
        self.env.invalidate_all()
        self.assertOpen(deals)

    @users("user_sales_leads")
    def test_nothing_is_no_answer_on_an_open_lead(self):
        deal = self.deal_own.with_env(self.env)
        nothing = {
            "lost_reason_id": 0,
            "secondary_reason_ids": [Command.clear()],
            "closing_note": "<p><br></p>",
            "date_closed": False,
            "closed_revenue": 0,
        }
        deal.write(nothing)
        self.assertOpen(deal + deal.create({"name": "New", "type": "opportunity", **nothing}))

    def test_what_code_leaves_answers_no_closing_of_a_person(self):
        for close in (
            lambda deal: deal.action_set_lost(),
            lambda deal: deal.write(LOST),
            lambda deal: deal.write({"active": 0, "probability": False}),
        ):
            self.deal_own.write(
                {"lost_reason_id": self.reason_price.id, "closing_note": "<p>By code</p>"}
            )
            deal = self.deal_own.with_user(self.user_sales_leads)
            with (
                self.assertRaisesRegex(ValidationError, "Own deal: the reason is missing"),
                self.cr.savepoint(),
            ):
                close(deal)
            self.env.invalidate_all()
            self.assertEqual(deal.lost_reason_id, self.reason_price, "left as it was")
        deal.action_set_lost(lost_reason_id=self.reason_budget.id)
        self.assertClosed(deal, "lost", self.reason_budget)
        self.assertFalse(deal.closing_note)

    @users("user_sales_leads")
    def test_a_default_is_no_answer(self):
        """A column of the pipeline, a link or a user's own default gives a lead no answer."""
        defaults = {
            "default_lost_reason_id": self.reason_price.id,
            "default_win_reason_id": 999999999,
            "default_competitor_id": self.competitor.id,
            "default_closing_note": "<p>By default</p>",
            "default_date_closed": "2020-01-01",
        }
        self.env["ir.default"].set("crm.lead", "lost_reason_id", self.reason_budget.id, True)
        leads = self.env["crm.lead"].with_context(**defaults)
        new = {"name": "New", "type": "opportunity"}
        self.assertOpen(leads.create(new))
        self.assertFalse(leads.default_get(["lost_reason_id", "closing_note"]))
        with (
            self.assertRaisesRegex(ValidationError, "New: the reason is missing"),
            self.cr.savepoint(),
        ):
            leads.create({**new, **LOST})

    def test_what_code_left_goes_along_when_code_merges(self):
        self.deals.write({"probability": 0, "automated_probability": 50})
        for deal in self.deals:
            with self.subTest(deal.name), self.env.cr.savepoint() as savepoint:
                deal.lost_reason_id = self.reason_price
                merged = self.deals.merge_opportunity()
                self.assertEqual(merged.won_status, "pending")
                self.assertEqual(merged.lost_reason_id, self.reason_price)
                savepoint.rollback()

    @users("user_sales_manager")
    def test_what_code_left_is_no_obstacle_to_a_merge(self):
        deals = self.deals.with_env(self.env)
        deals.sudo().write({"lost_reason_id": self.reason_price.id, "probability": 0})
        merged = deals.merge_opportunity()
        self.assertEqual(merged.won_status, "pending")
        with (
            self.assertRaisesRegex(ValidationError, "the reason is missing"),
            self.cr.savepoint(),
        ):
            merged.action_set_lost()

    # ------------------------------------------------------------
    # Texts, dates, amounts
    # ------------------------------------------------------------

    @users("user_sales_leads")
    def test_a_note_is_what_somebody_can_see(self):
        for note, expected in (
            ("<p>\u200b</p>", False),
            ("<p>&nbsp;</p>", "<p>&nbsp;</p>"),
            ("<p><br></p>", False),
            ("\x00\ud800", False),
            ("<p>\x00No\x07 money\ufffe \ud83d</p>", "<p>No money </p>"),
            ("<p>ไม่มีงบ\u200bประมาณ</p>", "<p>ไม่มีงบ\u200bประมาณ</p>"),
            ('<img src="/a.png">', '<img src="/a.png">'),
            (b"bytes", False),
            (7, False),
        ):
            deal = self.deal_own.with_env(self.env).copy({"name": "Noted"})
            with self.subTest(note=note):
                deal.action_set_lost(lost_reason_id=self.reason_price.id, closing_note=note)
                deal.flush_recordset()
                self.env.invalidate_all()
                self.assertClosed(deal, "lost", self.reason_price)
                if note != "<p>&nbsp;</p>":
                    self.assertEqual(deal.closing_note, expected)

    @users("user_sales_leads")
    def test_dates_and_amounts_that_are_none(self):
        deal = self.deal_own.with_env(self.env)
        for field, value, message in (
            ("date_closed", "yesterday", "“yesterday” cannot be the value of"),
            ("date_closed", 5, "“5” cannot be the value of"),
            ("date_closed", {"a": 1}, "cannot be the value of"),
            ("date_closed", "0001-01-01 00:00:00", "dates from 1900 to 8999"),
            ("date_closed", "9999-12-31 23:59:59", "dates from 1900 to 8999"),
            ("followup_date", "0001-01-01", "dates from 1900 to 8999"),
            ("followup_date", "9999-12-31", "dates from 1900 to 8999"),
            ("followup_date", [1], "cannot be the value of"),
            ("closed_revenue", float("nan"), "“nan” cannot be the value of"),
            ("closed_revenue", float("inf"), "“inf” cannot be the value of"),
            ("closed_revenue", 10**400, "cannot be the value of"),
            ("closed_revenue", 1e300, "cannot be the value of"),
            ("closed_revenue", "many", "“many” cannot be the value of"),
        ):
            for env in (self.env, self.env(su=True)):
                with (
                    self.subTest(field=field, value=str(value)[:9], su=env.su),
                    self.assertRaisesRegex(ValidationError, message),
                    self.cr.savepoint(),
                ):
                    deal.with_env(env).action_set_won(**{field: value})
        self.env.invalidate_all()
        self.assertOpen(deal)

    @users("user_sales_leads")
    def test_a_lead_of_unknown_age(self):
        """Rows that came by SQL need not say when they were created."""
        deal = self.deal_own.with_env(self.env)
        deal.action_set_lost(lost_reason_id=self.reason_price.id)
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET create_date = NULL WHERE id = %s", [deal.id])
        self.env.invalidate_all()
        deal.date_closed = "2020-01-01"
        self.assertClosed(deal, "lost", self.reason_price)
