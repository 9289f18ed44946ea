from datetime import timedelta

from odoo import fields
from odoo.tests import tagged, users

from ..history import record_history
from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestSilence(TestCloseCommon):
    """How long the customer had been silent, and how often the expected closing was moved."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create({"name": "A customer"})
        cls.now = fields.Datetime.now()
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE crm_lead SET create_date = create_date - interval '100 days'"
            " WHERE id = ANY(%s)",
            [cls.deals.ids],
        )
        cls.env.invalidate_all()

    def _say(self, lead, days_ago, **vals):
        self.env["mail.message"].create(
            {
                "model": "crm.lead",
                "res_id": lead.id,
                "body": "<p>Hello</p>",
                "message_type": "email",
                "author_id": self.customer.id,
                "date": self.now - timedelta(days=days_ago),
                **vals,
            }
        )

    def _lose(self, leads, **answers):
        leads.action_set_lost(lost_reason_id=self.reason_price.id, **answers)

    @users("user_sales_leads")
    def test_only_the_customer_breaks_the_silence(self):
        self._say(self.deal_own, 50)
        self._say(self.deal_own, 40, message_type="comment")
        colleague = self.user_sales_manager.partner_id.id
        for vals in (
            {"author_id": colleague},
            {"author_id": colleague, "message_type": "comment"},
            {"author_id": self.env.ref("base.partner_root").id, "message_type": "comment"},
            {"message_type": "notification"},
            {"author_id": False, "message_type": "comment"},
        ):
            self._say(self.deal_own, 5, **vals)
        self._say(self.deal_other, 7, author_id=False, email_from="someone@example.com")
        self._lose(self.deals.with_env(self.env))
        self.assertEqual(self.deal_own.closing_id.days_silent, 40)
        self.assertEqual(self.deal_other.closing_id.days_silent, 7)
        self.assertEqual(self.deal_own.closing_id.last_word_date, self.now - timedelta(days=40))

    @users("user_sales_leads")
    def test_empty_where_the_customer_never_wrote(self):
        """It counts in no average, unlike a customer who wrote today."""
        self._say(self.deal_own, 0)
        self._lose(self.deals.with_env(self.env))
        own, other = self.deal_own.closing_id, self.deal_other.closing_id
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertIs(other.days_silent, False)
        self.assertFalse(other.last_word_date)
        self.assertEqual((own.days_silent, type(own.days_silent)), (0, int))
        self.assertEqual(other.export_data(["days_silent"])["datas"], [[""]])
        domain = [("id", "in", (own + other).ids)]
        [(average,)] = own._read_group(domain, [], ["days_silent:avg"])
        self.assertEqual(average, 0)
        [(average,)] = other._read_group([("id", "=", other.id)], [], ["days_silent:avg"])
        self.assertFalse(average)

    @users("user_sales_leads")
    def test_up_to_the_closing(self):
        """What is said after the closing, or corrected on it, is told by its date."""
        deal = self.deal_own.with_env(self.env)
        self._say(deal, 30)
        self._say(deal, 2)
        self._lose(deal, date_closed=self.now - timedelta(days=10))
        self.assertEqual(deal.closing_id.days_silent, 20)
        self._say(deal, 1)
        deal.date_closed = self.now - timedelta(days=5)
        self.assertEqual(deal.closing_id.days_silent, 25)
        self._lose(self.deal_other.with_env(self.env))
        self.deal_other.date_closed = self.now - timedelta(days=5)
        self.assertIs(self.deal_other.closing_id.days_silent, False)

    @users("user_sales_leads")
    def test_moves_of_the_expected_closing(self):
        deal = self.deal_own.with_env(self.env)
        for date, moves in (
            ("2026-01-01", 0),
            ("2026-01-01", 0),
            ("2026-02-01", 1),
            (False, 1),
            ("2026-02-01", 1),
            ("2026-03-01", 2),
            (False, 2),
            ("2026-01-01", 3),
        ):
            deal.date_deadline = date
            self.env.flush_all()
            self.assertEqual(deal.deadline_moved_count, moves, date)
        deal.date_deadline = "2026-05-01"
        self._lose(deal)
        self.assertEqual(deal.closing_id.deadline_moved_count, 4)
        deal.action_reopen(date_deadline="2026-06-01")
        deal.action_set_won()
        self.assertEqual(deal.closing_ids.sorted("id").mapped("deadline_moved_count"), [4, 5])
        self.assertEqual(deal.copy().deadline_moved_count, 0)

    @users("user_sales_leads")
    def test_a_deal_created_with_a_date_has_moved_nothing(self):
        deal = self.env["crm.lead"].create(
            {"name": "Dated", "type": "opportunity", "date_deadline": "2026-01-01"}
        )
        self.assertEqual(deal.deadline_moved_count, 0)
        deal.date_deadline = "2026-01-02"
        self.assertEqual(deal.deadline_moved_count, 1)

    def test_closings_of_the_past_do_not_know(self):
        self._say(self.deal_own, 3)
        self._lose(self.deal_own)
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM crm_lead_closing WHERE lead_id = %s", [self.deal_own.id])
        self.env.invalidate_all()
        record_history(self.env)
        self.assertRecordValues(
            self.deal_own.closing_id, [{"days_silent": False, "deadline_moved_count": False}]
        )
