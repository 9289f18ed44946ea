from odoo.tests import tagged

from ..history import record_history
from .common import TestCloseCommon

# Counted is what was neither a mistake nor disqualified.
WRONG = """
    SELECT id FROM crm_lead_closing
     WHERE is_counted IS DISTINCT FROM
           (NOT coalesce(is_mistake, FALSE) AND loss_type IS DISTINCT FROM 'disqualified')
"""


@tagged("post_install", "-at_install")
class TestMeasures(TestCloseCommon):
    """The columns that figures are made of."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason_spam = cls.env["crm.lost.reason"].create(
            {"name": "Never real", "loss_type": "disqualified"}
        )
        cls.deal_mistake, cls.deal_spam = cls.deal_own.copy({}) + cls.deal_other.copy({})
        cls.deal_own.action_set_lost(lost_reason_id=cls.reason_price.id)
        cls.deal_other.action_set_won()
        cls.deal_mistake.action_set_lost(lost_reason_id=cls.reason_price.id)
        cls.deal_spam.action_set_lost(lost_reason_id=cls.reason_spam.id)

    def _find_wrong(self):
        self.env.flush_all()
        self.env.cr.execute(WRONG)
        return self.env.cr.fetchall()

    def test_mistakes_and_disqualified_deals_are_not_counted(self):
        self.assertTrue(self.deal_mistake.closing_id.is_counted)
        self.deal_mistake.action_reopen(is_mistake=True)
        for deal, is_counted, revenue_lost in (
            (self.deal_own, True, 100),
            (self.deal_other, True, 0),
            (self.deal_mistake, False, 0),
            (self.deal_spam, False, 0),
        ):
            self.assertRecordValues(
                deal.closing_ids, [{"is_counted": is_counted, "revenue_lost": revenue_lost}]
            )
        self.assertFalse(self._find_wrong())

    def test_a_correction_counts(self):
        self.deal_spam.lost_reason_id = self.reason_budget
        self.assertRecordValues(
            self.deal_spam.closing_id, [{"is_counted": True, "revenue_lost": 2000}]
        )

    def test_closings_of_the_past(self):
        """Closings recorded at installation are counted likewise."""
        deals = self.deals + self.deal_spam
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM crm_lead_closing WHERE lead_id = ANY(%s)", [deals.ids])
        self.env.invalidate_all()
        record_history(self.env)
        self.assertEqual(deals.closing_ids.filtered("is_counted").lead_id, self.deals)
        self.assertFalse(self._find_wrong())
