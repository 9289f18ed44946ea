from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged, users

from .common import FeedbackCommon


@tagged("post_install", "-at_install")
class TestAsking(FeedbackCommon):
    """Who is asked, who never is, and who may say no."""

    def test_listed_a_day_ahead(self):
        self._age(self.deal_own, 6)
        self._age(self.deal_other, 5)
        question = self._plan()
        tomorrow = fields.Date.add(fields.Date.today(), days=1)
        self.assertRecordValues(
            question,
            [
                {
                    "lead_id": self.deal_own.id,
                    "state": "planned",
                    "date_planned": tomorrow,
                    "email": "ana@zimtstern.test",
                    "partner_id": self.ana.id,
                }
            ],
        )
        self.assertFalse(question._find_due(), "nobody is asked on the day of the listing")
        self.assertFalse(self._plan(), "a closing is listed once")

    def test_what_was_closed_long_ago_is_not_asked_about(self):
        self._age(self.deal_own, 7 + 14 + 1)
        self._age(self.deal_other, 7 + 12)
        self.assertEqual(self._plan().lead_id, self.deal_other)

    def test_off_until_switched_on(self):
        self._age(self.deals, 7)
        self.company.feedback_active = False
        self.assertFalse(self._plan())
        self.assertFalse(self.env["res.company"].create({"name": "New"}).feedback_active)

    def test_rules_of_the_company(self):
        self._age(self.deals, 7)
        won = self.deal_own.copy({"name": "Won", "partner_id": self._new_contact("c").id})
        won.action_set_won()
        self._age(won, 7)
        self.deals += won
        for values, expected in (
            ({"feedback_outcomes": "won"}, won),
            ({"feedback_outcomes": "lost"}, self.deals - won),
            ({"feedback_outcomes": "lost", "feedback_min_amount": 1000}, self.deal_other),
            ({"feedback_outcomes": "lost", "feedback_min_amount": 2001}, self.env["crm.lead"]),
        ):
            with self.subTest(values):
                self.company.write({"feedback_min_amount": 0, **values})
                savepoint = self.env.cr.savepoint()
                self.assertEqual(self._plan().lead_id, expected)
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def test_leads_where_asked_for(self):
        self._age(self.deal_own, 7)
        self.deal_own.closing_id.sudo().lead_type = "lead"
        self.assertFalse(self._plan())
        self.company.feedback_opportunities_only = False
        self.assertEqual(self._plan().lead_id, self.deal_own)

    def _new_contact(self, name, **vals):
        return self.env["res.partner"].create({"name": name, "email": f"{name}@far.test", **vals})

    def test_never(self):
        colleague = self.user_sales_leads.partner_id
        blacklisted = self._new_contact("blacklisted")
        self.env["mail.blacklist"].create({"email": blacklisted.email})
        opted_out = self._new_contact("out", feedback_opt_out=True)
        twin = self._new_contact("twin", email=opted_out.email)
        for code, prepare in (
            ("no_mail", {"email": False}),
            ("no_mail", {"email": "nonsense"}),
            ("internal", {"email": "somebody@CORP.test"}),
            ("internal", colleague),
            ("blacklisted", blacklisted),
            ("opt_out", opted_out),
            ("opt_out", twin),
        ):
            with self.subTest(code, prepare=prepare):
                savepoint = self.env.cr.savepoint()
                contact = (
                    self._new_contact("x", **prepare) if isinstance(prepare, dict) else prepare
                )
                self.deal_own.closing_id.sudo().partner_id = contact
                self._age(self.deal_own, 7)
                self.assertFalse(self._plan())
                closing = self.deal_own.closing_id.sudo()
                objections = self.questions._get_objections(closing, self.company)
                self.assertEqual(objections[closing], code)
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def test_never_what_is_no_longer_so(self):
        for code, change in (
            ("reopened", lambda: self.deal_own.action_reopen()),
            ("reopened", lambda: self.deal_own.action_reopen(is_mistake=True)),
            ("opt_out", lambda: self.ana.write({"feedback_opt_out": True})),
            ("no_mail", lambda: self.ana.write({"email": False})),
            ("off", lambda: self.company.write({"feedback_active": False})),
            (
                "blacklisted",
                lambda: self.env["mail.blacklist"].create({"email": "ana@zimtstern.test"}),
            ),
        ):
            with self.subTest(code):
                savepoint = self.env.cr.savepoint()
                self._age(self.deal_own, 7)
                question = self._plan()
                question.date_planned = fields.Date.today()
                change()
                self.assertFalse(question._find_due() & question)
                expected = {
                    "state": "dropped",
                    "objection": code if code != "mistake" else "reopened",
                }
                self.assertRecordValues(question, [expected])
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def test_disqualified_is_not_asked_about(self):
        self.reason_price.loss_type = "disqualified"
        self.deal_own.action_reopen()
        self.deal_own.action_set_lost(lost_reason_id=self.reason_price.id)
        self._age(self.deal_own, 7)
        self.assertFalse(self._plan())

    def test_once_a_contact_in_twelve_months(self):
        """Also where the address, not the contact, is the same."""
        self.deal_other.closing_id.sudo().partner_id = self._new_contact("a2", email=self.ana.email)
        self._age(self.deals, 7)
        question = self._plan()
        self.assertEqual(question.lead_id, self.deal_other, "the one that was worth more")
        question._set_sent()
        self.assertFalse(self._plan())
        question.date_planned = fields.Date.subtract(fields.Date.today(), months=11)
        self.assertFalse(self._plan())
        question.date_planned = fields.Date.subtract(fields.Date.today(), months=13)
        self.assertEqual(self._plan().lead_id, self.deal_own)

    def test_contacts_merged_after_the_listing_are_asked_once(self):
        self._age(self.deals, 7)
        questions = self._plan()
        self.assertEqual(len(questions), 2)
        questions.date_planned = fields.Date.today()
        self.bo.feedback_opt_out = False
        self.env["base.partner.merge.automatic.wizard"]._merge((self.ana + self.bo).ids, self.ana)
        self.env.invalidate_all()
        due = questions._find_due() & questions
        self.assertEqual(len(due), 1)
        self.assertEqual((due.partner_id, due.email), (self.ana, "ana@zimtstern.test"))

    def test_an_opt_out_survives_a_merge_of_contacts(self):
        self.bo.feedback_opt_out = True
        self.env["base.partner.merge.automatic.wizard"]._merge((self.ana + self.bo).ids, self.ana)
        self.assertTrue(self.ana.feedback_opt_out)

    # ------------------------------------------------------------
    # Veto
    # ------------------------------------------------------------

    @users("user_sales_salesman")
    def test_salesperson_vetoes_with_a_reason(self):
        self._age(self.deal_own, 7)
        question = self.questions.sudo()._plan_company(self.company).with_env(self.env)
        question = question.filtered(lambda each: each.lead_id.id == self.deal_own.id)
        self.assertEqual(question.action_veto()["res_model"], "crm.lead.closing.question.veto")
        self.assertEqual(question.state, "planned", "without a reason, it is asked for")
        window = self.env["crm.lead.closing.question.veto"].create(
            {"question_ids": question.ids, "reason": "We talk again on Monday"}
        )
        window.action_veto_apply()
        self.assertRecordValues(
            question,
            [
                {
                    "state": "vetoed",
                    "veto_reason": "We talk again on Monday",
                    "vetoed_by_id": self.env.uid,
                }
            ],
        )
        self.assertFalse(question.sudo()._find_due() & question)
        with self.assertRaisesRegex(UserError, "as they stand:\n– Own deal: Vetoed"):
            question.action_veto(reason="Again")
        question.action_plan_again()
        self.assertEqual(question.state, "planned")

    def test_nobody_vetoes_somebody_else_s(self):
        self._age(self.deal_other, 7)
        question = self._plan().with_user(self.user_sales_salesman)
        with self.assertRaises(AccessError):
            question.action_veto(reason="Not mine")

    def test_numbers_must_be_possible(self):
        for values in ({"feedback_mailbox": "nobody"}, {"feedback_mailbox": "a@b.test, c@d.test"}):
            with self.subTest(values), self.assertRaisesRegex(ValidationError, "not one mail"):
                self.company.write(values)
