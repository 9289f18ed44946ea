from lxml import etree

from odoo.fields import Domain
from odoo.tests import Form, tagged, users

from .common import TestCloseCommon

REASON_FIELDS = {"lost_reason_id", "win_reason_id", "secondary_reason_ids"}


@tagged("post_install", "-at_install")
class TestFittingReasons(TestCloseCommon):
    """Whatever asks which reasons fit gets one answer: guard, windows, lines, forms."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.far_company = cls.env["res.company"].create({"name": "Far company"})
        cls.user_sales_manager.company_ids += cls.far_company
        cls.old_team = cls.env["crm.team"].create({"name": "Old team", "company_id": False})
        cls.far_reason, cls.team_reason, cls.old_reason = cls.env["crm.lost.reason"].create(
            [
                {"name": "Of the far company", "company_id": cls.far_company.id},
                {"name": "Of team 1", "team_ids": cls.sales_team_1.ids},
                {"name": "Of a team that is no more", "team_ids": cls.old_team.ids},
            ]
        )
        cls.old_team.active = False
        cls.reasons = (
            cls.reason_price
            + cls.reason_fit
            + cls.far_reason
            + cls.team_reason
            + cls.old_reason
            + cls.unspecified
        )
        cls.leads = cls.env["crm.lead"].create(
            [
                {"name": name, "type": "opportunity", "user_id": False, **vals}
                for name, vals in {
                    "No company": {"company_id": False, "team_id": False},
                    "Our company": {"company_id": cls.company_main.id, "team_id": False},
                    "Far company": {"company_id": cls.far_company.id, "team_id": False},
                    "Team 1": {"company_id": False, "team_id": cls.sales_team_1.id},
                    "Old team": {"company_id": False, "team_id": cls.old_team.id},
                }.items()
            ]
        )
        cls.expected = {
            "No company": cls.reason_price,
            "Our company": cls.reason_price,
            "Far company": cls.reason_price + cls.far_reason,
            "Team 1": cls.reason_price + cls.team_reason,
            "Old team": cls.reason_price + cls.old_reason,
        }

    def _search_offered(self, domain):
        return self.env["crm.lost.reason"].search(
            Domain(domain) & Domain("id", "in", self.reasons.ids)
        )

    def _get_unrefused(self, lead):
        """The reasons with which the guard lets this lead be lost."""
        fitting = self.env["crm.lost.reason"]
        for reason in self.reasons:
            copy = lead.new({"lost_reason_id": reason.id}, origin=lead)
            if copy not in copy._get_closing_blockers("lost"):
                fitting += reason
        return fitting

    @users("user_sales_manager")
    def test_offered_is_what_is_accepted(self):
        companies = (self.company_main + self.far_company).ids
        for lead in self.leads.with_user(self.env.user).with_context(allowed_company_ids=companies):
            expected = self.expected[lead.name]
            with self.subTest(lead.name):
                window = Form(self.env["crm.lead.lost"].with_context(default_lead_ids=lead.ids))
                self.assertEqual(self._search_offered(window.reason_domain), expected)
                line = self.env["crm.lead.lost.line"].new({"lead_id": lead.id})
                self.assertEqual(self._search_offered(line.reason_domain), expected)
                self.assertEqual(self._get_unrefused(lead), expected)
                lead.action_set_lost(lost_reason_id=self.reason_price.id)
                self.assertEqual(self._search_offered(lead.reason_domain), expected)

    @users("user_sales_manager")
    def test_a_selection_is_offered_what_all_have_in_common(self):
        leads = self.leads.filtered(lambda lead: lead.name in ("Far company", "Team 1"))
        window = Form(self.env["crm.lead.lost"].with_context(default_lead_ids=leads.ids))
        self.assertEqual(self._search_offered(window.reason_domain), self.reason_price)
        window.is_per_deal = True
        offered = {}
        for index in range(2):
            with window.line_ids.edit(index) as line:
                offered[line.lead_id.name] = self._search_offered(line.reason_domain)
                line.lost_reason_id = self.reason_price
        self.assertEqual(offered, {name: self.expected[name] for name in leads.mapped("name")})

    @users("user_sales_salesman")
    def test_every_view_asks_for_the_one_domain(self):
        for model in ("crm.lead", "crm.lead.lost", "crm.lead.win"):
            views = (
                self.env["ir.ui.view"]
                .sudo()
                .search(
                    [
                        ("model", "=", model),
                        ("type", "in", ("form", "list")),
                        ("mode", "=", "primary"),
                    ]
                )
            )
            for view in views:
                arch = etree.fromstring(self.env[model].get_view(view.id, view.type)["arch"])
                for node in arch.iter("field"):
                    if node.get("name") in REASON_FIELDS and node.get("invisible") != "1":
                        if node.get("column_invisible") or view.type == "list":
                            continue
                        with self.subTest(view.xml_id, field=node.get("name")):
                            domain = node.get("domain", "reason_domain")
                            self.assertTrue(domain.startswith("reason_domain"), domain)

    @users("user_sales_salesman")
    def test_further_reasons_leave_out_the_main_one_and_unspecified(self):
        deal = self.deal_own.with_env(self.env)
        window = Form(self.env["crm.lead.lost"].with_context(default_lead_ids=deal.ids))
        offered = self._search_offered(window.reason_domain)
        self.assertNotIn(self.unspecified, offered)
        for model in ("crm.lead.lost", "crm.lead.win", "crm.lead"):
            with self.subTest(model):
                arch = etree.fromstring(self.env[model].get_view(view_type="form")["arch"])
                (node,) = arch.xpath("//group//field[@name='secondary_reason_ids']")
                self.assertRegex(node.get("domain"), r"^reason_domain \+ \[\('id', '(!=|not in)'")
        window.lost_reason_id = self.reason_price
        wizard = window.save()
        wizard.secondary_reason_ids = self.reason_price + self.unspecified + self.reason_budget
        wizard.action_lost_reason_apply()
        self.assertEqual(deal.secondary_reason_ids, self.reason_budget)
