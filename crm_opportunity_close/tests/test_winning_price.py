from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged, users

from ..history import record_history
from ..models.exceptions import ClosingRefusedError
from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestWinningPrice(TestCloseCommon):
    """What the customer paid elsewhere, and how far that was below what we asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason_price.price_asked = "optional"
        cls.reason_must = cls.env["crm.lost.reason"].create(
            {"name": "Underbid", "loss_type": "competitor", "price_asked": "required"}
        )

    def _lose(self, deals, reason=None, **answers):
        reason = reason or self.reason_price
        deals.action_set_lost(lost_reason_id=reason.id, **answers)

    def _open_window(self, deals, reason, **answers):
        window = Form(self.env["crm.lead.lost"].with_context(default_lead_ids=deals.ids))
        window.lost_reason_id = reason
        for name, value in answers.items():
            setattr(window, name, value)
        return window

    # ------------------------------------------------------------
    # Asked
    # ------------------------------------------------------------

    @users("user_sales_salesman")
    def test_the_window_asks_where_the_reason_does(self):
        deal = self.deal_own.with_env(self.env)
        window = self._open_window(deal, self.reason_budget)
        self.assertFalse(window.price_asked)
        window.lost_reason_id = self.reason_price
        self.assertEqual(window.price_asked, "optional")
        self.assertEqual(window.asked_price, 100)
        window.winning_price = 80
        window.save().action_lost_reason_apply()
        self.assertClosed(deal, "lost", self.reason_price)
        self.assertRecordValues(
            deal.closing_id, [{"winning_price": 80, "price_gap": 0.2, "is_complete": True}]
        )

    @users("user_sales_salesman")
    def test_not_known_is_an_answer(self):
        deal = self.deal_own.with_env(self.env)
        self._open_window(deal, self.reason_price).save().action_lost_reason_apply()
        self.assertRecordValues(
            deal.closing_id, [{"winning_price": 0, "price_gap": False, "is_complete": True}]
        )

    @users("user_sales_salesman")
    def test_a_reason_may_require_it(self):
        deal = self.deal_own.with_env(self.env)
        window = self._open_window(deal, self.reason_must).save()
        with self.assertRaisesRegex(ClosingRefusedError, "asks for the winning price"):
            window.action_lost_reason_apply()
        with self.assertRaisesRegex(ClosingRefusedError, "asks for the winning price") as caught:
            self._lose(deal, self.reason_must)
        self.assertEqual(caught.exception.blockers, {deal: ["price"]})
        self.assertOpen(deal)
        self._lose(deal, self.reason_must, winning_price=95)
        self.assertTrue(deal.closing_id.is_complete)
        with self.assertRaisesRegex(ClosingRefusedError, "asks for the winning price"):
            deal.winning_price = 0

    def test_code_without_it_waits_to_be_completed(self):
        self._lose(self.deal_own, self.reason_must)
        self.assertFalse(self.deal_own.closing_id.is_complete)
        self.deal_own.with_user(self.user_sales_salesman).winning_price = 70
        self.assertRecordValues(self.deal_own.closing_id, [{"is_complete": True, "price_gap": 0.3}])

    @users("user_sales_manager")
    def test_one_by_one(self):
        window = self._open_window(self.deals, self.reason_must, is_per_deal=True)
        self.assertEqual(window.asked_price, 0, "one price says nothing of several")
        for index, price in enumerate((90, 2500)):
            with window.line_ids.edit(index) as line:
                self.assertEqual(line.asked_price, line.lead_id.expected_revenue)
                self.assertIn("winning price", line.missing_message)
                line.winning_price = price
                self.assertFalse(line.missing_message)
        window.save().action_lost_reason_apply()
        self.assertEqual(self.deals.closing_id.mapped("winning_price"), [90, 2500])
        for deal, gap in zip(self.deals, (0.1, -0.25), strict=True):
            self.assertAlmostEqual(deal.closing_id.price_gap, gap)

    @users("user_sales_salesman")
    def test_the_import_is_told_the_column(self):
        columns = ["name", "type", "active", "probability", "lost_reason_id/.id", "winning_price"]
        row = ["Imported", "opportunity", "0", "0", str(self.reason_must.id)]
        leads = self.env["crm.lead"].with_context(import_file=True)
        result = leads.load(columns, [[*row, ""]])
        self.assertFalse(result["ids"])
        self.assertIn("Winning price", result["messages"][0]["message"])
        result = leads.load(columns, [[*row, "40"]])
        self.assertEqual(leads.browse(result["ids"]).closing_id.winning_price, 40)

    def _complete(self, deals):
        action = deals.closing_id.with_env(self.env).action_complete()
        window = self.env[action["res_model"]].with_context(**action["context"])
        return Form(window, view="crm_opportunity_close.crm_lead_lost_view_form_complete")

    def test_it_is_completed(self):
        self._lose(self.deals, self.reason_must)
        self.deal_own.expected_revenue = 400
        window = self._complete(self.deal_own)
        self.assertIn("winning price", window.missing_message)
        self.assertEqual(window.asked_price, 100, "as it was at the closing")
        window.winning_price = 80
        window.save().action_lost_reason_apply()
        self.assertRecordValues(
            self.deal_own.closing_id, [{"winning_price": 80, "is_complete": True}]
        )
        self.assertEqual(self._complete(self.deal_own).winning_price, 80)

    def test_several_are_completed_one_by_one(self):
        self._lose(self.deals, self.reason_must)
        window = self._complete(self.deals)
        window.is_per_deal = True
        for index, price in enumerate((90, 1500)):
            with window.line_ids.edit(index) as line:
                line.winning_price = price
        window.save().action_lost_reason_apply()
        self.assertEqual(self.deals.closing_id.mapped("winning_price"), [90, 1500])
        self.assertTrue(all(self.deals.closing_id.mapped("is_complete")))

    # ------------------------------------------------------------
    # Kept
    # ------------------------------------------------------------

    def test_the_row_follows_a_correction_and_nothing_else(self):
        self._lose(self.deal_own, winning_price=80)
        row = self.deal_own.closing_id
        self.deal_own.expected_revenue = 400
        self.assertEqual(self.deal_own.asked_price, 100, "as it was at the closing")
        self.deal_own.winning_price = 75
        self.assertRecordValues(row, [{"winning_price": 75, "price_gap": 0.25}])
        self.deal_own.action_reopen()
        self.assertOpen(self.deal_own)
        self.assertEqual(self.deal_own.asked_price, 400)
        self.assertRecordValues(row, [{"winning_price": 75, "price_gap": 0.25}])

    def test_where_nothing_was_asked_there_is_no_gap(self):
        self.deal_own.expected_revenue = 0
        self._lose(self.deal_own, winning_price=80)
        self.assertRecordValues(
            self.deal_own.closing_id, [{"winning_price": 80, "price_gap": False}]
        )
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT price_gap FROM crm_lead_closing WHERE id = %s", [self.deal_own.closing_id.id]
        )
        self.assertEqual(self.env.cr.fetchall(), [(None,)], "no average counts it")

    def test_nothing_is_left_of_it_elsewhere(self):
        self._lose(self.deal_own, winning_price=80)
        self.assertFalse(self.deal_own.copy().winning_price)
        self.deal_own.action_set_won()
        self.assertFalse(self.deal_own.winning_price)
        self.assertFalse(self.deal_own.closing_id.winning_price)
        rows = self.deal_own.closing_ids.sorted("id")
        self.assertEqual(rows.mapped("winning_price"), [80, 0])

    @users("user_sales_salesman")
    def test_an_open_deal_has_none(self):
        with self.assertRaisesRegex(ValidationError, "are open"):
            self.deal_own.with_env(self.env).winning_price = 80

    @users("user_sales_salesman")
    def test_no_price_is_below_zero(self):
        deal = self.deal_own.with_env(self.env)
        with self.assertRaisesRegex(ValidationError, "cannot be the value of “Winning price”"):
            self._lose(deal, winning_price=-1)

    def test_a_correction_after_a_change_of_currency(self):
        euro, dollar = self.env.ref("base.EUR"), self.env.ref("base.USD")
        (euro + dollar).active = True
        company = self.env["res.company"].create({"name": "Elsewhere", "currency_id": dollar.id})
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "rate": 0.5, "name": "2020-01-01", "company_id": company.id}
        )
        deal = self.env["crm.lead"].create(
            {"name": "Abroad", "type": "opportunity", "company_id": company.id}
        )
        deal.expected_revenue = 100
        self._lose(deal, winning_price=80)
        company.currency_id = euro
        self.env["res.currency.rate"].search([("company_id", "=", company.id)]).unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "rate": 2, "name": "2020-01-01", "company_id": company.id}
        )
        deal.closing_note = "Another answer is corrected"
        self.assertEqual(deal.closing_id.winning_price, 80)
        deal.winning_price = 35
        self.assertRecordValues(
            deal.closing_id,
            [{"winning_price": 70, "company_currency": dollar.id, "price_gap": 0.3}],
        )

    def test_a_correction_is_tracked(self):
        self._lose(self.deal_own, winning_price=80)
        self.flush_tracking()
        self.deal_own.with_user(self.user_sales_salesman).winning_price = 75
        self.flush_tracking()
        news = self.deal_own.message_ids[0]
        self.assertEqual(news.author_id, self.user_sales_salesman.partner_id)
        self.assertRecordValues(
            news.tracking_value_ids, [{"old_value_float": 80, "new_value_float": 75}]
        )

    def test_closings_of_the_past(self):
        self._lose(self.deals, winning_price=80)
        expected = {row.lead_id: row.price_gap for row in self.deals.closing_id}
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM crm_lead_closing WHERE lead_id = ANY(%s)", [self.deals.ids]
        )
        self.env.invalidate_all()
        record_history(self.env)
        for deal in self.deals:
            self.assertEqual(deal.closing_id.winning_price, 80)
            self.assertAlmostEqual(deal.closing_id.price_gap, expected[deal])

    def test_readable_in_every_view(self):
        for view_type in ("list", "form"):
            arch = self.env["crm.lead.closing"].get_view(view_type=view_type)["arch"]
            self.assertIn("winning_price", arch)
            self.assertIn("price_gap", arch)
