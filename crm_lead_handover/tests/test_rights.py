from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import TestHandoverCommon

OPERATIONS = {"create": "create", "read": "access", "write": "modify", "unlink": "delete"}
LETTERS = {"create": "c", "read": "r", "write": "u", "unlink": "d"}
PEOPLE = ("internal", "clerk", "salesman", "leads", "manager", "portal", "public")
# Model → who may do what: c(reate), r(ead), u(pdate), d(elete).
ALLOWED = {
    "crm.handover": {"salesman": "r", "leads": "r", "manager": "r"},
    "crm.handover.line": {"salesman": "r", "leads": "r", "manager": "r"},
    "crm.lead.handover": {"clerk": "cru", "salesman": "cru", "leads": "cru", "manager": "cru"},
}


@tagged("post_install", "-at_install")
class TestRights(TestHandoverCommon):
    """Who may see and do what, model by model, and method by method."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            "internal": mail_new_test_user(cls.env, "handover_internal", "base.group_user"),
            "clerk": mail_new_test_user(
                cls.env, "handover_clerk", "base.group_user,base.group_erp_manager"
            ),
            "salesman": cls.user_sales_salesman,
            "leads": cls.user_sales_leads,
            "manager": cls.user_sales_manager,
            "portal": mail_new_test_user(cls.env, "handover_portal", "base.group_portal"),
            "public": cls.env.ref("base.public_user"),
        }
        cls.handover = cls.deal_own.with_user(cls.giver).action_hand_over(cls.successor.id)
        cls.flush_tracking_of_set_up()

    def _get_vals(self, model):
        return {
            "crm.handover": {"note": "Forged"},
            "crm.handover.line": {"handover_id": self.handover.id, "lead_name": "Forged"},
            "crm.lead.handover": {"note": "Mine"},
        }[model]

    def _act(self, user, model, operation):
        """Do one operation as one user, on a record that is theirs where it can be."""
        records = self.env[model].with_user(user)
        if operation == "create":
            records.create(self._get_vals(model)).flush_recordset()
            return
        if self.env[model].is_transient():
            record = records.sudo().create({})
        else:
            record = self.handover if model == "crm.handover" else self.handover.line_ids
        self.env.flush_all()
        record = record.with_user(user).sudo(False)
        record.invalidate_recordset()
        if operation == "read":
            record.read(["display_name"])
        elif operation == "write":
            record.write(self._get_vals(model))
        else:
            record.unlink()

    def test_model_role_operation(self):
        for model, roles in ALLOWED.items():
            for role in PEOPLE:
                for operation, verb in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        if LETTERS[operation] in roles.get(role, ""):
                            self._act(self.people[role], model, operation)
                            continue
                        refusal = rf"not allowed to {verb} '.*' \({model}\) records"
                        with self.assertRaisesRegex(AccessError, refusal), self.cr.savepoint():
                            self._act(self.people[role], model, operation)

    def test_every_model_has_its_row(self):
        """A model that an add-on of ours brings is in the table, or in one of the others."""
        names = self.env["ir.model.data"].search(
            [("module", "=", "crm_lead_handover"), ("model", "=", "ir.model")]
        )
        models = set(self.env["ir.model"].browse(names.mapped("res_id")).mapped("model"))
        own = {name for name in models if self.env[name]._original_module == "crm_lead_handover"}
        self.assertEqual(own, set(ALLOWED))

    def test_windows_are_their_makers_own(self):
        window = self._open_window(self.deal_second.with_user(self.giver), note="Secret")
        window = window.sudo(False).with_user(self.giver)
        window = window.create({"lead_ids": self.deal_second.ids, "user_id": self.successor.id})
        for role in ("leads", "manager", "clerk"):
            other = window.with_user(self.people[role])
            other.invalidate_recordset()
            for act in (
                lambda other=other: other.read(["note", "lead_ids"]),
                lambda other=other: other.write({"note": "Mine"}),
                lambda other=other: other.action_hand_over(),
                lambda other=other: other.action_archive_only(),
            ):
                with (
                    self.subTest(role=role),
                    self.assertRaisesRegex(AccessError, r"\(crm.lead.handover\)"),
                    self.cr.savepoint(),
                ):
                    act()
            self.assertFalse(other.search([("id", "=", window.id)]))
        self.assertEqual(self.deal_second.user_id, self.giver)
        window.action_hand_over()
        self.assertEqual(self.deal_second.user_id, self.successor)

    # ------------------------------------------------------------
    # Every public method with the arguments of a stranger
    # ------------------------------------------------------------

    def test_strangers(self):
        window = self.env["crm.lead.handover"].with_user(self.giver)
        window = window.create({"lead_ids": self.deal_second.ids, "user_id": self.successor.id})
        calls = {
            "crm.lead": [
                (self.deal_other, "action_hand_over", [self.successor.id]),
                (self.deal_other, "get_salespeople", []),
            ],
            "crm.handover": [(self.handover, "action_take_back", [])],
            "crm.lead.handover": [
                (window, "action_hand_over", []),
                (window, "action_archive_only", []),
            ],
            "res.users": [(self.user_sales_leads, "action_archive", [])],
        }
        stranger = self.giver.copy({"login": "handover_stranger", "name": "Stranger"})
        before = self.deal_other.user_id, self.deal_own.user_id, self.deal_second.user_id
        for user in (stranger, *(self.people[name] for name in ("internal", "portal", "public"))):
            for model, methods in calls.items():
                for records, method, arguments in methods:
                    records = records.with_user(user).sudo(False)
                    records.invalidate_recordset()
                    with (
                        self.subTest(user=user.login, model=model, method=method),
                        self.assertRaises(AccessError),
                        self.cr.savepoint(),
                    ):
                        getattr(records, method)(*arguments)
        after = self.deal_other.user_id, self.deal_own.user_id, self.deal_second.user_id
        self.assertEqual(before, after)
        self.assertTrue(self.user_sales_leads.active)

    def test_what_opens_for_a_stranger_is_empty(self):
        """Actions say nothing themselves, and what they open shows what its reader may see."""
        stranger = self.giver.copy({"login": "handover_stranger", "name": "Stranger"})
        action = self.handover.with_user(stranger).action_view_leads()
        leads = self.env["crm.lead"].with_user(stranger).with_context(**action["context"])
        self.assertFalse(leads.search(action["domain"]))
        action = self.giver.with_user(stranger).action_hand_over_leads()
        window = self.env[action["res_model"]].with_user(stranger)
        window = window.with_context(**action["context"]).create({"user_id": stranger.id})
        self.assertRecordValues(window, [{"lead_count": 0, "closed_count": 0, "unseen_count": 0}])
        with self.assertRaisesRegex(UserError, "nothing left to hand over"):
            window.action_hand_over()

    @users("user_sales_salesman")
    def test_public_methods_are_all_in_the_tables(self):
        """A method that is added is called by strangers in this class, too."""
        known = {
            "crm.lead": {"action_hand_over", "get_salespeople"},
            "crm.handover": {"action_take_back", "action_view_leads"},
            "crm.handover.line": set(),
            "crm.lead.handover": {"action_hand_over", "action_archive_only"},
            "res.users": {
                "action_archive",
                "action_hand_over_leads",
                "get_archive_handover_action",
            },
            "crm.team.member": {"action_hand_over_leads"},
            "calendar.event": set(),
            "mail.activity": set(),
        }
        for model, methods in known.items():
            own = {
                name
                for cls in type(self.env[model]).mro()
                if cls.__module__.startswith("odoo.addons.crm_lead_handover.")
                for name, value in vars(cls).items()
                if callable(value) and not name.startswith("_")
            }
            with self.subTest(model=model):
                self.assertEqual(own, methods)
