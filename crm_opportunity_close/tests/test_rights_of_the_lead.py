from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import TestCloseCommon

GROUPS = ("sales_team.group_sale_salesman", "sales_team.group_sale_manager")


@tagged("post_install", "-at_install")
class TestRightsOfTheLead(TestCloseCommon):
    """Whoever may read a lead may read its closings, and nobody else.

    ===========  ============================  ======================
    people       their companies               they see
    ===========  ============================  ======================
    here         the company the deals are in  own deals; all deals
    there        the second company            own deals; all deals
    everywhere   both                          own deals; all deals
    ===========  ============================  ======================
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_2 = cls.env["res.company"].create({"name": "Second company"})
        companies = {
            "here": cls.company_main,
            "there": cls.company_2,
            "everywhere": cls.company_main + cls.company_2,
        }
        cls.people = {
            name: [
                mail_new_test_user(
                    cls.env,
                    f"{name}_{group.rpartition('_')[2]}",
                    group,
                    company_id=those[0].id,
                    company_ids=[Command.set(those.ids)],
                )
                for group in GROUPS
            ]
            for name, those in companies.items()
        }
        cls.deals.write({"user_id": False, "team_id": False, "company_id": cls.company_main.id})
        cls.deals.action_set_lost(
            lost_reason_id=cls.reason_price.id, closing_note="<p>Only for those who may</p>"
        )
        cls.row = cls.deal_own.closing_id

    def _assert_read_by(self, row, *names):
        """Check who can read a row, find it, and count it."""
        self.env.flush_all()
        for name, users in self.people.items():
            for user in users:
                with self.subTest(user=user.login):
                    self.env.invalidate_all()
                    companies = {"allowed_company_ids": user.company_ids.ids}
                    closing = row.with_user(user).with_context(**companies)
                    lead = closing.sudo().lead_id.with_env(closing.env)
                    found = closing.search([("id", "=", row.id)])
                    counted = closing._read_group([("id", "=", row.id)], [], ["__count"])
                    self.assertEqual(found, row if name in names else row.browse())
                    self.assertEqual(counted, [(int(name in names),)])
                    self.assertEqual(lead.has_access("read"), name in names)
                    if name in names:
                        closing.read(["note", "reason_id", "lead_id"])
                        self.assertIn(row, lead.closing_ids)
                        continue
                    with self.assertRaisesRegex(AccessError, "Closing"):
                        closing.read(["note"])

    def test_where_the_lead_is(self):
        self._assert_read_by(self.row, "here", "everywhere")

    def test_after_the_lead_changed_its_company(self):
        self.deal_own.company_id = self.company_2
        self._assert_read_by(self.row, "there", "everywhere")
        self.assertEqual(self.row.company_id, self.company_main, "for the figures of then")
        self.deal_own.closing_note = "<p>Written over there</p>"
        self.assertEqual(self.row.note, "<p>Written over there</p>")
        self._assert_read_by(self.row, "there", "everywhere")

    def test_a_lead_of_no_company(self):
        self.deal_own.company_id = False
        self._assert_read_by(self.row, "here", "there", "everywhere")

    def test_after_merging_leads_of_two_companies(self):
        self.deal_other.company_id = self.company_2
        user = self.people["everywhere"][1]
        deals = self.deals.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
        merged = deals.merge_opportunity()
        self.assertEqual(len(merged.closing_ids), 2)
        where = "here" if merged.company_id == self.company_main else "there"
        for row in merged.sudo().closing_ids:
            self._assert_read_by(row, where, "everywhere")

    def test_a_rule_of_another_addon_on_leads(self):
        self.env["ir.rule"].create(
            {
                "name": "Urgent leads are secret",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "domain_force": "[('priority', '!=', '3')]",
            }
        )
        self._assert_read_by(self.row, "here", "everywhere")
        self.deal_own.priority = "3"
        self._assert_read_by(self.row)

    def test_no_join_for_who_works_in_every_company(self):
        """Figures of a million rows read no leads, unless somebody may not see all of them."""
        every = self.env["res.company"].with_context(active_test=False).search([])
        user = self.people["everywhere"][1]
        user.company_ids = every
        closings = self.env["crm.lead.closing"].with_user(user)
        for companies, joins in ((every, False), (self.company_main, True)):
            search = closings.with_context(allowed_company_ids=companies.ids)._search([])
            self.assertEqual('"crm_lead"' in search.select().code, joins)
        self.env["res.company"].create({"name": "Third company"})
        search = closings.with_context(allowed_company_ids=every.ids)._search([])
        self.assertIn('"crm_lead"', search.select().code)
