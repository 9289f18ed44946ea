from ast import literal_eval
from datetime import timedelta

from lxml import etree

from odoo import SUPERUSER_ID, fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged, users

from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestWinBack(TestCloseCommon):
    """A lost deal is thought of again on its day, and when the customer comes back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.win_back = cls.env.ref("crm_opportunity_close.mail_activity_type_win_back")

    def _lose(self, deals, **answers):
        deals.with_env(self.env).action_set_lost(lost_reason_id=self.reason_price.id, **answers)

    @users("user_sales_manager")
    def test_each_salesperson_is_reminded(self):
        day = self.today + timedelta(days=90)
        self._lose(self.deals, followup_date=day, competitor_id=self.competitor.id)
        expected = {
            "activity_type_id": self.win_back.id,
            "date_deadline": day,
            "automated": True,
        }
        self.assertRecordValues(
            self.deals.activity_ids.sorted("res_id"),
            [
                {**expected, "user_id": self.user_sales_salesman.id},
                {**expected, "user_id": self.user_sales_leads.id},
            ],
        )
        summary = self.deal_own.activity_ids.summary
        self.assertRegex(summary, r"^Lost on .*: Beaten on price, to Globex\. Try again\?$")

    @users("user_sales_salesman")
    def test_the_date_can_be_moved_and_removed(self):
        deal = self.deal_own.with_env(self.env)
        self._lose(deal, followup_date=self.today)
        later = self.today + timedelta(days=7)
        deal.followup_date = later
        self.assertEqual(deal.activity_ids.mapped("date_deadline"), [later])
        deal.followup_date = False
        self.assertFalse(deal.activity_ids)

    @users("user_sales_salesman")
    def test_the_window_proposes_it_and_it_can_be_taken_away(self):
        self.reason_price.sudo().followup_days = 30
        deal = self.deal_own.with_env(self.env)
        window = Form(self.env["crm.lead.lost"].with_context(default_lead_ids=deal.ids))
        window.lost_reason_id = self.reason_price
        self.assertEqual(window.followup_date, self.today + timedelta(days=30))
        window.followup_date = False
        window.save().action_lost_reason_apply()
        self.assertFalse(deal.followup_date)
        self.assertFalse(deal.activity_ids)

    @users("user_sales_salesman")
    def test_the_window_keeps_the_reminder_it_makes(self):
        deal = self.deal_own.with_env(self.env)
        wizard = self.env["crm.lead.lost"].create(
            {
                "lead_ids": deal.ids,
                "lost_reason_id": self.reason_price.id,
                "followup_date": self.today,
                "activity_choice": "cancel",
            }
        )
        wizard.action_lost_reason_apply()
        self.assertEqual(deal.activity_ids.activity_type_id, self.win_back)

    @users("user_sales_salesman")
    def test_reopening_and_winning_end_it(self):
        deal = self.deal_own.with_env(self.env)
        for verb in (deal.action_reopen, deal.action_set_won):
            self._lose(deal, followup_date=self.today)
            self.assertTrue(deal.activity_ids)
            verb()
            self.assertFalse(deal.followup_date)
            self.assertFalse(deal.activity_ids)

    @users("user_sales_salesman")
    def test_an_open_deal_has_no_reminder(self):
        deal = self.deal_own.with_env(self.env)
        with self.assertRaisesRegex(ValidationError, "These are open"), self.cr.savepoint():
            deal.followup_date = self.today
        deal.sudo().followup_date = self.today
        self.assertFalse(deal.activity_ids)

    @users("user_sales_manager")
    def test_whoever_is_there_is_reminded(self):
        # Odoo deletes the open activities of whoever leaves; there are none yet.
        self.user_sales_salesman.active = False
        self._lose(self.deals, followup_date=self.today)
        self.assertEqual(self.deal_own.activity_ids.user_id, self.env.user)
        nobodys = self.deal_other.copy({"user_id": False}).sudo()
        nobodys.with_user(self.env.ref("base.user_root")).action_set_lost(followup_date=self.today)
        self.assertRecordValues(nobodys.activity_ids, [{"user_id": False}])

    @users("user_sales_manager")
    def test_each_reads_the_own_language(self):
        self.env["res.lang"].sudo()._activate_lang("th_TH")
        self.reason_price.with_context(lang="th_TH").sudo().name = "ราคา"
        self.user_sales_salesman.lang = "th_TH"
        self._lose(self.deals, followup_date=self.today)
        self.assertIn("ราคา", self.deal_own.activity_ids.summary)
        self.assertIn("Beaten on price", self.deal_other.activity_ids.summary)

    @users("user_sales_salesman")
    def test_deals_are_lost_without_the_type(self):
        self.win_back.unlink()
        self._lose(self.deal_own, followup_date=self.today)
        self.assertFalse(self.deal_own.activity_ids)

    @users("user_sales_manager")
    def test_a_merge_leaves_one_reminder_or_none(self):
        for verb, expected in (("action_set_lost", 1), ("action_set_won", 0), ("exists", 0)):
            with self.subTest(verb), self.env.cr.savepoint() as savepoint:
                lost, other = self.deals.with_env(self.env)
                self._lose(lost, followup_date=self.today)
                if verb == "action_set_lost":
                    self._lose(other)
                else:
                    getattr(other, verb)()
                merged = (lost + other).merge_opportunity()
                self.assertEqual(len(merged.activity_ids), expected)
                self.assertEqual(bool(merged.followup_date), bool(expected))
                savepoint.rollback()

    @users("user_sales_salesman")
    def test_a_reason_of_another_company_is_no_obstacle(self):
        # Whoever creates a company may see it.
        company = self.company_main.with_user(SUPERUSER_ID).create({"name": "Elsewhere"})
        customer = self.env["res.partner"].sudo().create({"name": "Initech"})
        self.deals.write({"company_id": False, "team_id": False, "partner_id": customer.id})
        nobodys = self.deal_other
        nobodys.user_id = False
        self._lose(nobodys)
        self.reason_price.company_id = company
        self.env.invalidate_all()
        self.assertIn("Beaten on price", self.deal_own.with_env(self.env).lost_before_message)
        nobodys.with_env(self.env).followup_date = self.today
        self.assertIn("Beaten on price", nobodys.activity_ids.summary)

    @users("user_sales_salesman")
    def test_the_days_count_where_the_user_is(self):
        self.reason_price.sudo().followup_days = 1
        window = self.env["crm.lead.lost"].with_context(tz="Asia/Bangkok")
        wizard = window.create(
            {
                "lead_ids": self.deal_own.ids,
                "lost_reason_id": self.reason_price.id,
                "date_closed": "2025-05-01 20:00:00",
            }
        )
        self.assertEqual(str(wizard.followup_date), "2025-05-03")

    @users("user_sales_manager")
    def test_it_goes_with_the_deal_to_another_salesperson(self):
        self._lose(self.deals, followup_date=self.today)
        reminders = self.deals.activity_ids.sorted("res_id")
        self.deals.with_env(self.env).user_id = self.user_sales_leads
        self.assertRecordValues(reminders, [{"user_id": self.user_sales_leads.id}] * 2)
        self.deal_own.with_env(self.env).user_id = False
        self.assertEqual(reminders[0].user_id, self.user_sales_leads, "somebody still has it")

    @users("user_sales_manager")
    def test_who_was_asked_to_remind_keeps_it(self):
        self._lose(self.deal_own, followup_date=self.today)
        reminder = self.deal_own.activity_ids
        reminder.user_id = self.env.user
        self.deal_own.with_env(self.env).user_id = self.user_sales_leads
        self.assertEqual(reminder.user_id, self.env.user)

    @users("user_sales_manager")
    def test_the_cards_are_those_of_the_list(self):
        """A phone shows the cards: by date, which they tell, and without New."""
        action = self.env.ref("crm_opportunity_close.crm_lead_action_win_back").sudo()
        views = {view.view_mode: view.view_id for view in action.view_ids}
        cards, rows = (etree.fromstring(views[mode].arch) for mode in ("kanban", "list"))
        self.assertEqual(cards.get("default_order"), rows.get("default_order"))
        self.assertEqual((cards.get("create"), rows.get("create")), ("false", "false"))
        self.assertTrue(cards.xpath("//t[@t-name='card']//field[@name='followup_date']"))

    @users("user_sales_manager")
    def test_listed_by_date_and_value(self):
        third = self.deal_other.copy({"expected_revenue": 5000}).with_env(self.env)
        self._lose(self.deal_other)
        self._lose(self.deal_own, followup_date=self.today)
        self._lose(third, followup_date=self.today)
        action = self.env.ref("crm_opportunity_close.crm_lead_action_win_back").sudo()
        view = self.env.ref("crm_opportunity_close.crm_lead_view_list_win_back").sudo()
        listed = self.env["crm.lead"].search(
            literal_eval(action.domain), order=etree.fromstring(view.arch).get("default_order")
        )
        found = listed & (self.deals + third)
        self.assertEqual(found, third + self.deal_own + self.deal_other)

    @users("user_sales_manager")
    def test_a_new_deal_says_that_the_customer_was_lost_before(self):
        customer = self.env["res.partner"].create({"name": "Initech", "is_company": True})
        person = self.env["res.partner"].create({"name": "Bill", "parent_id": customer.id})
        self.deal_own.partner_id = person
        self._lose(self.deal_own, competitor_id=self.competitor.id)
        new, other = self.env["crm.lead"].create(
            [
                {"name": "Next try", "type": "opportunity", "partner_id": customer.id},
                {"name": "Somebody else", "type": "opportunity"},
            ]
        )
        self.assertEqual(new.lost_before_id, self.deal_own.closing_ids)
        self.assertRegex(
            new.lost_before_message, "^“Own deal” was lost on .*: Beaten on price, Globex$"
        )
        self.assertFalse(other.lost_before_message)
        self.assertFalse(self.deal_own.lost_before_message, "it is the lost deal itself")
        self.assertIn(self.deal_own, new.with_context(active_test=False).duplicate_lead_ids)

    @users("user_sales_manager")
    def test_mistakes_are_no_loss(self):
        customer = self.env["res.partner"].create({"name": "Initech"})
        self.deal_own.partner_id = customer
        self._lose(self.deal_own)
        self.deal_own.with_env(self.env).action_reopen(is_mistake=True)
        new = self.env["crm.lead"].create({"name": "Next try", "partner_id": customer.id})
        self.assertFalse(new.lost_before_message)

    @users("user_sales_salesman")
    def test_nothing_is_told_about_deals_the_user_may_not_see(self):
        customer = self.env["res.partner"].sudo().create({"name": "Initech"})
        self.deal_other.partner_id = customer
        self.deal_other.action_set_lost(lost_reason_id=self.reason_price.id)
        self.deal_own.partner_id = customer
        self.assertFalse(self.deal_own.with_env(self.env).lost_before_message)
