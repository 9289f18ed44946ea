from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged, users

from .common import TestHandoverCommon


@tagged("post_install", "-at_install")
class TestSalespeople(TestHandoverCommon):
    """A deal tells who had it when."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2020-01-01 10:00:00"):
            cls.deal = cls.env["crm.lead"].create(
                {
                    "name": "Old deal",
                    "type": "opportunity",
                    "user_id": cls.giver.id,
                    "team_id": cls.sales_team_1.id,
                }
            )
            cls.flush_tracking_of_set_up()
        cls.env.cr.execute(
            "UPDATE crm_lead SET create_date = '2020-01-01 10:00:00' WHERE id = %s", [cls.deal.id]
        )
        cls.deal.invalidate_recordset()

    def _give(self, date, user):
        with freeze_time(date):
            self.deal.user_id = user
            self.flush_tracking()

    def _get_chain(self, user=None):
        answer = self.deal.with_user(user or self.user_sales_leads).get_salespeople()
        return [
            (person["name"], person["since"] and person["since"][:10], person["until"])
            for person in answer["salespeople"]
        ]

    def test_nobody_else(self):
        self.assertEqual(self._get_chain(), [(self.giver.name, "2020-01-01", False)])

    def test_chain(self):
        """Also of changes from before this add-on, of people gone, and of no salesperson."""
        gone = self.successor.copy({"login": "gone", "name": "Somebody gone"})
        self._give("2020-02-01", gone)
        self._give("2020-03-01", False)
        self._give("2020-04-01", self.successor)
        gone.unlink()
        self.assertEqual(
            self._get_chain(self.successor),
            [
                ("Nora Next", "2020-04-01", False),
                ("", "2020-03-01", "2020-04-01 00:00:00"),
                ("Somebody gone", "2020-02-01", "2020-03-01 00:00:00"),
                (self.giver.name, "2020-01-01", "2020-02-01 00:00:00"),
            ],
        )
        answer = self.deal.with_user(self.successor).get_salespeople()["salespeople"]
        self.assertEqual([person["days"] for person in answer[1:]], [31, 29, 30])
        self.assertEqual(
            [person["user_id"] for person in answer],
            [self.successor.id, False, False, self.giver.id],
        )

    def test_hand_over_is_part_of_it(self):
        with freeze_time("2020-05-01"):
            self.deal.with_user(self.giver).action_hand_over(self.successor.id)
            self.flush_tracking()
        self.assertEqual(
            self._get_chain(),
            [
                ("Nora Next", "2020-05-01", False),
                (self.giver.name, "2020-01-01", "2020-05-01 00:00:00"),
            ],
        )
        answer = self.deal.with_user(self.successor).get_salespeople()
        self.assertEqual(answer["salespeople"][0]["by"], self.giver.name)
        self.assertEqual(answer["handover_count"], 1)

    def test_changed_without_a_trace(self):
        self._give("2020-02-01", self.user_sales_leads)
        self.env.cr.execute(
            "UPDATE crm_lead SET user_id = %s, date_open = '2020-06-01' WHERE id = %s",
            [self.successor.id, self.deal.id],
        )
        self.env.invalidate_all()
        self.assertEqual(
            self._get_chain()[:2],
            [
                ("Nora Next", "2020-06-01", False),
                (self.user_sales_leads.name, "2020-02-01", "2020-06-01 00:00:00"),
            ],
        )

    def test_merged_deals_do_not_mix(self):
        other = self.deal.copy({"name": "Other", "user_id": self.user_sales_manager.id})
        self.flush_tracking()
        other.user_id = self.user_sales_leads
        self._give("2020-02-01", self.successor)
        self.deal.probability = 90
        self.assertEqual((self.deal + other).merge_opportunity(), self.deal)
        self.assertNotIn(self.user_sales_manager.name, [name for name, *_ in self._get_chain()])

    @users("user_sales_salesman")
    def test_only_who_sees_the_deal(self):
        with self.assertRaisesRegex(AccessError, "Lead"):
            self.deal_other.with_env(self.env).get_salespeople()
