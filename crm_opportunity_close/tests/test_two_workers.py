from functools import partial

from odoo.tests import tagged

from .rpc_case import RefusedError
from .two_workers_case import TwoWorkersCase


@tagged("post_install", "-at_install")
class TestTwoWorkers(TwoWorkersCase):
    """Closing, correcting, reopening and merging reasons at once, over HTTP."""

    def test_one_merges_reasons_and_one_closes_with_one_of_them(self):
        for _attempt in range(2):
            kept, merged = self._new_reasons(2)
            [lead_id] = self._new_leads()
            vals = {"record_ids": [kept, merged], "target_id": kept}
            window_id = self.first.call("crm.lost.reason.merge", "create", vals)
            results = self._at_once(
                partial(self.first.call, "crm.lost.reason.merge", "action_merge", [window_id]),
                self._lose(self.second, lead_id, lost_reason_id=merged),
            )
            self.assertEqual(results, [True, True])
            lead, [closing] = self._check(lead_id, messages=1)
            self.assertEqual(lead["lost_reason_id"], kept)
            self.assertEqual(closing["reason_id"], kept)
            fnames = ["active", "closing_count"]
            [reason] = self.admin.call("crm.lost.reason", "read", [merged], fnames)
            self.assertEqual((reason["active"], reason["closing_count"]), (False, 0))

    def test_one_corrects_and_one_reopens(self):
        [reason_id] = self._new_reasons(1)
        correction = {"closing_note": "<p>They called</p>"}
        for _attempt in range(2):
            [lead_id] = self._new_leads(reason_id=reason_id)
            corrected, reopened = self._at_once(
                partial(self.first.call, "crm.lead", "write", [lead_id], correction),
                partial(self.second.call, "crm.lead", "action_reopen", [lead_id], note="Again"),
            )
            self.assertEqual(len(reopened), 1)
            lead, [closing] = self._check(lead_id, messages=2)
            self.assertEqual(lead["won_status"], "pending")
            if isinstance(corrected, RefusedError):  # it came second, to an open lead
                self.assertIn("Two workers was reopened by worker_2", str(corrected))
                self.assertFalse(closing["note"])
            else:
                self.assertEqual(closing["note"], correction["closing_note"])
