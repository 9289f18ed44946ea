from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import tagged, users

from .common import TestCloseCommon

PENDING = {"is_lost": False, "is_won": False}
LOST = {"is_lost": True, "is_won": False}
WON = {"is_lost": False, "is_won": True}


@tagged("post_install", "-at_install")
class TestCoreContract(TestCloseCommon):
    """What we know of core: ``_handle_won_lost`` sees each change of status, once.

    A failure here means that core has changed: look at ``_sync_closings`` first.
    """

    @contextmanager
    def _watch(self):
        model = self.registry["crm.lead"]
        parent = model._handle_won_lost
        calls = []

        def watched(deals, before, after):
            statuses = {deal.id: deal.won_status for deal in deals}
            calls.append((deals.ids, dict(before), dict(after)))
            for deal_id, status in after.items():
                expected = {"is_lost": LOST, "is_won": WON}
                name = next((name for name, each in expected.items() if each == status), None)
                self.assertEqual(
                    statuses[deal_id], {"is_lost": "lost", "is_won": "won"}.get(name, "pending")
                )
            return parent(deals, before, after)

        with patch.object(model, "_handle_won_lost", watched):
            yield calls

    @users("user_sales_leads")
    def test_write(self):
        """Called once a write, after it, with what was before."""
        own, other = deals = self.deals.with_env(self.env)
        reason = {"lost_reason_id": self.reason_price.id}
        won = self.stage_team1_won.id
        steps = (
            ({"probability": 50}, PENDING, PENDING),
            ({"stage_id": self.stage_team1_2.id}, PENDING, PENDING),
            ({"active": False}, PENDING, PENDING),
            ({"probability": 0, **reason}, PENDING, LOST),
            ({"active": True}, LOST, PENDING),
            ({"active": False, "probability": 0, **reason}, PENDING, LOST),
            ({"stage_id": won}, LOST, WON),
            ({"stage_id": self.stage_team1_1.id}, WON, PENDING),
            ({"stage_id": won, "probability": 100}, PENDING, WON),
        )
        for vals, before, after in steps:
            with self.subTest(vals=vals), self._watch() as calls:
                deals.write(vals)
                self.assertEqual(
                    calls[0],
                    (
                        deals.ids,
                        {own.id: before, other.id: before},
                        {own.id: after, other.id: after},
                    ),
                )
                self.assertFalse(
                    [call for call in calls[1:] if call[1] != call[2]], "No second change"
                )

    @users("user_sales_leads")
    def test_write_of_a_mixed_set(self):
        own, other = deals = self.deals.with_env(self.env)
        own.action_set_lost(lost_reason_id=self.reason_price.id)
        with self._watch() as calls:
            deals.write({"stage_id": self.stage_team1_won.id})
        self.assertEqual(
            calls,
            [(deals.ids, {own.id: LOST, other.id: PENDING}, {own.id: WON, other.id: WON})],
        )

    @users("user_sales_leads")
    def test_write_of_anything_else(self):
        deals = self.deals.with_env(self.env)
        with self._watch() as calls:
            deals.write({"name": "Renamed", "expected_revenue": 5, "priority": "1"})
            deals.write({"user_id": self.env.uid})
        self.assertFalse(calls)

    @users("user_sales_leads")
    def test_create(self):
        """Called once for all that is created, with nothing before."""
        with self._watch() as calls:
            deals = self.env["crm.lead"].create(
                [
                    {"name": "Open"},
                    {
                        "name": "Lost",
                        "active": False,
                        "probability": 0,
                        "lost_reason_id": self.reason_price.id,
                    },
                    {"name": "Won", "stage_id": self.stage_gen_won.id},
                ]
            )
        after = dict(zip(deals.ids, (PENDING, LOST, WON), strict=True))
        self.assertEqual(calls, [(deals.ids, {}, after)])

    @users("user_sales_leads")
    def test_core_finds_nothing_left_to_lose(self):
        """All is written at once; core, which archives first, only repeats it."""
        written = []
        model = self.registry["crm.lead"]
        parent = model.write

        def write(deals, vals):
            written.append(set(vals) & {"active", "probability", "lost_reason_id"})
            return parent(deals, vals)

        with patch.object(model, "write", write):
            self.deal_own.with_env(self.env).action_set_lost(lost_reason_id=self.reason_price.id)
        written = [names for names in written if names]
        self.assertEqual(
            written,
            [{"active", "probability", "lost_reason_id"}, {"probability", "lost_reason_id"}],
        )
