from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users

from .common import FeedbackCommon


@tagged("post_install", "-at_install")
class TestBothSides(FeedbackCommon):
    """What the salesperson, the customer and the manager say stands side by side."""

    def _answer(self, deal, reasons, **answer):
        question = self._ask(deal)
        offered = deal.closing_id._get_offered_reasons()
        empty = question._get_answer()
        question._record_answer({**empty, "reason_ids": reasons.ids, **answer}, offered)
        return question.feedback_ids

    def test_reasons_without_a_wording_are_not_offered(self):
        offered = self.deal_own.closing_id._get_offered_reasons()
        self.assertLessEqual(self.reason_price + self.reason_budget, offered)
        self.assertFalse((self.reason_unworded + self.unspecified + self.reason_fit) & offered)

    def test_switching_on_words_the_usual_reasons(self):
        reasons = self.env["crm.lost.reason"].with_context(active_test=False)
        reasons.search([]).customer_wording = False
        self.company.feedback_active = True
        price = self.env.ref("crm.lost_reason_1")
        self.assertEqual(price.customer_wording, "It was too expensive")
        self.assertFalse(self.unspecified.customer_wording)
        price.customer_wording = "Ours"
        self.company.feedback_active = True
        self.assertEqual(price.customer_wording, "Ours", "what is worded stays")

    def test_agreement(self):
        further = self.reason_budget
        self.deal_own.secondary_reason_ids = further
        feedback = self._answer(self.deal_own, self.reason_price)
        self.assertRecordValues(feedback, [{"agreement": "agree", "agreement_rate": 1}])
        feedback.reason_ids = further
        self.assertRecordValues(feedback, [{"agreement": "partly", "agreement_rate": 0}])
        self.deal_own.secondary_reason_ids = False
        self.assertRecordValues(feedback, [{"agreement": "disagree", "agreement_rate": 0}])
        feedback.reason_ids = False
        self.assertRecordValues(feedback, [{"agreement": False, "agreement_rate": False}])

    def test_no_agreement_where_our_reason_could_not_be_chosen(self):
        self.deal_own.lost_reason_id = self.reason_unworded
        feedback = self._answer(self.deal_own, self.reason_budget)
        self.assertFalse(feedback.agreement)

    def test_the_salesperson_s_reason_stays(self):
        feedback = self._answer(self.deal_own, self.reason_budget, competitor_text="globex")
        self.assertEqual(self.deal_own.lost_reason_id, self.reason_price)
        self.assertEqual(self.deal_own.closing_id.reason_id, self.reason_price)
        self.assertEqual(feedback.competitor_id, self.competitor, "the very name is matched")
        self.assertEqual(self.deal_own.feedback_ids, feedback)
        message = self.deal_own.message_ids[0]
        self.assertIn("We say: Beaten on price", message.body)
        self.assertIn("They say: Budget was cut", message.body)

    def test_may_call_becomes_an_activity(self):
        self._answer(self.deal_own, self.reason_price, may_call=True)
        activity = self.deal_own.activity_ids
        self.assertEqual(activity.user_id, self.user_sales_manager)

    @users("user_sales_salesman")
    def test_a_call_is_recorded(self):
        deal = self.deal_own.with_env(self.env)
        action = deal.action_record_feedback()
        window = (
            self.env[action["res_model"]]
            .with_context(**action["context"])
            .create({"reason_ids": self.reason_budget.ids, "comment": "Said so on the phone"})
        )
        window.action_feedback_apply()
        self.assertRecordValues(
            deal.feedback_ids,
            [
                {
                    "source": "call",
                    "recorded_by_id": self.env.uid,
                    "agreement": "disagree",
                    "comment": "Said so on the phone",
                }
            ],
        )
        with self.assertRaisesRegex(AccessError, "not changed afterwards"):
            deal.feedback_ids.comment = "Something else"
        deal.feedback_ids.competitor_id = self.competitor

    def test_wrong_windows(self):
        window = self.env["crm.lead.feedback"].create({"lead_id": self.deal_own.id})
        with self.assertRaisesRegex(UserError, "Choose a reason, or write a few words"):
            window.action_feedback_apply()
        window.reason_ids = self.reason_fit
        with self.assertRaisesRegex(UserError, "fit the outcome"):
            window.action_feedback_apply()
        window.reason_ids = self.reason_price + self.reason_budget + self.reason_unworded
        with self.assertRaisesRegex(UserError, "Two reasons at most"):
            window.action_feedback_apply()
        self.deal_own.action_reopen()
        with self.assertRaisesRegex(UserError, "“Own deal” is open"):
            window.action_feedback_apply()

    def test_merging_reasons_carries_answers_along(self):
        feedback = self._answer(self.deal_own, self.reason_budget)
        self.assertEqual(feedback.agreement, "disagree")
        self.reason_budget._merge_into(self.reason_price)
        self.assertRecordValues(
            feedback,
            [
                {
                    "reason_ids": self.reason_price.ids,
                    "seller_reason_id": self.reason_price.id,
                    "agreement": "agree",
                }
            ],
        )

    def test_a_reason_customers_named_is_not_deleted(self):
        self._answer(self.deal_own, self.reason_budget)
        self.deal_other.lost_reason_id = self.reason_price
        with self.assertRaisesRegex(UserError, "Customers have named these reasons"):
            self.reason_budget.unlink()

    def test_merging_deals_carries_answers_along(self):
        feedback = self._answer(self.deal_own, self.reason_budget)
        (self.deal_own + self.deal_other).merge_opportunity()
        survivor = (self.deal_own + self.deal_other).exists()
        self.assertEqual(survivor.feedback_ids, feedback)

    # ------------------------------------------------------------
    # Second look
    # ------------------------------------------------------------

    def _ask_for_looks(self):
        closings = self.env["crm.lead.closing"].sudo()
        return closings._ask_for_second_looks().filtered(lambda each: each.lead_id in self.deals)

    def test_second_look_at_big_losses_only(self):
        self.assertFalse(self._ask_for_looks(), "no amount, no second look")
        self.sales_team_1.second_look_amount = 1000
        self.assertEqual(self._ask_for_looks().lead_id, self.deal_other)
        self.assertFalse(self.deal_own.activity_ids)
        activity = self.deal_other.activity_ids
        self.assertEqual(activity.user_id, self.user_sales_manager)
        self.assertFalse(self._ask_for_looks(), "it is asked for once")

    def test_nobody_looks_at_a_loss_of_their_own(self):
        self.sales_team_1.write({"second_look_amount": 1, "user_id": self.user_sales_leads.id})
        self.assertEqual(self._ask_for_looks().lead_id, self.deal_own)
        window = self.env["crm.lead.feedback"].with_user(self.user_sales_leads)
        window = window.create(
            {"lead_id": self.deal_other.id, "source": "manager", "agrees": "yes"}
        )
        with self.assertRaisesRegex(AccessError, "takes a second look"):
            window.action_feedback_apply()
        with self.assertRaisesRegex(AccessError, "takes a second look"):
            self.deal_own.with_user(self.user_sales_salesman).action_second_look()

    @users("user_sales_manager")
    def test_manager_looks_again(self):
        self.sales_team_1.second_look_amount = 1000
        self._ask_for_looks()
        deal = self.deal_other.with_env(self.env)
        action = deal.action_second_look()
        window = (
            self.env[action["res_model"]]
            .with_context(**action["context"])
            .create(
                {"agrees": "no", "reason_ids": self.reason_price.ids, "comment": "An earlier visit"}
            )
        )
        window.action_feedback_apply()
        self.assertRecordValues(
            deal.feedback_ids,
            [{"source": "manager", "agreement": "disagree", "comment": "An earlier visit"}],
        )
        self.assertFalse(deal.activity_ids, "the activity is done")
        self.assertEqual(deal.lost_reason_id, self.reason_budget)
