from odoo import fields
from odoo.tests import tagged

from odoo.addons.crm_opportunity_close.tests.two_at_once_case import TwoAtOnceCase


@tagged("post_install", "-at_install")
class TestTwoAtOnce(TwoAtOnceCase):
    """The form is posted twice at the same moment: one answer is kept."""

    def test_one_answer(self):
        [deal_id] = self._new_deals(reason_id=self.reason_id)

        def ask(env):
            closing = self._get_deal(env, deal_id).closing_id
            question = env["crm.lead.closing.question"].create(
                {
                    "closing_id": closing.id,
                    "company_id": env.company.id,
                    "date_planned": fields.Date.today(),
                }
            )
            question._set_sent()
            return question.id

        question_id = self._run(ask)

        def answer(comment):
            def act(env):
                question = env["crm.lead.closing.question"].sudo().browse(question_id)
                offered = question.closing_id._get_offered_reasons()
                question._record_answer({**question._get_answer(), "comment": comment}, offered)
                return comment

            return act

        results = self._at_once(answer("First"), answer("Second"))
        self.assertEqual(results, ["First", "Second"])

        def read(env):
            question = env["crm.lead.closing.question"].browse(question_id)
            return question.state, question.feedback_ids.mapped("comment")

        state, comments = self._run(read)
        self.assertEqual(state, "answered")
        self.assertEqual(len(comments), 1)
        self.assertIn(comments[0], ("First", "Second"))
