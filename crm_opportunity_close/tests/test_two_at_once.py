import threading
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import MissingError, UserError, ValidationError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

PATIENCE = 30


@tagged("post_install", "-at_install")
class TestTwoAtOnce(BaseCase):
    """Two people act on one deal at the same moment, through two real connections.

    Their data is committed, and removed afterwards. The first to commit wins; the second
    is retried by Odoo on what the first left, and then does what still makes sense, or is
    told why not.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.addClassCleanup(cls._run, cls._remove)
        cls._run(cls._prepare)

    @classmethod
    def _run(cls, act):
        with cls.registry.cursor() as cr:
            return act(api.Environment(cr, SUPERUSER_ID, {}))

    @classmethod
    def _prepare(cls, env):
        group = env.ref("sales_team.group_sale_manager")
        cls.user_ids = (
            env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                [
                    {
                        "name": f"Closer {number}",
                        "login": f"closer_{number}",
                        "group_ids": group.ids,
                    }
                    for number in (1, 2)
                ]
            )
            .ids
        )
        # Odoo counts won and lost deals to predict others; deleting a deal does not uncount it.
        cls.frequencies = {
            each.id: {"won_count": each.won_count, "lost_count": each.lost_count}
            for each in env["crm.lead.scoring.frequency"].search([])
        }
        cls.reason_id = env["crm.lost.reason"].create({"name": "Two at once"}).id
        cls.partner_ids = env["res.users"].browse(cls.user_ids).partner_id.ids

    @classmethod
    def _remove(cls, env):
        leads = env["crm.lead"].with_context(active_test=False)
        leads.search([("name", "like", "Two at once")]).unlink()
        for each in env["crm.lead.scoring.frequency"].search([]):
            if each.id in cls.frequencies:
                each.write(cls.frequencies[each.id])
            else:
                each.unlink()
        env["crm.lost.reason"].browse(cls.reason_id).unlink()
        env["res.users"].browse(cls.user_ids).unlink()
        env["res.partner"].browse(cls.partner_ids).unlink()

    def _new_deals(self, count=1, reason_id=None):
        def create(env):
            vals = {"name": "Two at once", "type": "opportunity"}
            deals = env["crm.lead"].create([vals] * count)
            if reason_id:
                deals.action_set_lost(lost_reason_id=reason_id)
            return deals.ids

        return self._run(create)

    def _at_once(self, *acts):
        """Let two people act at the same moment, each on what they saw before.

        :param acts: two functions of an environment; the second acts while the first has
            not committed, and commits when it has
        :return: what became of each: its result, or the error its user reads
        """
        both_read = threading.Barrier(2)
        tries = []

        def run(user_id, act):
            def attempt():
                tries.append(user_id)
                if tries.count(user_id) == 1:
                    env["crm.lead"].with_context(active_test=False).search_fetch(
                        [("name", "=", "Two at once")], ["won_status", "stage_id"]
                    )
                    both_read.wait(PATIENCE)
                return act(env)

            with self.registry.cursor() as cr:
                env = api.Environment(cr, user_id, {})
                try:
                    return retrying(attempt, env)
                except (UserError, MissingError) as error:
                    cr.rollback()
                    return error

        with (
            ThreadPoolExecutor(2) as pool,
            mute_logger("odoo.sql_db", "odoo.service.model"),
            patch("odoo.service.model.time.sleep"),
        ):
            futures = [pool.submit(run, *pair) for pair in zip(self.user_ids, acts, strict=True)]
            results = [future.result(PATIENCE) for future in futures]
        self.assertGreater(len(tries), 2, "The second must have met the first")
        return results

    def _get_deal(self, env, deal_id):
        return env["crm.lead"].browse(deal_id)

    def _check(self, deal_id):
        """Check what is always true of a deal, from a connection of its own.

        :return: the deal's status, and the outcomes of its closings, oldest first
        """

        def read(env):
            deal = self._get_deal(env, deal_id).exists()
            closings = deal.closing_ids.sorted("id")
            current = closings.filtered("is_current")
            self.assertEqual(len(current), int(deal.won_status in ("won", "lost")))
            self.assertEqual(current.outcome or "pending", deal.won_status or "pending")
            self.assertEqual(
                current.reason_id,
                deal.lost_reason_id if deal.won_status == "lost" else deal.win_reason_id,
            )
            self.assertEqual(
                closings.filtered(lambda closing: not closing.is_current),
                closings.filtered("reopened_date"),
            )
            return deal.won_status, closings.mapped("outcome")

        return self._run(read)

    def _lose(self, deal_id):
        return lambda env: self._get_deal(env, deal_id).action_set_lost(
            lost_reason_id=self.reason_id
        )

    def _win(self, deal_id):
        return lambda env: self._get_deal(env, deal_id).action_set_won()

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
