from odoo.tests import tagged, users

from odoo.addons.crm_opportunity_close.tests.common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestContact(TestCloseCommon):
    """A contact shows how often deals with it, and with its people, were closed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deals.partner_id = cls.contact_1
        cls.deal_own.action_set_lost(lost_reason_id=cls.reason_price.id)
        cls.deal_other.action_set_won()

    @users("user_sales_manager")
    def test_the_contact_shows_its_closings(self):
        self.deal_own.action_restore()
        contact = self.contact_1.with_env(self.env)
        self.assertEqual(contact.crm_closing_count, 2)
        self.assertEqual(contact.parent_id.crm_closing_count, 2)
        domain = contact.action_view_crm_closings()["domain"]
        self.assertEqual(self.env["crm.lead.closing"].search(domain).lead_id, self.deals)
        self.assertEqual(self.contact_2.with_env(self.env).crm_closing_count, 0)

    @users("user_sales_manager")
    def test_mistakes_are_not_counted(self):
        self.deal_own.action_reopen(is_mistake=True)
        contact = self.contact_1.with_env(self.env)
        self.assertEqual(contact.crm_closing_count, 1)
        domain = contact.action_view_crm_closings()["domain"]
        self.assertEqual(self.env["crm.lead.closing"].search(domain).lead_id, self.deal_other)

    @users("user_sales_salesman")
    def test_the_deals_of_others_are_not_counted(self):
        self.assertEqual(self.contact_1.with_env(self.env).crm_closing_count, 1)
        self.env.invalidate_all()
        self.assertEqual(self.contact_1.with_user(self.user_sales_leads).crm_closing_count, 2)
