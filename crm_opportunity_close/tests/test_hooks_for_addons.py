from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged, users

from ..models.exceptions import ClosingRefusedError
from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestHooksForAddons(TestCloseCommon):
    """What another add-on may build on: each hook, and what core promises us."""

    @contextmanager
    def _extend(self, name, extension):
        """Extend a method of deals as an add-on does.

        :param function extension: takes ``super()``'s method, the deals, and the arguments
        :return: the sets it was called for, one entry a call: deals, arguments
        """
        model = self.registry["crm.lead"]
        parent = getattr(model, name)
        calls = []

        def extended(deals, *args, **kwargs):
            calls.append((deals, *args, *kwargs.values()))
            return extension(lambda: parent(deals, *args, **kwargs), deals, *args, **kwargs)

        with patch.object(model, name, extended):
            yield calls

    def _watch(self, name):
        return self._extend(name, lambda parent, deals, *args: parent())

    def _veto(self, name):
        refusal = "The add-on says no"

        def raise_error(parent, deals, *args):
            parent()
            raise UserError(refusal)

        return self._extend(name, raise_error)

    # ------------------------------------------------------------
    # _get_closing_blockers, _get_blocker_labels
    # ------------------------------------------------------------

    @contextmanager
    def _with_own_rule(self):
        """An add-on that asks for the priority of a deal before it is closed."""

        def blockers(parent, deals, outcome):
            found = parent()
            for deal in deals.filtered(lambda deal: deal.priority == "0"):
                found.setdefault(deal, []).append("priority")
            return found

        def labels(parent, deals, outcome):
            return {**parent(), "priority": "its priority is not set"}

        with (
            self._extend("_get_closing_blockers", blockers) as calls,
            self._extend("_get_blocker_labels", labels),
        ):
            yield calls

    @users("user_sales_leads")
    def test_a_rule_of_an_addon_refuses(self):
        deals = self.deals.with_env(self.env)
        deals[1].priority = "2"
        with self._with_own_rule() as calls:
            for close in (
                lambda: deals.action_set_lost(lost_reason_id=self.reason_price.id),
                lambda: deals.action_set_won(),
                lambda: deals.write({"stage_id": self.stage_team1_won.id}),
            ):
                calls.clear()
                with (
                    self.assertRaisesRegex(
                        ValidationError, "Own deal: its priority is not set\n"
                    ) as caught,
                    self.cr.savepoint(),
                ):
                    close()
                self.assertNotIn("Other deal", str(caught.exception))
                self.assertEqual([call[0] for call in calls], [deals])
                self.env.invalidate_all()
            deals[0].priority = "1"
            deals.action_set_lost(lost_reason_id=self.reason_price.id)
        self.assertClosed(deals, "lost", self.reason_price)

    @users("user_sales_salesman")
    def test_a_rule_of_an_addon_opens_the_windows(self):
        deal = self.deal_own.with_env(self.env)
        with self._with_own_rule():
            self.assertEqual(deal.action_set_won_rainbowman()["res_model"], "crm.lead.win")
            with self.assertRaises(ClosingRefusedError) as caught, self.cr.savepoint():
                deal.action_set_lost(lost_reason_id=self.reason_price.id)
            self.assertEqual(caught.exception.context["action"]["res_model"], "crm.lead.lost")
            self.env.invalidate_all()
        self.assertEqual(deal.won_status, "pending")

    def test_a_rule_of_an_addon_does_not_stop_code(self):
        with self._with_own_rule():
            self.deals.action_set_won()
        self.assertClosed(self.deals, "won")

    @users("user_sales_leads")
    def test_a_rule_of_an_addon_holds_for_corrections(self):
        deals = self.deals.with_env(self.env)
        deals.priority = "1"
        with self._with_own_rule():
            deals.action_set_lost(lost_reason_id=self.reason_price.id)
            deals[0].priority = "0"
            for correct in (
                lambda: deals.write({"closing_note": "<p>Why</p>"}),
                lambda: deals.write({"lost_reason_id": self.reason_budget.id}),
                lambda: deals.write({"competitor_id": self.competitor.id}),
                lambda: deals.write({"secondary_reason_ids": self.reason_budget.ids}),
            ):
                with (
                    self.assertRaisesRegex(
                        ValidationError, "Own deal: its priority is not set"
                    ) as caught,
                    self.cr.savepoint(),
                ):
                    correct()
                self.assertNotIn("Other deal", str(caught.exception))
                self.env.invalidate_all()
            deals[0].priority = "1"
            deals.lost_reason_id = self.reason_budget
        self.assertClosed(deals, "lost", self.reason_budget)

    # ------------------------------------------------------------
    # _prepare_closing_vals
    # ------------------------------------------------------------

    @users("user_sales_leads")
    def test_an_addon_adds_to_the_row(self):
        def prepare(parent, deals, outcome):
            return [{**vals, "expected_revenue": 7} for vals in parent()]

        deals = self.deals.with_env(self.env)
        with self._extend("_prepare_closing_vals", prepare) as calls:
            deals.action_set_lost(lost_reason_id=self.reason_price.id)
            self.assertEqual(calls[0], (deals, "lost"))
            for deal in deals:
                self.assertClosings(deal, [{"expected_revenue": 7, "lead_id": deal.id}])
            deals.closing_note = "<p>Why</p>"
            self.assertEqual(calls, [(deals, "lost")] * len(calls), "Only ever for the set")
            calls.clear()
            deals.stage_id = self.stage_team1_won
            self.assertEqual(calls, [(deals, "won")])
        self.assertClosed(deals, "won")

    # ------------------------------------------------------------
    # _post_close, _post_reopen
    # ------------------------------------------------------------

    def _close_in_every_way(self, deals):
        reason = {"lost_reason_id": self.reason_price.id}
        yield lambda: deals.action_set_lost(**reason)
        yield lambda: deals.write({"active": False, "probability": 0, **reason})
        yield lambda: deals.write({"stage_id": self.stage_team1_won.id})
        yield lambda: deals.action_set_won()

    @users("user_sales_leads")
    def test_after_closing(self):
        deals = self.deals.with_env(self.env)
        for close in self._close_in_every_way(deals):
            with self._watch("_post_close") as calls, self._watch("_post_reopen") as reopened:
                close()
                self.assertEqual(calls, [(deals, deals.closing_id)])
                self.assertEqual(calls[0][1].mapped("lead_id"), deals)
                self.assertFalse(calls[0][1].env.su)
                self.assertFalse(reopened)
                deals.action_reopen()
                self.assertEqual(len(calls), 1)

    @users("user_sales_leads")
    def test_after_creating_closed_deals(self):
        vals = {"type": "opportunity", "lost_reason_id": self.reason_price.id}
        with self._watch("_post_close") as calls:
            deals = self.env["crm.lead"].create(
                [
                    {**vals, "name": "One", "active": False, "probability": 0},
                    {"type": "opportunity", "name": "Open"},
                    {**vals, "name": "Two", "active": False, "probability": 0},
                ]
            )
        lost = deals[0] + deals[2]
        self.assertEqual(calls, [(lost, lost.closing_id)])

    @users("user_sales_leads")
    def test_an_error_after_closing_undoes_it(self):
        deals = self.deals.with_env(self.env)
        for close in self._close_in_every_way(deals):
            with (
                self._veto("_post_close"),
                self.assertRaisesRegex(UserError, "The add-on says no"),
                self.cr.savepoint(),
            ):
                close()
            self.env.invalidate_all()
            self.assertOpen(deals)
            self.assertFalse(deals.closing_ids)

    @users("user_sales_leads")
    def test_after_reopening(self):
        deals = self.deals.with_env(self.env)
        for reopen in (
            lambda: deals.action_reopen(stage_id=self.stage_team1_1.id, note="Why not"),
            lambda: deals.action_restore(),
            lambda: deals.write({"active": True}),
        ):
            deals.action_set_lost(lost_reason_id=self.reason_price.id)
            ended = deals.closing_id
            with self._watch("_post_reopen") as calls, self._watch("_post_close") as closed:
                reopen()
            self.assertEqual([call[0] for call in calls], [deals])
            self.assertEqual(calls[0][1].sorted("id"), ended)
            self.assertFalse(calls[0][1].env.su)
            self.assertEqual(ended.mapped("is_current"), [False, False])
            self.assertFalse(closed)

    @users("user_sales_leads")
    def test_winning_lost_deals_is_both(self):
        deals = self.deals.with_env(self.env)
        deals.action_set_lost(lost_reason_id=self.reason_price.id)
        lost = deals.closing_id
        with self._watch("_post_reopen") as reopened, self._watch("_post_close") as closed:
            deals.write({"stage_id": self.stage_team1_won.id})
        self.assertEqual([call[1].sorted("id") for call in reopened], [lost])
        self.assertEqual([call[1].mapped("outcome") for call in closed], [["won", "won"]])

    @users("user_sales_leads")
    def test_an_error_after_reopening_undoes_it(self):
        deals = self.deals.with_env(self.env)
        deals.action_set_lost(lost_reason_id=self.reason_price.id)
        with (
            self._veto("_post_reopen"),
            self.assertRaisesRegex(UserError, "The add-on says no"),
            self.cr.savepoint(),
        ):
            deals.action_reopen()
        self.env.invalidate_all()
        self.assertClosed(deals, "lost", self.reason_price)

    @users("user_sales_leads")
    def test_a_hook_may_write_on_the_deals(self):
        """What a hook writes passes the door as any other write, from where it stands."""

        def post(parent, deals, closings):
            parent()
            if closings[:1].outcome == "lost":
                deals.action_reopen()

        deals = self.deals.with_env(self.env)
        with self._extend("_post_close", post) as calls:
            deals.action_set_lost(lost_reason_id=self.reason_price.id)
        self.assertEqual(len(calls), 1)
        self.assertOpen(deals)
        self.assertEqual(deals.mapped("stage_id"), self.stage_team1_1 + self.stage_team1_2)
