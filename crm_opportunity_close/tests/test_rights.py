from itertools import count

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged, users

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import TestCloseCommon

OPERATIONS = {"create": "create", "read": "access", "write": "modify", "unlink": "delete"}
PEOPLE = ("internal", "salesman", "leads", "manager", "portal", "public")
# Model → who may do what: c(reate), r(ead), u(pdate), d(elete).
ALLOWED = {
    "crm.lead.closing": {"salesman": "r", "leads": "r", "manager": "r"},
    "crm.competitor": {"salesman": "cr", "leads": "cr", "manager": "crud"},
    "crm.lost.reason": {"internal": "r", "salesman": "r", "leads": "r", "manager": "crud"},
    "crm.lead.lost": {"salesman": "cru", "leads": "cru", "manager": "cru"},
    "crm.lead.win": {"salesman": "cru", "leads": "cru", "manager": "cru"},
    "crm.lead.reopen": {"salesman": "cru", "leads": "cru", "manager": "cru"},
    "crm.lead.lost.line": {"salesman": "crud", "leads": "crud", "manager": "crud"},
    "crm.lost.reason.merge": {"manager": "cru"},
    "crm.competitor.merge": {"manager": "cru"},
}
# The rules of these models, not the table, keep records of others from these roles.
KEPT_BY_RULES = {"crm.competitor": ("salesman", "leads")}
LETTERS = {"create": "c", "read": "r", "write": "u", "unlink": "d"}


@tagged("post_install", "-at_install")
class TestRights(TestCloseCommon):
    """Who may see and do what, and that nobody touches the rows of closings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            "internal": mail_new_test_user(cls.env, "close_internal", "base.group_user"),
            "salesman": cls.user_sales_salesman,
            "leads": cls.user_sales_leads,
            "manager": cls.user_sales_manager,
            "portal": mail_new_test_user(cls.env, "close_portal", "base.group_portal"),
            "public": cls.env.ref("base.public_user"),
        }
        cls.numbers = count()
        cls.deal_own.action_set_lost(lost_reason_id=cls.reason_price.id)
        cls.deal_other.action_set_won()

    def _get_vals(self, model):
        return {
            "crm.lead.closing": {
                "lead_id": self.deal_own.id,
                "outcome": "won",
                "date": "2020-01-01",
            },
            "crm.competitor": {"name": f"Initech {next(self.numbers)}"},
            "crm.lost.reason": {"name": f"Reason {next(self.numbers)}"},
            "crm.lead.lost.line": {"wizard_id": self.window.id, "lead_id": self.deal_own.id},
            "crm.lost.reason.merge": {"target_id": self.reason_price.id},
            "crm.competitor.merge": {"target_id": self.competitor.id},
        }.get(model, {"lead_ids": self.deal_own.ids})

    def _act(self, user, model, operation):
        """Do one operation as one user, on a record that this user may see."""
        self.window = self.env["crm.lead.lost"].with_user(user).sudo()
        self.window = self.window.create({"lead_ids": self.deal_own.ids, "is_per_deal": True})
        records = self.env[model].with_user(user)
        vals = self._get_vals(model)
        if operation == "create":
            records.create(vals).flush_recordset()
            return
        if model == "crm.lead.closing":
            record = self.deal_own.closing_id
        elif self.env[model].is_transient():
            record = self.env[model].with_user(user).sudo().create(vals)
        else:
            record = self.env[model].create(vals)
        self.env.flush_all()
        record = record.with_user(user)
        record.invalidate_recordset()
        if operation == "read":
            record.read(["display_name"])
        elif operation == "write":
            record.write(vals)
        else:
            record.unlink()

    def test_every_model_has_its_row(self):
        models = {
            name
            for name, registered in self.registry.items()
            if registered._original_module == "crm_opportunity_close" and not registered._abstract
        }
        self.assertLessEqual(models, ALLOWED.keys())

    def test_model_role_operation(self):
        for model, roles in ALLOWED.items():
            for role in PEOPLE:
                for operation, verb in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        if LETTERS[operation] in roles.get(role, ""):
                            self._act(self.people[role], model, operation)
                            continue
                        refusal = rf"not allowed to {verb} '.*' \({model}\) records"
                        if role in KEPT_BY_RULES.get(model, ()):
                            refusal = rf"doesn't have '{operation}' access to:\n- .* \({model}\)"
                        with self.assertRaisesRegex(AccessError, refusal), self.cr.savepoint():
                            self._act(self.people[role], model, operation)

    # ------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------

    def _get_seen(self, user, company=None):
        closings = self.env["crm.lead.closing"].with_user(user)
        if company:
            closings = closings.with_context(allowed_company_ids=company.ids)
        self.env.invalidate_all()
        return set(closings.search([]).lead_id.sudo().mapped("name"))

    def test_closings_of_the_deals_one_sees(self):
        free = self.deal_own.copy({"name": "Free deal", "user_id": False})
        free.action_set_lost(lost_reason_id=self.reason_price.id)
        free.action_reopen()
        mine = {"Own deal", "Free deal"}
        every = {*mine, "Other deal"}
        names = every | self._get_seen(self.user_sales_manager)
        self.assertEqual(self._get_seen(self.user_sales_salesman) & names, mine)
        self.assertEqual(self._get_seen(self.user_sales_leads) & every, every)
        self.assertEqual(self._get_seen(self.user_sales_manager) & every, every)
        for role in ("internal", "portal", "public"):
            with self.assertRaisesRegex(AccessError, r"access 'Closing' \(crm.lead.closing\)"):
                self._get_seen(self.people[role])

    def test_closings_go_with_the_deal(self):
        """Who hands a deal over hands its past over, too."""
        self.deal_other.user_id = self.user_sales_salesman
        self.deal_own.user_id = self.user_sales_leads
        seen = self._get_seen(self.user_sales_salesman)
        self.assertIn("Other deal", seen)
        self.assertNotIn("Own deal", seen)
        closing = self.deal_own.closing_id.with_user(self.user_sales_salesman)
        with self.assertRaisesRegex(AccessError, "Closing"):
            closing.read(["note", "reason_id"])

    def test_companies(self):
        company = self.env["res.company"].create({"name": "Second company"})
        self.user_sales_manager.company_ids += company
        deal = self.env["crm.lead"].create(
            {"name": "Far deal", "type": "opportunity", "company_id": company.id}
        )
        deal.action_set_lost()
        self.assertEqual(deal.closing_id.company_id, company)
        self.assertNotIn("Far deal", self._get_seen(self.user_sales_leads))
        self.assertNotIn("Far deal", self._get_seen(self.user_sales_manager, self.company_main))
        self.assertIn("Far deal", self._get_seen(self.user_sales_manager, company))
        closing = deal.closing_id.with_user(self.user_sales_leads)
        with self.assertRaisesRegex(AccessError, "Closing"):
            closing.read(["note"])

    @users("user_sales_salesman", "user_sales_manager")
    def test_no_row_by_way_of_the_deal(self):
        deal = self.deal_own.with_env(self.env)
        row = deal.sudo().closing_id
        other = self.deal_own.sudo().copy()
        other.action_set_won()
        values = {"outcome": "won", "date": "2020-01-01", "is_current": False}
        for command, verb in (
            (Command.create(values), "create"),
            (Command.update(row.id, {"is_mistake": True}), "modify"),
            (Command.delete(row.id), "delete"),
            (Command.unlink(row.id), "delete"),
            (Command.clear(), "delete"),
            (Command.set([]), "delete"),
            (Command.link(other.closing_id.id), "modify"),
        ):
            with (
                self.subTest(command=command),
                self.assertRaisesRegex(AccessError, f"not allowed to {verb} 'Closing'"),
                self.cr.savepoint(),
            ):
                deal.write({"closing_ids": [command]})
        with (
            self.assertRaisesRegex(AccessError, "not allowed to create 'Closing'"),
            self.cr.savepoint(),
        ):
            deal.create({"name": "New", "closing_ids": [Command.create(values)]})
        self.env.invalidate_all()
        self.assertClosings(deal, [{"outcome": "lost", "is_mistake": False, "is_current": True}])

    @users("user_sales_salesman")
    def test_somebody_else_s_deal(self):
        deal = self.deal_other.with_env(self.env)
        for act in (
            lambda: deal.action_reopen(),
            lambda: deal.action_set_lost(lost_reason_id=self.reason_price.id),
            lambda: deal.action_set_won(),
            lambda: deal.action_restore(),
            lambda: (
                self.env["crm.lead.lost"]
                .create({"lead_ids": deal.ids, "lost_reason_id": self.reason_price.id})
                .action_lost_reason_apply()
            ),
            lambda: self.env["crm.lead.win"].create({"lead_ids": deal.ids}).action_win_apply(),
            lambda: (
                self.env["crm.lead.reopen"]
                .create({"lead_ids": deal.ids, "note": "Mine"})
                .action_reopen_apply()
            ),
        ):
            self.env.invalidate_all()
            with self.assertRaisesRegex(AccessError, "Lead"), self.cr.savepoint():
                act()
        self.env.invalidate_all()
        self.assertClosed(deal, "won")
        self.assertFalse(self.deal_other.closing_id.reopen_note)
