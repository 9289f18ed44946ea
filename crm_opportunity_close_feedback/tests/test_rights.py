from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import FeedbackCommon

PEOPLE = ("internal", "salesman", "leads", "manager", "portal", "public")
OPERATIONS = {"create": "c", "read": "r", "write": "u", "unlink": "d"}
# Model → who may do what: c(reate), r(ead), u(pdate), d(elete).
ALLOWED = {
    "crm.lead.closing.question": {"salesman": "r", "leads": "r", "manager": "r"},
    "crm.lead.closing.feedback": {"salesman": "ru", "leads": "ru", "manager": "ru"},
    "crm.feedback.attempt": {},
    "crm.lead.feedback": {"salesman": "cru", "leads": "cru", "manager": "cru"},
    "crm.lead.closing.question.veto": {"salesman": "cru", "leads": "cru", "manager": "cru"},
    "crm.lead.closing.question.link": {"manager": "cru"},
}


@tagged("post_install", "-at_install")
class TestRights(FeedbackCommon):
    """Who may see and do what; nobody writes questions, nobody reads a token."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            "internal": new_test_user(cls.env, "feedback_internal", "base.group_user"),
            "salesman": cls.user_sales_salesman,
            "leads": cls.user_sales_leads,
            "manager": cls.user_sales_manager,
            "portal": new_test_user(cls.env, "feedback_portal", "base.group_portal"),
            "public": cls.env.ref("base.public_user"),
        }
        cls.own, cls.other = cls._ask(cls.deal_own), cls._ask(cls.deal_other)
        cls.own._record_answer(
            {**cls.own._get_answer(), "comment": "Mine"}, cls.env["crm.lost.reason"]
        )
        cls.other._record_answer(
            {**cls.other._get_answer(), "comment": "Theirs"}, cls.env["crm.lost.reason"]
        )

    def test_every_model_has_its_row(self):
        models = {
            name
            for name, registered in self.registry.items()
            if registered._original_module == "crm_opportunity_close_feedback"
            and not registered._abstract
        }
        self.assertEqual(models, ALLOWED.keys())

    def test_model_role_operation(self):
        for model, roles in ALLOWED.items():
            for role in PEOPLE:
                records = self.env[model].with_user(self.people[role])
                for operation, letter in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        allowed = letter in roles.get(role, "")
                        self.assertEqual(records.has_access(operation), allowed)

    def test_one_sees_what_is_about_one_s_leads(self):
        feedback = self.own.feedback_ids + self.other.feedback_ids
        for role, expected in (("salesman", 1), ("leads", 2), ("manager", 2)):
            for records in (self.own + self.other, feedback):
                with self.subTest(role, model=records._name):
                    seen = records.with_user(self.people[role]).search([("id", "in", records.ids)])
                    self.assertEqual(len(seen), expected)
        with self.assertRaises(AccessError):
            self.other.feedback_ids.with_user(self.user_sales_salesman).read(["comment"])

    def test_other_companies(self):
        company = self.env["res.company"].create({"name": "Second company"})
        self.user_sales_manager.company_ids += company
        self.deal_own.write({"company_id": company.id, "user_id": False, "team_id": False})
        self.env.flush_all()
        questions = self.questions.with_user(self.user_sales_manager)
        own = [("id", "=", self.own.id)]
        here = questions.with_context(allowed_company_ids=self.company_main.ids)
        there = questions.with_context(allowed_company_ids=company.ids)
        self.assertFalse(here.search(own))
        self.env.invalidate_all()
        self.assertTrue(there.search(own))

    def test_nobody_reads_a_token(self):
        for user in (self.user_sales_manager, self.env.ref("base.user_admin")):
            question = self.own.with_user(user)
            for act in (
                lambda question=question: question.read(["access_token"]),
                lambda question=question: question.search([("access_token", "like", "a%")]),
                lambda question=question: question.search([], order="access_token"),
                lambda question=question: question._read_group([], ["access_token"]),
                lambda question=question: question.export_data(["access_token"]),
            ):
                with self.subTest(user=user.login), self.assertRaises(UserError):
                    act()
            self.assertNotIn("access_token", question.fields_get())

    def test_the_link_is_for_managers(self):
        with self.assertRaisesRegex(AccessError, "Only sales managers"):
            self.own.with_user(self.user_sales_salesman).action_hand_over_link()
        self.deal_own.action_reopen()
        self.deal_own.action_set_lost(lost_reason_id=self.reason_price.id)
        question = self._ask(self.deal_own)
        question.state = "planned"
        action = question.with_user(self.user_sales_manager).action_hand_over_link()
        self.assertEqual(
            self.env[action["res_model"]].browse(action["res_id"]).url, question._get_url()
        )
        self.assertEqual(question.state, "sent")
        self.assertIn("took the link", self.deal_own.message_ids[0].body)
        self.assertNotIn(question.access_token, "".join(self.deal_own.message_ids.mapped("body")))
