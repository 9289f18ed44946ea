from lxml import etree

from odoo.tests import tagged, users
from odoo.tools.safe_eval import safe_eval

from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestFinding(TestCloseCommon):
    """Closed deals are found where people look for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deals.partner_id = cls.contact_1
        cls.deal_open = cls.deal_own.copy({"name": "Open deal", "partner_id": cls.contact_2.id})
        cls.deal_own.action_set_lost(
            lost_reason_id=cls.reason_price.id, closing_note="<p>Went to <b>Globex</b></p>"
        )
        cls.deal_other.action_set_won()

    def _filter_domain(self, xmlid, name):
        """The domain of a filter, as the web client reads it from the search view."""
        view = self.env["crm.lead"].get_view(self.env.ref(xmlid).id, "search")
        (node,) = etree.fromstring(view["arch"]).xpath(f"//filter[@name='{name}']")
        return safe_eval(node.get("domain"), {"uid": self.env.uid})

    def _found(self, xmlid, name):
        ours = self.deals + self.deal_open
        domain = [("id", "in", ours.ids), *self._filter_domain(xmlid, name)]
        return self.env["crm.lead"].search(domain)

    @users("user_sales_manager")
    def test_filters(self):
        lost = self.deal_own.with_env(self.env)
        won = self.deal_other.with_env(self.env)
        table = [
            ("crm.view_crm_case_opportunities_filter", "inactive", lost),
            ("crm.view_crm_case_opportunities_filter", "filter_won_status_lost", lost),
            ("crm.view_crm_case_opportunities_filter", "filter_won_status_won", won),
            ("crm.view_crm_case_leads_filter", "inactive", lost),
            ("crm.view_crm_case_leads_filter", "lost", lost),
            ("crm.view_crm_case_leads_filter", "won", won),
            ("crm.crm_opportunity_report_view_search", "filter_won_status_lost", lost),
            ("crm.crm_opportunity_report_view_search", "filter_won_status_won", won),
        ]
        for xmlid, name, expected in table:
            with self.subTest(view=xmlid, filter=name):
                self.assertEqual(self._found(xmlid, name), expected)

    @users("user_sales_manager")
    def test_incomplete_closings_are_filtered(self):
        xmlid, name = "crm.view_crm_case_opportunities_filter", "filter_to_complete"
        self.assertFalse(self._found(xmlid, name))
        self.deal_open.action_set_lost()
        self.assertEqual(self._found(xmlid, name), self.deal_open.with_env(self.env))
        team = self.sales_team_1.with_env(self.env)
        self.assertEqual(team.closing_to_complete_count, 1)
        domain = team.action_view_closings_to_complete()["domain"]
        self.assertEqual(self.env["crm.lead.closing"].search(domain).lead_id, self.deal_open)

    @users("user_sales_manager")
    def test_the_note_is_searched(self):
        leads = self.env["crm.lead"].with_context(active_test=False)
        self.assertEqual(leads.search([("closing_note", "ilike", "globex")]), self.deal_own)

    @users("user_sales_manager")
    def test_the_contact_opens_filters_that_exist(self):
        action = self.contact_1.with_env(self.env).action_view_opportunity()
        view = self.env["crm.lead"].get_view(action["search_view_id"][0], "search")
        names = set(etree.fromstring(view["arch"]).xpath("//filter/@name"))
        asked = {
            key.removeprefix("search_default_")
            for key in action["context"]
            if key.startswith("search_default_")
        }
        self.assertTrue(asked)
        self.assertLessEqual(asked, names)

    def test_managers_complete_everybodys_closings(self):
        for user, context in (
            (self.user_sales_salesman, "{'search_default_my_lead': 1}"),
            (self.user_sales_leads, "{'search_default_my_lead': 1}"),
            (self.user_sales_manager, {}),
        ):
            action = self.env["crm.lead.closing"].with_user(user).action_view_to_complete()
            self.assertEqual(action["context"], context)

    @users("user_sales_manager")
    def test_deals_by_loss_type(self):
        leads = self.env["crm.lead"].with_context(active_test=False)
        ours = [("id", "in", self.deals.ids)]
        groups = leads._read_group(ours, ["loss_type"], ["__count"])
        self.assertEqual(dict(groups), {"competitor": 1, False: 1})
        found = leads.search([*ours, ("loss_type", "=", "competitor")])
        self.assertEqual(found, self.deal_own.with_env(self.env))
