import os
from contextlib import contextmanager
from datetime import timedelta
from random import SystemRandom
from unittest import skipUnless
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import TestCloseCommon
from .invariants import Invariants
from .moves import DealMoves
from .moves_beyond import MovesBeyond
from .undo_asserts import UndoAsserts

try:
    from hypothesis import HealthCheck, given, seed, settings
    from hypothesis import strategies as st
except ImportError:  # a server of one's own need not have it
    given = None

SEQUENCES = os.environ.get("CLOSE_SEQUENCES")
SEED = os.environ.get("CLOSE_SEED")
ROLES = ("user_sales_salesman", "user_sales_manager", "superuser")
# How many days before today the leads were created.
AGES = (400, 100, 30, 0)


class Moves(DealMoves, MovesBeyond):
    """Everything that is done to leads here."""


def _get_sequences():
    """Who, what, at which deal, with which other one, in which variant; many times."""
    step = st.tuples(
        st.sampled_from(ROLES),
        st.sampled_from(Moves.get_moves()),
        st.integers(0, 3),
        st.integers(1, 3),
        st.integers(0, 11),
    )
    return st.lists(step, min_size=4, max_size=16)


@tagged("post_install", "-at_install")
class TestInvariants(TestCloseCommon, Moves, Invariants, UndoAsserts):
    """Whatever people do to deals, in whatever order, what is never broken stays so.

    ``CLOSE_SEQUENCES`` sets how many random sequences of moves are played, other ones each
    time, or those of the seed that ``CLOSE_SEED`` gives; without it a few are, always the same.
    """

    is_listening = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team_2 = cls.env["crm.team"].create({"name": "Team 2", "use_leads": True})
        stage = {"team_ids": cls.team_2.ids}
        cls.stages_team_2 = cls.env["crm.stage"].create(
            [
                {"name": "First of team 2", "sequence": 2, **stage},
                {"name": "Won of team 2", "sequence": 80, "is_won": True, **stage},
            ]
        )
        cls.stages = (
            cls.stage_team1_1
            + cls.stage_team1_2
            + cls.stage_team1_won
            + cls.stage_gen_1
            + cls.stage_gen_won
            + cls.stages_team_2
        )
        cls.teams = cls.sales_team_1 + cls.team_2
        cls.salespeople = cls.user_sales_salesman + cls.user_sales_leads
        cls.lost_reasons = cls.reason_price + cls.reason_budget
        cls.deals += cls.env["crm.lead"].create(
            [
                {
                    "name": name,
                    "type": type_,
                    "user_id": cls.user_sales_salesman.id,
                    "team_id": team.id,
                    "stage_id": stage.id,
                    "expected_revenue": 50,
                }
                for name, type_, team, stage in (
                    ("Lead", "lead", cls.sales_team_1, cls.stage_team1_1),
                    ("Deal of team 2", "opportunity", cls.team_2, cls.stages_team_2[0]),
                )
            ]
        )
        cls._prepare_companies()
        cls._prepare_past()

    @classmethod
    def _prepare_companies(cls):
        """Two companies, two currencies, and answers that only code gives."""
        main = cls.env.company
        other = cls.env["res.currency"].create(
            {
                "name": "ZZZ",
                "symbol": "Z",
                "rate_ids": [Command.create({"name": "2000-01-01", "rate": 2})],
            }
        )
        cls.currencies = main.currency_id + other
        cls.companies = main + cls.env["res.company"].create(
            {"name": "Second company", "currency_id": main.currency_id.id}
        )
        people = cls.user_sales_salesman + cls.user_sales_leads + cls.user_sales_manager
        people.company_ids += cls.companies
        cls.reason_left = cls.env["crm.lost.reason"].create({"name": "Left by code"})
        cls.competitor_left = cls.env["crm.competitor"].create({"name": "Left by code"})

    @classmethod
    def _prepare_past(cls):
        """Leads of different ages, two of which were closed before."""
        now = fields.Datetime.now()
        cls.env.flush_all()
        for deal, days in zip(cls.deals, AGES, strict=True):
            cls.env.cr.execute(
                "UPDATE crm_lead SET create_date = %s WHERE id = %s",
                [now - timedelta(days=days), deal.id],
            )
        cls.env.invalidate_all()
        for deal, days in zip(cls.deals[:2], AGES[:2], strict=True):
            date = now - timedelta(days=days // 2)
            deal.action_set_lost(lost_reason_id=cls.reason_price.id, date_closed=date)
            deal.action_reopen()
        cls.env.flush_all()
        cls.cr.flush()

    @skipUnless(given, "hypothesis is not installed")
    def test_random_sequences(self):
        number = int(SEED or (SystemRandom().randrange(2**32) if SEQUENCES else 0))

        @seed(number)
        @settings(
            max_examples=int(SEQUENCES or 25),
            database=None,
            deadline=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        )
        @given(_get_sequences())
        def play(sequence):
            savepoint = self.env.cr.savepoint()
            try:
                self._play(sequence)
            finally:
                savepoint.close(rollback=True)

        with self.subTest(SEED=number):
            play()

    def _play(self, sequence):
        self.has_changed_currency = False
        before = self._read_state()
        self._check_state(before)
        for role, move, number, distance, n in sequence:
            self.has_changed_currency |= move == "change_currency"
            env = self._get_env(role)
            deals = self.env["crm.lead"].with_context(active_test=False)
            deals = deals.search([("id", ">=", self.deals[0].id)], order="id", limit=4)
            if not deals:
                return
            deal = deals[number % len(deals)].with_env(env)
            other = deals[(number + distance) % len(deals)].with_env(env)
            with self._listening() as heard:
                refused = self._try(move, deal, other, n)
            after = self._read_state()
            self._check_state(after)
            if refused:
                self.assertEqual(after, before)
            elif heard is not None:
                self.assertLessEqual(after["messages"].keys() - before["messages"].keys(), heard)
            self._check_step(move, before, after, env.uid)
            before = after

    def _get_env(self, role):
        if role == "superuser":
            return self.env
        return self.env(user=getattr(self, role))

    @contextmanager
    def _listening(self):
        """Hear of every message as an automation rule does, at every second step.

        :return: the ids of the messages that are heard of, or None
        """
        self.is_listening = not self.is_listening
        if not self.is_listening:
            yield None
            return
        model = self.registry["mail.message"]
        create, heard = model.create, set()

        def listen(messages, vals_list):
            created = create(messages, vals_list)
            heard.update(created.ids)
            return created

        with patch.object(model, "create", listen):
            yield heard

    def _try(self, move, deal, other, n):
        """Make a move in a transaction of its own.

        :return: whether it was refused
        """
        try:
            with self.env.cr.savepoint():
                getattr(self, f"move_{move}")(deal, other, n)
                self.flush_tracking()
        except UserError:
            return True
        finally:
            self.env.invalidate_all()
        return False
