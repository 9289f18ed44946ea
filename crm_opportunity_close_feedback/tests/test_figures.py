import random

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.crm_opportunity_close_analysis.statistics import get_wilson_interval

from .common import FeedbackCommon

SHARES = """
    SELECT rel.reason_id, count(*)
      FROM crm_lead_closing_feedback AS feedback
      JOIN crm_lead_closing_feedback_reason_rel AS rel ON rel.feedback_id = feedback.id
     WHERE feedback.source = 'customer' AND feedback.date > now() - interval '12 months'
     GROUP BY 1
"""
BASE = """
    SELECT count(DISTINCT feedback.id)
      FROM crm_lead_closing_feedback AS feedback
      JOIN crm_lead_closing AS closing ON closing.id = feedback.closing_id
      JOIN crm_lead_closing_feedback_reason_rel AS rel ON rel.feedback_id = feedback.id
     WHERE feedback.source = 'customer' AND closing.outcome = 'lost'
       AND feedback.date > now() - interval '12 months'
"""
RESPONSE = """
    SELECT count(*) FILTER (WHERE EXISTS (
               SELECT FROM crm_lead_closing_feedback AS f WHERE f.question_id = question.id)),
           count(*)
      FROM crm_lead_closing_question AS question
      JOIN crm_lead_closing AS closing ON closing.id = question.closing_id
     WHERE question.date_sent IS NOT NULL AND closing.outcome = 'lost'
       AND question.state NOT IN ('dropped', 'vetoed', 'check')
"""
MATRIX = """
    SELECT closing.reason_id, rel.reason_id, count(*)
      FROM crm_lead_closing_feedback AS feedback
      JOIN crm_lead_closing AS closing ON closing.id = feedback.closing_id
      JOIN crm_lead_closing_feedback_reason_rel AS rel ON rel.feedback_id = feedback.id
     GROUP BY 1, 2
"""
AGREEING = """
    SELECT avg(CASE WHEN EXISTS (
               SELECT FROM crm_lead_closing_feedback_reason_rel AS rel
                WHERE rel.feedback_id = feedback.id AND rel.reason_id = closing.reason_id
           ) THEN 1.0 ELSE 0.0 END)
      FROM crm_lead_closing_feedback AS feedback
      JOIN crm_lead_closing AS closing ON closing.id = feedback.closing_id
     WHERE feedback.was_offered AND EXISTS (
               SELECT FROM crm_lead_closing_feedback_reason_rel AS rel
                WHERE rel.feedback_id = feedback.id)
"""


@tagged("post_install", "-at_install")
class TestFigures(FeedbackCommon):
    """Figures against SQL that knows nothing of the code, on forty answers thrown at random."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.lead.closing.question"].search([]).unlink()
        cls.env["crm.lead.closing.feedback"].search([]).unlink()
        chance = random.Random(16)
        reasons = cls.reason_price + cls.reason_budget
        ours = [*reasons, cls.reason_unworded]
        deals = cls.env["crm.lead"].create(
            [
                {"name": f"Deal {number}", "type": "opportunity", "company_id": cls.company.id}
                for number in range(60)
            ]
        )
        for deal in deals:
            deal.action_set_lost(lost_reason_id=chance.choice(ours).id)
        for deal in deals:
            question = cls._ask(deal)
            if chance.random() < 0.6:
                named = reasons.filtered(lambda reason: chance.random() < 0.5)
                answer = {"reason_ids": named.ids, "comment": "Words"}
                offered = deal.closing_id._get_offered_reasons()
                question._record_answer({**question._get_answer(), **answer}, offered)
            elif chance.random() < 0.5:
                question.state = "expired"
        cls.env.flush_all()

    def _sql(self, query):
        return self.env.execute_query(SQL(query))

    def test_shares_and_response(self):
        shares, [[base]] = dict(self._sql(SHARES)), self._sql(BASE)
        [(answered, asked)] = self._sql(RESPONSE)
        self.assertGreater(base, 10)
        percent = self.env["crm.lead.closing"]._format_percent
        for reason in self.reason_price + self.reason_budget:
            count = shares[reason.id]
            low, high = get_wilson_interval(count, base)
            self.assertRecordValues(
                reason,
                [
                    {
                        "customer_share_label": f"{percent(count / base)} · {count} of {base}",
                        "customer_share_interval": f"{percent(low)} – {percent(high)}",
                        "customer_response_label": (
                            f"{percent(answered / asked)} · {answered} of {asked}"
                        ),
                    }
                ],
            )

    def test_response_rate(self):
        [(answered, asked)] = self._sql(RESPONSE)
        [(rate, count)] = self.questions._read_group(
            [("is_asked", "=", True)], [], ["response_rate:avg", "__count"]
        )
        self.assertEqual(count, asked)
        self.assertAlmostEqual(rate, answered / asked)

    def test_matrix(self):
        feedback = self.env["crm.lead.closing.feedback"]
        groups = feedback._read_group([], ["seller_reason_id", "reason_ids"], ["__count"])
        cells = {(ours.id, theirs.id): count for ours, theirs, count in groups if theirs}
        expected = {(ours, theirs): count for ours, theirs, count in self._sql(MATRIX)}
        self.assertEqual(cells, expected)
        self.assertGreater(len(cells), 4)

    def test_agreement(self):
        feedback = self.env["crm.lead.closing.feedback"]
        [[rate]] = feedback._read_group([], [], ["agreement_rate:avg"])
        [[expected]] = self._sql(AGREEING)
        self.assertAlmostEqual(rate, float(expected))

    def test_coaching_list_shows_no_average_of_averages(self):
        """Below the groups, the web client would sum up their rates, not their answers."""
        action = self.env["crm.lead.closing.feedback"].action_view_coaching()
        self.assertEqual(action["display_name"], "Agreement by salesperson")
        view = self.env["ir.ui.view"].browse(action["views"][0][0])
        self.assertNotIn("avg=", view.arch)

    def test_filters(self):
        closings = self.env["crm.lead.closing"]
        view = self.env.ref("crm_opportunity_close_feedback.crm_lead_closing_view_search")
        self.assertIn("customer_disagrees", view.arch)
        disagreeing = closings.search([("feedback_ids.agreement", "=", "disagree")])
        self.assertTrue(disagreeing)
        silent = closings.search([("question_ids.state", "in", ("sent", "expired"))])
        [(answered, asked)] = self._sql(RESPONSE)
        self.assertEqual(len(silent), asked - answered)

    def test_nothing_older_than_twelve_months(self):
        feedback = self.env["crm.lead.closing.feedback"].search([])
        feedback.date = fields.Datetime.subtract(fields.Datetime.now(), months=13)
        self.assertFalse(self.reason_price.customer_share_label)
