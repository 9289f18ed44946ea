import re

from lxml import etree

from odoo.tests import tagged, users
from odoo.tools.safe_eval import safe_eval

from .common import TestCloseCommon

OWN_ADDONS = re.compile(r"crm_(opportunity_close|lead_handover)")
DEAL = re.compile(r"\bdeals?\b", re.IGNORECASE)


@tagged("post_install", "-at_install")
class TestScreens(TestCloseCommon):
    """What views, menus and labels offer, as far as the server knows."""

    def get_arch(self, model, view_type, xmlid=None):
        """The view as a client gets it."""
        view_id = self.env.ref(xmlid).id if xmlid else False
        return etree.fromstring(self.env[model].get_view(view_id, view_type)["arch"])

    def close_and_delete(self):
        """Lose a deal, then delete the stage and the team it was lost from."""
        self.deal_own.team_id = self.env["crm.team"].create({"name": "Gone team"})
        self.deal_own.stage_id = self.env["crm.stage"].create({"name": "Gone stage"})
        self.deal_own.action_set_lost(lost_reason_id=self.reason_price.id)
        closing = self.deal_own.closing_id
        self.deal_own.write({"stage_id": self.stage_team1_1.id, "team_id": self.sales_team_1.id})
        (closing.stage_id + self.deal_own.last_open_stage_id).filtered(
            lambda stage: stage.name == "Gone stage"
        ).unlink()
        closing.team_id.filtered(lambda team: team.name == "Gone team").unlink()
        return closing

    def test_deleted_stage_and_team_are_shown_by_their_names(self):
        closing = self.close_and_delete()
        self.assertRecordValues(
            closing,
            [
                {
                    "stage_id": False,
                    "team_id": False,
                    "stage_label": "Gone stage",
                    "team_label": "Gone team",
                }
            ],
        )
        self.deal_other.action_set_lost(lost_reason_id=self.reason_price.id)
        self.deal_other.closing_id.stage_id.name = "Renamed"
        self.assertEqual(self.deal_other.closing_id.stage_label, "Renamed")
        columns = self.get_arch("crm.lead.closing", "list").xpath("//field/@name")
        self.assertIn("stage_label", columns)
        self.assertIn("team_label", columns)

    @users("user_sales_manager")
    def test_deleted_stage_and_team_are_found_and_grouped_by(self):
        closing = self.close_and_delete().with_env(self.env)
        search = self.get_arch("crm.lead.closing", "search")
        for name, fname, text in (
            ("stage_id", "stage_name", "Gone stage"),
            ("team_id", "team_name", "Gone team"),
        ):
            with self.subTest(name):
                found = search.find(f".//field[@name='{name}']").get("filter_domain")
                domain = safe_eval(found, {"self": text})
                self.assertEqual(self.env["crm.lead.closing"].search(domain), closing)
                self.assertTrue(search.xpath(f"//filter[contains(@context, '{fname}')]"))
                groups = self.env["crm.lead.closing"]._read_group(
                    [("id", "=", closing.id)], [fname], ["__count"]
                )
                self.assertEqual(groups, [(text, 1)])

    def test_core_words(self):
        """Nothing that views, menus, actions and fields say is called a deal."""
        data = self.env["ir.model.data"].search(
            [
                ("module", "=like", "crm_%"),
                (
                    "model",
                    "in",
                    [
                        "ir.ui.view",
                        "ir.ui.menu",
                        "ir.actions.act_window",
                        "ir.actions.client",
                        "ir.model.fields",
                        "ir.model.fields.selection",
                        "ir.model.constraint",
                        "mail.activity.type",
                        "crm.lost.reason",
                    ],
                ),
            ]
        )
        data = data.filtered(lambda each: OWN_ADDONS.match(each.module))
        texts = (
            "name",
            "help",
            "arch_db",
            "field_description",
            "message",
            "summary",
            "description",
        )
        said = []
        for model, own in data.grouped("model").items():
            records = self.env[model].browse(own.mapped("res_id")).exists()
            names = [name for name in texts if name in records._fields]
            said += [
                (record, name, found.group())
                for record in records
                for name in names
                if (found := DEAL.search(str(record[name] or "")))
            ]
        self.assertGreater(len(data), 100)
        self.assertFalse(said)

    def test_one_name_for_the_same_thing(self):
        names = {
            (model, fname): self.env[model]._fields[fname].get_description(self.env)["string"]
            for model, fname in (
                ("crm.lead", "closed_revenue"),
                ("crm.lead.closing", "closed_revenue"),
                ("crm.lead.win", "closed_revenue"),
                ("crm.lead", "date_closed"),
                ("crm.lead.closing", "date"),
                ("crm.lead.lost", "date_closed"),
                ("crm.lead.win", "date_closed"),
            )
        }
        self.assertEqual(set(names.values()), {"Revenue won", "Closed Date"}, names)
        for xmlid in ("crm_lead_view_list_win_back", "crm_lead_closing_view_list"):
            view = self.env.ref(f"crm_opportunity_close.{xmlid}")
            dates = etree.fromstring(view.arch).xpath(
                "//field[@name='date_closed' or @name='date']"
            )
            self.assertFalse([node.get("string") for node in dates if node.get("string")], xmlid)

    def test_labels_in_thai(self):
        """Labels of core that its Thai lacks, or that we say differently."""
        self.env["res.lang"]._activate_lang("th_TH")
        modules = ["crm", "crm_opportunity_close"]
        self.env["ir.module.module"]._load_module_terms(modules, ["th_TH"])
        self.env.registry.clear_all_caches()
        for model, name, label in (
            ("crm.lost.reason", "name", "เหตุผล"),
            ("crm.lead", "won_status", "สำเร็จ/ไม่สำเร็จ"),
        ):
            field = self.env[model].with_context(lang="th_TH").fields_get([name])[name]
            self.assertEqual(field["string"], label, (model, name))

    def test_reasons_have_cards(self):
        for xmlid in ("crm.crm_lost_reason_action", "crm_opportunity_close.crm_win_reason_action"):
            self.assertEqual(self.env.ref(xmlid).view_mode, "list,kanban,form", xmlid)
        self.assertEqual(
            self.env.ref("crm_opportunity_close.crm_competitor_action").view_mode,
            "list,kanban,form",
        )

    def test_menu_of_stages(self):
        menu = self.env.ref("crm.menu_crm_lead_stage_act")
        visible = {
            user: menu.id in self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            for user in (self.user_sales_manager, self.user_sales_salesman)
        }
        self.assertEqual(visible, {self.user_sales_manager: True, self.user_sales_salesman: False})
        self.assertIn(self.env.ref("base.group_no_one"), menu.group_ids)

    @users("user_sales_manager")
    def test_menus_stand_together(self):
        menu = self.env.ref("crm.crm_menu_sales")
        names = menu.child_id.sorted(lambda each: (each.sequence, each.id)).mapped("name")
        start = names.index("To complete")
        self.assertEqual(names[start : start + 2], ["To complete", "Win back"])
        self.assertLess(names.index("Teams"), start)
        self.assertLess(names.index("Customers"), start)

    def test_rule_of_leads_shows_where_leads_are_used(self):
        form = self.get_arch("res.config.settings", "form")
        (setting,) = form.xpath("//setting[@id='close_require_lead_reason']")
        self.assertEqual(setting.get("invisible"), "not group_use_lead")

    def test_closings_of_an_opportunity(self):
        """The reason for reading them is the note; a mistake is no success; phones get cards."""
        form = self.get_arch("crm.lead", "form")
        (closings,) = form.xpath("//field[@name='closing_ids']")
        self.assertEqual([view.tag for view in closings], ["list", "kanban"])
        for view in closings:
            self.assertTrue(view.xpath(".//field[@name='note']"), view.tag)
            for badge in view.xpath(".//field[@name='outcome']"):
                self.assertIn("not is_mistake", badge.get("decoration-success"))
        for view_type in ("list", "kanban"):
            (note,) = self.get_arch("crm.lead.closing", view_type).xpath("//field[@name='note']")
            self.assertNotEqual(note.get("optional"), "hide")

    def test_restore_is_first_on_a_lost_opportunity(self):
        buttons = self.get_arch("crm.lead", "form").xpath("//header/button/@name")
        self.assertLess(buttons.index("action_restore"), buttons.index("action_set_won_rainbowman"))

    def test_followup_is_a_date(self):
        """Next year is no day to ring somebody."""
        for view_type in ("list", "kanban"):
            xmlid = f"crm_opportunity_close.crm_lead_view_{view_type}_win_back"
            (field,) = self.get_arch("crm.lead", view_type, xmlid).xpath(
                "//field[@name='followup_date']"
            )
            self.assertFalse(field.get("widget"))
