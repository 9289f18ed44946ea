from odoo import SUPERUSER_ID, api
from odoo.exceptions import ValidationError
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tools import mute_logger

from .two_at_once_case import TwoAtOnceCase


@tagged("post_install", "-at_install")
class TestTwoAtOnce(TwoAtOnceCase):
    """What is always true of a lead is true when two people act on it at once."""

    def test_one_wins_and_one_loses(self):
        for _attempt in range(5):
            [deal_id] = self._new_deals()
            results = self._at_once(self._win(deal_id), self._lose(deal_id))
            status, outcomes = self._check(deal_id)
            if outcomes == ["won"]:
                self.assertIs(results[0], True)
                self.assertIn("are won and cannot be marked as lost", str(results[1]))
                self.assertIn("Two at once", str(results[1]))
            else:
                # lost first; the retried win reopens it, as pressing Won always does
                self.assertEqual(outcomes, ["lost", "won"])
                self.assertNotIsInstance(results[0], Exception)
                self.assertNotIsInstance(results[1], Exception)
            self.assertEqual(status, "won")

    def test_both_lose(self):
        for _attempt in range(3):
            [deal_id] = self._new_deals()
            results = self._at_once(self._lose(deal_id), self._lose(deal_id))
            self.assertFalse([each for each in results if isinstance(each, Exception)])
            self.assertEqual(self._check(deal_id), ("lost", ["lost"]))

    def test_both_win_by_card(self):
        def drag(env):
            stage = env["crm.stage"].search([("is_won", "=", True)], limit=1)
            self._get_deal(env, deal_id).stage_id = stage
            return True

        for _attempt in range(3):
            [deal_id] = self._new_deals()
            self.assertEqual(self._at_once(drag, drag), [True, True])
            self.assertEqual(self._check(deal_id), ("won", ["won"]))

    def test_one_reopens_and_one_closes(self):
        def reopen(env):
            return bool(self._get_deal(env, deal_id).action_reopen(note="Again"))

        for _attempt in range(5):
            [deal_id] = self._new_deals(reason_id=self.reason_id)
            results = self._at_once(reopen, self._win(deal_id))
            self.assertFalse([each for each in results if isinstance(each, Exception)])
            status, outcomes = self._check(deal_id)
            self.assertEqual(outcomes, ["lost", "won"])
            # won first: the retried reopening then opens the won deal again
            self.assertIn(status, ("won", "pending"))

    def test_both_reopen(self):
        def reopen(env):
            return len(self._get_deal(env, deal_id).action_reopen(note="Again"))

        [deal_id] = self._new_deals(reason_id=self.reason_id)
        self.assertEqual(sorted(self._at_once(reopen, reopen)), [0, 1])
        self.assertEqual(self._check(deal_id), ("pending", ["lost"]))

    def test_the_database_holds_one_current_row(self):
        [deal_id] = self._new_deals(reason_id=self.reason_id)

        def add_row(env):
            vals = {"lead_id": deal_id, "outcome": "won", "date": "2020-01-01"}
            env["crm.lead.closing"].create({**vals, "is_current": False})
            env["crm.lead.closing"].create({**vals, "is_current": True})

        with self.registry.cursor() as cr, mute_logger("odoo.sql_db"):
            env = api.Environment(cr, SUPERUSER_ID, {})
            with self.assertRaisesRegex(ValidationError, "just been closed by somebody else"):
                retrying(lambda: add_row(env), env)
            cr.rollback()
        self.assertEqual(self._check(deal_id), ("lost", ["lost"]))

    def _merge(self, deal_ids):
        return lambda env: env["crm.lead"].browse(deal_ids).merge_opportunity().id

    def test_one_merges_and_one_closes(self):
        for target in (0, 1):
            for close in (self._lose, self._win):
                with self.subTest(target=target, close=close.__name__):
                    deal_ids = self._new_deals(2)
                    results = self._at_once(self._merge(deal_ids), close(deal_ids[target]))
                    self.assertIn(results[0], deal_ids)
                    if isinstance(results[1], Exception):
                        self.assertIn("does not exist or has been deleted", str(results[1]))
                    [gone] = set(deal_ids) - {results[0]}
                    self.assertEqual(self._check(gone), (False, []))
                    self.assertIn(self._check(results[0])[1], ([], ["lost"], ["won"]))

    def test_one_corrects_and_one_reopens(self):
        def correct(env):
            self._get_deal(env, deal_id).closing_note = "<p>Late</p>"
            return True

        def reopen(env):
            self._get_deal(env, deal_id).action_reopen()
            return True

        for _attempt in range(3):
            [deal_id] = self._new_deals(reason_id=self.reason_id)
            corrected, reopened = self._at_once(correct, reopen)
            self.assertIs(reopened, True)
            if corrected is not True:  # it came second, to an open lead
                self.assertIn("Two at once was reopened by", str(corrected))
            self.assertEqual(self._check(deal_id), ("pending", ["lost"]))
