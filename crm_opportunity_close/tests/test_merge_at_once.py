import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

PATIENCE = 30
WAITING = "SELECT FROM pg_locks WHERE NOT granted AND pid = %s"


@tagged("post_install", "-at_install")
class TestMergeAtOnce(BaseCase):
    """One merges reasons or competitors while another closes with one of them.

    Through two real connections, whose data is committed and removed afterwards.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.numbers = count()
        cls.addClassCleanup(cls._run, cls._remove)

    @classmethod
    def _run(cls, act):
        with cls.registry.cursor() as cr:
            return act(api.Environment(cr, SUPERUSER_ID, {}))

    @classmethod
    def _remove(cls, env):
        leads = env["crm.lead"].with_context(active_test=False)
        leads.search([("name", "=", "Merged at once")]).unlink()
        for model in ("crm.lost.reason", "crm.competitor"):
            records = env[model].with_context(active_test=False)
            records.search([("name", "=like", "Merged at once %")]).unlink()

    def _prepare(self):
        """Two reasons, two competitors, an open lead, and one that the merge is to relink."""

        def create(env):
            vals_list = [{"name": f"Merged at once {next(self.numbers)}"} for _ in range(3)]
            reasons = env["crm.lost.reason"].create(vals_list)
            competitors = env["crm.competitor"].create(vals_list[:2])
            leads = env["crm.lead"].create([{"name": "Merged at once", "type": "opportunity"}] * 2)
            leads[1].action_set_lost(lost_reason_id=reasons[1].id, competitor_id=competitors[1].id)
            return reasons.ids, competitors.ids, leads.ids

        self.reason_ids, self.competitor_ids, self.lead_ids = self._run(create)

    # ------------------------------------------------------------
    # What two people do
    # ------------------------------------------------------------

    def _merge_reasons(self, env):
        reasons = env["crm.lost.reason"].browse(self.reason_ids[:2])
        reasons._merge_into(reasons[0])

    def _merge_competitors(self, env):
        competitors = env["crm.competitor"].browse(self.competitor_ids)
        competitors._merge_into(competitors[0])

    def _close(self, env):
        env["crm.lead"].browse(self.lead_ids[0]).action_set_lost(
            lost_reason_id=self.reason_ids[1], competitor_id=self.competitor_ids[1]
        )

    def _close_with_further_reason(self, env):
        env["crm.lead"].browse(self.lead_ids[0]).action_set_lost(
            lost_reason_id=self.reason_ids[2], secondary_reason_ids=[self.reason_ids[1]]
        )

    def _correct(self, env):
        env["crm.lead"].browse(self.lead_ids[1]).secondary_reason_ids = self.reason_ids[1:]

    def _act_at_once(self, first, second, commit):
        """Let the second act on what was there before the first did.

        :param first: a function of an environment
        :param second: another
        :param bool commit: the first commits before the second acts, rather than while the
            second waits for it
        """
        has_read, may_act, pids = threading.Event(), threading.Event(), []

        def do_first():
            self.assertTrue(has_read.wait(PATIENCE))

            def attempt():
                first(env)
                env.flush_all()
                if not commit:
                    may_act.set()
                    self._await_lock(pids[0])

            with self.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                retrying(attempt, env)
            may_act.set()

        def do_second():
            def attempt():
                if not has_read.is_set():
                    env["crm.lead"].browse(self.lead_ids).mapped("lost_reason_id.name")
                    has_read.set()
                    self.assertTrue(may_act.wait(PATIENCE))
                second(env)

            with self.registry.cursor() as cr:
                pids.append(cr._cnx.get_backend_pid())
                env = api.Environment(cr, SUPERUSER_ID, {})
                retrying(attempt, env)

        with (
            ThreadPoolExecutor(2) as pool,
            mute_logger("odoo.sql_db", "odoo.service.model"),
            patch("odoo.service.model.time.sleep"),
        ):
            for future in [pool.submit(do_second), pool.submit(do_first)]:
                future.result(PATIENCE)

    def _await_lock(self, pid):
        """Wait until a connection waits for a lock, or long enough to say that it does not."""
        end = time.monotonic() + 3
        with self.registry.cursor() as cr:
            while time.monotonic() < end:
                cr.execute(WAITING, [pid])
                if cr.rowcount:
                    return
                time.sleep(0.02)

    def _check(self, model, kept, merged):
        def read(env):
            record = env[model].browse(merged)
            self.assertFalse(record.active)
            self.assertEqual(record.merged_into_id.id, kept)
            self.assertFalse(record._get_used(), "nothing is left under what is archived")
            survivor = record.merged_into_id
            for lead in env["crm.lead"].browse(self.lead_ids):
                closing = lead.closing_id
                self.assertEqual(lead.lost_reason_id, closing.reason_id)
                self.assertEqual(lead.competitor_id, closing.competitor_id)
                self.assertEqual(lead.secondary_reason_ids, closing.secondary_reason_ids)
                self.assertNotIn(lead.lost_reason_id, lead.secondary_reason_ids)
            return survivor.closing_count

        return self._run(read)

    def _try(self, merge, close):
        for commit in (False, True):
            for order in ((merge, close), (close, merge)):
                with self.subTest(first=order[0].__name__, commit=commit):
                    self._prepare()
                    self._act_at_once(*order, commit)
                    if merge == self._merge_reasons:
                        used = self._check("crm.lost.reason", *self.reason_ids[:2])
                    else:
                        used = self._check("crm.competitor", *self.competitor_ids)
                    self.assertEqual(used, 1 if close == self._correct else 2)

    def test_closing_while_reasons_are_merged(self):
        self._try(self._merge_reasons, self._close)

    def test_a_further_reason_while_reasons_are_merged(self):
        self._try(self._merge_reasons, self._close_with_further_reason)

    def test_correcting_while_reasons_are_merged(self):
        self._try(self._merge_reasons, self._correct)

    def test_closing_while_competitors_are_merged(self):
        self._try(self._merge_competitors, self._close)

    def test_two_merge_each_into_the_other(self):
        def merge_back(env):
            reasons = env["crm.lost.reason"].browse(self.reason_ids[:2])
            try:
                reasons._merge_into(reasons[1])
            except UserError as error:
                errors.append(str(error))

        for commit in (False, True):
            errors = []
            self._prepare()
            self._act_at_once(self._merge_reasons, merge_back, commit)
            self._check("crm.lost.reason", *self.reason_ids[:2])
            self.assertIn("is archived. Unarchive it first", errors[-1])
