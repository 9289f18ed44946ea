from odoo.tests import tagged

from odoo.addons.crm_opportunity_close.tests.two_at_once_case import TwoAtOnceCase


@tagged("post_install", "-at_install")
class TestHandoverAtOnce(TwoAtOnceCase):
    """One person hands a lead over, or takes it back, while another one acts on it."""

    def _hand_over(self, deal_id):
        return lambda env: (
            self._get_deal(env, deal_id).action_hand_over(self.user_ids[1], note="At once").id
        )

    def _take_back(self, handover_id):
        return lambda env: env["crm.handover"].browse(handover_id).action_take_back()["tag"]

    def _get_owner(self, deal_id):
        return self._run(lambda env: self._get_deal(env, deal_id).user_id.id)

    def _count_lines(self, deal_id):
        domain = [("lead_id", "=", deal_id)]
        return self._run(
            lambda env: (
                env["crm.handover.line"].search_count(domain),
                env["crm.handover.line"].search_count([*domain, ("taken_back_date", "!=", False)]),
            )
        )

    def test_one_hands_over_and_one_closes(self):
        for close, outcome in ((self._lose, "lost"), (self._win, "won")):
            with self.subTest(close=close.__name__):
                [deal_id] = self._new_deals()
                handed_over, closed = self._at_once(self._hand_over(deal_id), close(deal_id))
                self.assertNotIsInstance(handed_over, Exception)
                self.assertIs(closed, True)
                self.assertEqual(self._get_owner(deal_id), self.user_ids[1])
                self.assertEqual(self._check(deal_id), (outcome, [outcome]))
                self.assertEqual(self._count_lines(deal_id), (1, 0))

    def test_both_take_back(self):
        [deal_id] = self._new_deals()
        handover_id = self._run(lambda env: self._hand_over(deal_id)(env(user=self.user_ids[0])))
        owner = self._run(lambda env: env["crm.handover"].browse(handover_id).former_user_ids.ids)
        results = self._at_once(self._take_back(handover_id), self._take_back(handover_id))
        [refused] = [result for result in results if isinstance(result, Exception)]
        self.assertIn("nothing left to take back", str(refused))
        self.assertEqual(self._get_owner(deal_id), owner[0] if owner else False)
        self.assertEqual(self._count_lines(deal_id), (1, 1))

    def test_one_takes_back_and_one_closes(self):
        for close, outcome in ((self._lose, "lost"), (self._win, "won")):
            with self.subTest(close=close.__name__):
                [deal_id] = self._new_deals()
                handover_id = self._run(self._hand_over(deal_id))
                taken_back, closed = self._at_once(self._take_back(handover_id), close(deal_id))
                self.assertIs(closed, True)
                self.assertEqual(self._check(deal_id), (outcome, [outcome]))
                if isinstance(taken_back, Exception):  # it came second, to a closed lead
                    self.assertIn("has moved on since", str(taken_back))
                    self.assertEqual(self._get_owner(deal_id), self.user_ids[1])
                else:
                    self.assertNotEqual(self._get_owner(deal_id), self.user_ids[1])
