from functools import partial

from odoo.tests import tagged

from odoo.addons.crm_opportunity_close.tests.rpc_case import RefusedError
from odoo.addons.crm_opportunity_close.tests.two_workers_case import TwoWorkersCase

# A retried transaction begins anew: which of the two was retried.
ORDER = """
    SELECT closing.create_date < line.create_date
      FROM crm_lead_closing AS closing JOIN crm_handover_line AS line USING (lead_id)
     WHERE lead_id = %s
"""


@tagged("post_install", "-at_install")
class TestHandoverOnTwoWorkers(TwoWorkersCase):
    """Handing over, taking back and closing at once, over HTTP."""

    def _hand_over(self, person, lead_id):
        return partial(person.call, "crm.lead", "action_hand_over", [lead_id], self.second.uid)

    def _count_lines(self, lead_id):
        domain = [("lead_id", "=", lead_id)]
        return tuple(
            self.admin.call("crm.handover.line", "search_count", [*domain, *more])
            for more in ([], [("taken_back_date", "!=", False)])
        )

    def test_one_hands_over_and_one_closes(self):
        [reason_id] = self._new_reasons(1)
        for _attempt in range(2):
            [lead_id] = self._new_leads()
            handed_over, lost = self._at_once(
                self._hand_over(self.first, lead_id),
                self._lose(self.second, lead_id, lost_reason_id=reason_id),
            )
            self.assertEqual(len(handed_over), 1)
            self.assertIs(lost, True)
            lead, [closing] = self._check(lead_id, messages=1)
            self.assertEqual((lead["won_status"], lead["user_id"]), ("lost", self.second.uid))
            self.assertEqual(self._count_lines(lead_id), (1, 0))
            [(was_lost_first,)] = self._query(self.database, ORDER, lead_id)
            credited = self.first if was_lost_first else self.second
            self.assertEqual(closing["user_id"], credited.uid, "whose it was when it closed")

    def test_both_take_back(self):
        [lead_id] = self._new_leads()
        [handover_id] = self._hand_over(self.first, lead_id)()
        results = self._at_once(
            *(
                partial(person.call, "crm.handover", "action_take_back", [handover_id])
                for person in (self.first, self.second)
            )
        )
        [refused] = [each for each in results if isinstance(each, RefusedError)]
        [taken] = [each for each in results if each is not refused]
        self.assertEqual(taken["tag"], "display_notification")
        self.assertIn("nothing left to take back", str(refused))
        lead, _closings = self._check(lead_id, messages=0)
        self.assertEqual(lead["user_id"], self.first.uid)
        self.assertEqual(self._count_lines(lead_id), (1, 1))
