import threading
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import MissingError, UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name
from odoo.tools import mute_logger

PATIENCE = 30


class TwoAtOnceCase(BaseCase):
    """Two people act on one lead at the same moment, through two real connections.

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
            vals = {"name": "Two at once", "type": "opportunity", "user_id": self.user_ids[0]}
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
