from odoo.tests import tagged

from .common import FeedbackCommon


@tagged("post_install", "-at_install")
class TestErasing(FeedbackCommon):
    """Erasing a contact takes the words out of closings and answers, not the figures."""

    def test_texts_go_figures_stay(self):
        self.deal_own.closing_note = "<p>Ana said she dislikes us</p>"
        question = self._ask(self.deal_own)
        closing = self.deal_own.closing_id
        answer = {
            "happened": "other",
            "reason_ids": self.reason_price.ids,
            "competitor_text": "Zimtstern",
            "comment": "Call me, Ana",
            "may_call": False,
        }
        question._record_answer(answer, closing._get_offered_reasons())
        feedback = question.feedback_ids
        other = self.deal_other.closing_id
        other.sudo().note = "<p>Bo stays</p>"
        self.deals.partner_id = False
        self.ana.unlink()
        self.env.invalidate_all()
        self.assertRecordValues(
            feedback,
            [
                {
                    "comment": False,
                    "competitor_text": False,
                    "partner_id": False,
                    "happened": "other",
                    "reason_ids": self.reason_price.ids,
                    "agreement": "agree",
                }
            ],
        )
        self.assertRecordValues(question, [{"email": False, "state": "answered"}])
        self.assertRecordValues(
            closing, [{"note": False, "reason_id": self.reason_price.id, "is_current": True}]
        )
        self.assertFalse(self.deal_own.closing_note)
        self.assertEqual(self.deal_own.lost_reason_id, self.reason_price)
        self.assertEqual(other.note, "<p>Bo stays</p>")

    def test_the_privacy_lookup_finds_them(self):
        """Odoo's own lookup asks for references to the contact, and for its address."""
        if "privacy.lookup.wizard" not in self.env:
            for name in ("crm.lead.closing.question", "crm.lead.closing.feedback"):
                field = self.env[name]._fields["partner_id"]
                self.assertTrue(field.store)
                self.assertNotEqual(field.ondelete, "cascade")
            return
        question = self._ask(self.deal_own)
        lookup = self.env["privacy.lookup.wizard"].create(
            {"name": "Ana", "email": "ana@zimtstern.test"}
        )
        lookup.action_lookup()
        found = lookup.line_ids.filtered(lambda line: line.res_model == question._name)
        self.assertEqual(found.mapped("res_id"), question.ids)
