from odoo.tests import tagged
from odoo.tools import config

from .database_case import DatabaseCase

# The life of a database with CRM alone: the chatter tracks one transaction at a time.
LIFE = """
from odoo import Command

users = env["res.users"].with_context(no_reset_password=True).create([
    {"name": login, "login": login, "email": f"{login}@example.com",
     "group_ids": [Command.link(env.ref("sales_team.group_sale_manager").id)]}
    for login in ("ann", "bob")
])
ann, bob = users
leads = env["crm.lead"].create([
    {"name": name, "type": "opportunity", "user_id": ann.id, "expected_revenue": 100}
    for name in ("open", "won", "lost", "reopened", "lost twice", "not won after all")
])
opened, won, lost, reopened, twice, unwon = leads
expensive, people = env.ref("crm.lost_reason_1"), env.ref("crm.lost_reason_2")
proposition = env.ref("crm.stage_lead3")
env["crm.lost.reason"].with_user(ann).create([
    {"name": "no budget "},
    {"name": "No response"},
    {"name": "Duplicate or test", "active": False},
])
env.ref("crm.lost_reason_3").with_user(ann).name = "Out of stock"
for step in (
    lambda: None,
    lambda: won.with_user(ann).write({"stage_id": proposition.id}),
    lambda: won.with_user(bob).action_set_won(),
    lambda: lost.with_user(bob).action_set_lost(lost_reason_id=expensive.id),
    lambda: (reopened + twice).with_user(ann).action_set_lost(lost_reason_id=expensive.id),
    lambda: (reopened + twice).with_user(bob).action_restore(),
    lambda: twice.with_user(bob).action_set_lost(lost_reason_id=people.id),
    lambda: unwon.with_user(ann).action_set_won(),
    lambda: unwon.with_user(bob).write({"stage_id": proposition.id}),
):
    step()
    env.cr.commit()
"""

# What people do with the add-on before they part with it.
USE = """
reason = env.ref("crm_opportunity_close.lost_reason_no_budget")
own_win_reason = env["crm.lost.reason"].create({"name": "Kind people", "outcome": "won"})
our_win_reason = env["crm.lost.reason"].search(
    [("outcome", "=", "won"), ("loss_type", "!=", "unspecified")]) - own_win_reason
leads = env["crm.lead"].create([
    {"name": name, "type": "opportunity"}
    for name in ("our reason", "stand-in", "own win reason", "our win reason")
])
leads[0].action_set_lost(lost_reason_id=reason.id)
leads[1].action_set_lost()
leads[2].action_set_won(win_reason_id=own_win_reason.id)
leads[3].action_set_won(win_reason_id=our_win_reason[:1].id)
assert leads[1].lost_reason_id.is_unspecified
env.cr.commit()
env["ir.module.module"].search([("name", "=", "crm_opportunity_close")]) \\
    .button_immediate_uninstall()
"""

AFTERWARDS = """
action = env["ir.actions.act_window"]._for_xml_id("crm.crm_lost_reason_action")
reasons = env["crm.lost.reason"]
for model in ("crm.lead", "crm.lost.reason"):
    env[model].get_views([(False, view) for view in ("list", "form", "search")])
lead = env["crm.lead"].search([("name", "=", "open")])
wizard = env["crm.lead.lost"].create(
    {"lead_ids": lead.ids, "lost_reason_id": env.ref("crm.lost_reason_1").id})
wizard.action_lost_reason_apply()
env.flush_all()
result = {
    "action": [action["domain"], action["context"], action["view_mode"]],
    "stages": env.ref("crm.menu_crm_lead_stage_act").group_ids == env.ref("base.group_no_one"),
    "offered": reasons.search([]).mapped("name"),
    "lead": [lead.active, lead.won_status, lead.lost_reason_id.name],
    "reasons": {
        lead.name: lead.lost_reason_id.name
        for lead in env["crm.lead"].with_context(active_test=False).search([])
    },
}
"""


@tagged("post_install", "-at_install")
class TestInstall(DatabaseCase):
    """Databases of their own: one that was lived in with CRM alone, one with demo data."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lived = f"{config['db_name'][0]}_lived"
        cls.demo = f"{config['db_name'][0]}_demo"
        for name in (cls.lived, cls.demo):
            cls._drop(name)
            cls.addClassCleanup(cls._drop, name)
        # Both at once: each takes most of a minute.
        demo = cls._start(cls.demo, "-i", "crm_opportunity_close", "--with-demo", *cls.ONCE)
        cls.addClassCleanup(demo.kill)
        cls._run(cls.lived, "-i", "crm", *cls.ONCE)
        cls._shell(cls.lived, LIFE)
        cls.log = cls._run(cls.lived, "-i", "crm_opportunity_close", *cls.ONCE)
        cls.demo_log = cls._finish(demo)

    ROWS = """
        SELECT lead.name, closing.outcome, closer.login, stage.name->>'en_US',
               reason.name->>'en_US', closing.loss_type, closing.closed_revenue::int,
               closing.is_current, reopener.login
          FROM crm_lead_closing AS closing
          JOIN crm_lead AS lead ON lead.id = closing.lead_id
               AND (NOT closing.is_current OR closing.date = lead.date_closed)
     LEFT JOIN res_users AS closer ON closer.id = closing.closed_by_id
     LEFT JOIN res_users AS reopener ON reopener.id = closing.reopened_by_id
     LEFT JOIN crm_stage AS stage ON stage.id = closing.stage_id
     LEFT JOIN crm_lost_reason AS reason ON reason.id = closing.reason_id
         WHERE closing.is_complete
      ORDER BY lead.id, closing.is_current
    """

    def test_lived_in(self):
        self._check_quiet(self.log)
        self.assertIn("3 closings of closed opportunities recorded", self.log)
        price = ("New", "Too expensive", "competitor", 0)
        people = ("New", "We don't have people/skills", "declined", 0)
        self.assertEqual(
            self._query(self.lived, self.ROWS),
            [
                ("won", "won", "bob", "Proposition", None, None, 100, True, None),
                ("lost", "lost", "bob", *price, True, None),
                ("reopened", "lost", "ann", *price, False, "bob"),
                ("lost twice", "lost", "ann", *price, False, "bob"),
                ("lost twice", "lost", "bob", *people, True, None),
                ("not won after all", "won", "ann", "New", None, None, 100, False, "bob"),
            ],
        )

    def test_open_deals_have_no_closed_revenue(self):
        rows = self._query(self.lived, "SELECT name, closed_revenue FROM crm_lead")
        self.assertEqual({name: revenue for name, revenue in rows if revenue != 0}, {"won": 100})

    def test_seeds_beside_the_reasons_of_core(self):
        rows = self._query(
            self.lived,
            """
            SELECT lower(name->>'en_US'), outcome FROM crm_lost_reason
             WHERE active GROUP BY 1, 2 HAVING count(*) > 1
            """,
        )
        self.assertFalse(rows, "no reason is offered twice")

    REASONS = """
        SELECT name->>'en_US', active, loss_type, coalesce(followup_days, 0),
               description IS NOT NULL
          FROM crm_lost_reason
         WHERE lower(name->>'en_US') SIMILAR TO '(no budget|no response|dupli|out of|not en|too)%%'
      ORDER BY id
    """
    KNOWN_REASONS = (
        ("Too expensive", True, "competitor", 0, True),
        ("Out of stock", True, "other", 0, False),
        ("no budget ", True, "no_decision", 180, True),
        ("No response", True, "no_decision", 90, True),
        ("Duplicate or test", False, "disqualified", 0, True),
    )

    def test_reasons_that_were_there_stand_for_ours(self):
        self.assertEqual(self._query(self.lived, self.REASONS), list(self.KNOWN_REASONS))

    def test_what_people_deleted_does_not_come_back(self):
        copy = f"{self.lived}_updated"
        self._copy(self.lived, copy)
        self._shell(
            copy,
            "env.ref('crm_opportunity_close.win_reason_speed').unlink()\n"
            "env.ref('crm_opportunity_close.lost_reason_no_budget').unlink()\nenv.cr.commit()",
        )
        self._check_quiet(self._run(copy, "-u", "crm_opportunity_close", *self.ONCE))
        known = [each for each in self.KNOWN_REASONS if each[0] != "no budget "]
        self.assertEqual(self._query(copy, self.REASONS), known)

    def test_second_run(self):
        copy = f"{self.lived}_again"
        self._copy(self.lived, copy)
        log, _result = self._shell(
            copy,
            "from odoo.addons.crm_opportunity_close.hooks import post_init_hook\n"
            "post_init_hook(env)\nenv.cr.commit()",
        )
        self._check_quiet(log)
        for query in (self.ROWS, self.REASONS):
            self.assertEqual(self._query(copy, query), self._query(self.lived, query))

    def test_uninstall(self):
        copy = f"{self.lived}_bare"
        self._copy(self.lived, copy)
        log, _result = self._shell(copy, USE)
        self._check_quiet(log)
        log, result = self._shell(copy, AFTERWARDS)
        self._check_quiet(log)
        self.assertEqual(result["action"], [False, "{}", "list,form"])
        self.assertTrue(result["stages"], "the menu is core's again")
        self.assertEqual(
            sorted(result["offered"]),
            [
                "No response",
                "Out of stock",
                "Too expensive",
                "We don't have people/skills",
                "no budget ",
            ],
        )
        self.assertEqual(result["lead"], [False, "lost", "Too expensive"])
        self.assertEqual(
            {name: reason for name, reason in result["reasons"].items() if reason},
            {
                "open": "Too expensive",
                "lost": "Too expensive",
                "lost twice": "We don't have people/skills",
                "our reason": "no budget ",
            },
        )
        self.assertFalse(
            self._query(
                copy,
                """
                SELECT table_name, column_name FROM information_schema.columns
                 WHERE table_name IN ('crm_lead_closing', 'crm_competitor')
                    OR column_name IN ('closed_revenue', 'win_reason_id', 'loss_type')
                """,
            )
        )

        self._check_quiet(self._run(copy, "-i", "crm_opportunity_close", *self.ONCE))
        self.assertEqual(self._query(copy, self.REASONS), list(self.KNOWN_REASONS))

    def test_uninstall_with_demo_data(self):
        copy = f"{self.demo}_bare"
        self._copy(self.demo, copy)
        log, result = self._shell(
            copy,
            """
window = env["base.module.uninstall"].create(
    {"module_ids": env.ref("base.module_crm_opportunity_close").ids})
result = window.model_ids.mapped("name")
window.action_uninstall()
""",
        )
        self._check_quiet(log)
        self.assertNotIn("Mergeable", result)
        self.assertIn("Competitor", result)

    def test_demo_data(self):
        self._check_quiet(self.demo_log)
        rows = self._query(
            self.demo,
            """
            SELECT lead.id FROM crm_lead AS lead
         LEFT JOIN crm_lead_closing AS closing ON closing.lead_id = lead.id
                   AND closing.is_current AND closing.outcome = lead.won_status
             WHERE (lead.won_status IN ('won', 'lost')) <> (closing.id IS NOT NULL)
            """,
        )
        self.assertFalse(rows, "one current closing for each closed deal, none for the others")
