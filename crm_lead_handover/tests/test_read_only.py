from odoo.tests import tagged, users

from .common import TestHandoverCommon


@tagged("post_install", "-at_install")
class TestReadOnly(TestHandoverCommon):
    """Who had a deal when can be answered by a read replica of the database."""

    @users("user_sales_leads")
    def test_salespeople_of_a_deal(self):
        deal = self.deal_own.with_env(self.env)
        self.assertTrue(type(deal).get_salespeople._readonly, "Odoo sends it to the replica")
        with self.env.cr.savepoint() as savepoint:
            self.env.cr.execute("SET TRANSACTION READ ONLY")
            answer = deal.get_salespeople()
            savepoint.rollback()
        self.assertEqual(answer["salespeople"][0]["name"], self.giver.name)
