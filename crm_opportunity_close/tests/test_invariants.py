import os
from unittest import skipUnless

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import TestCloseCommon
from .moves import DealMoves

try:
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st
except ImportError:  # a server of one's own need not have it
    given = None

SEQUENCES = int(os.environ.get("CLOSE_SEQUENCES", 25))
ROLES = ("user_sales_salesman", "user_sales_manager", "superuser")
# What the deal and its current closing have in common: lead column → closing column
SHARED = {
    "competitor_id": "competitor_id",
    "closing_note": "note",
    "date_closed": "date",
    "closed_revenue": "closed_revenue",
    "further": "further",
}
# What reopening and merging say on a row that ends; everything else stays.
ENDING = {"is_current", "reopened_date", "reopened_by_id", "reopen_note", "is_mistake", "lead_id"}
LOG_FIELDS = {"create_date", "create_uid", "write_date", "write_uid"}


def _get_sequences():
    """Who, what, at which deal, with which other one, in which variant; many times."""
    step = st.tuples(
        st.sampled_from(ROLES),
        st.sampled_from(DealMoves.get_moves()),
        st.integers(0, 3),
        st.integers(1, 3),
        st.integers(0, 11),
    )
    return st.lists(step, min_size=4, max_size=16)


@tagged("post_install", "-at_install")
class TestInvariants(TestCloseCommon, DealMoves):
    """Whatever people do to deals, in whatever order, what is never broken stays so.

    ``CLOSE_SEQUENCES`` sets how many random sequences of moves are played; without it
    a few are, the same ones each time.
    """

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
        cls.deals.flush_recordset()

    @skipUnless(given, "hypothesis is not installed")
    def test_random_sequences(self):
        @settings(
            max_examples=SEQUENCES,
            derandomize="CLOSE_SEQUENCES" not in os.environ,
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

        play()

    def _play(self, sequence):
        before = self._read_state()
        self._check_state(before)
        for role, move, number, distance, n in sequence:
            env = self._get_env(role)
            deals = self.env["crm.lead"].with_context(active_test=False)
            deals = deals.search([("id", ">=", self.deals[0].id)], order="id", limit=4)
            if not deals:
                return
            deal = deals[number % len(deals)].with_env(env)
            other = deals[(number + distance) % len(deals)].with_env(env)
            refused = self._try(move, deal, other, n)
            after = self._read_state()
            self._check_state(after)
            if refused:
                self.assertEqual(after, before)
            self._check_step(move, before, after, env.uid)
            before = after

    def _get_env(self, role):
        if role == "superuser":
            return self.env
        return self.env(user=getattr(self, role))

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

    # ------------------------------------------------------------
    # The state of the database
    # ------------------------------------------------------------

    def _read_state(self):
        """:return: all deals and all closings as the database has them, by id"""
        self.env.flush_all()
        queries = {
            "leads": """
                SELECT lead.*, stage.is_won, ARRAY(
                    SELECT reason_id FROM crm_lead_secondary_reason_rel
                    WHERE lead_id = lead.id ORDER BY 1
                ) AS further
                FROM crm_lead lead LEFT JOIN crm_stage stage ON stage.id = lead.stage_id
            """,
            "closings": """
                SELECT closing.*, ARRAY(
                    SELECT reason_id FROM crm_lead_closing_secondary_reason_rel
                    WHERE closing_id = closing.id ORDER BY 1
                ) AS further
                FROM crm_lead_closing closing
            """,
        }
        state = {}
        for name, query in queries.items():
            self.env.cr.execute(query)
            state[name] = {row["id"]: row for row in self.env.cr.dictfetchall()}
        return state

    def _check_state(self, state):
        current = {}
        for closing in state["closings"].values():
            if closing["is_current"]:
                self.assertNotIn(closing["lead_id"], current, "two current closings")
                self.assertFalse(closing["reopened_date"])
                current[closing["lead_id"]] = closing
            else:
                self.assertTrue(closing["reopened_date"] and closing["reopened_by_id"])
        for lead in state["leads"].values():
            if lead["won_status"] == "pending":
                self.assertNotIn(lead["id"], current, "an open deal has a current closing")
                self._check_open(lead)
            else:
                self._check_closed(lead, current.get(lead["id"]))

    def _check_open(self, lead):
        for fname in (*SHARED, "lost_reason_id", "win_reason_id"):
            self.assertFalse(lead[fname], f"open, but {fname}")

    def _check_closed(self, lead, closing):
        self.assertTrue(closing, "a closed deal without a current closing")
        self.assertEqual(closing["outcome"], lead["won_status"])
        for lead_field, closing_field in SHARED.items():
            self.assertEqual(lead[lead_field], closing[closing_field], lead_field)
        reasons = {"lost": lead["lost_reason_id"], "won": lead["win_reason_id"]}
        self.assertEqual(closing["reason_id"], reasons.pop(lead["won_status"]))
        self.assertEqual(list(reasons.values()), [None], "a reason of the other outcome")
        if lead["won_status"] == "lost" and lead["type"] == "opportunity":
            self.assertTrue(closing["reason_id"], "lost without a reason")
            explained = closing["reason_id"] != self.unspecified.id
            self.assertEqual(closing["is_complete"], explained)

    # ------------------------------------------------------------
    # What a step may do
    # ------------------------------------------------------------

    def _check_step(self, move, before, after, uid):
        closed = {
            lead["id"]: lead
            for lead in after["leads"].values()
            if lead["won_status"] != "pending"
            and lead["won_status"]
            != before["leads"].get(lead["id"], {}).get("won_status", "pending")
        }
        new = [row for key, row in after["closings"].items() if key not in before["closings"]]
        kept = self._get_kept(before, after)
        for row in [row for row in new if row["lead_id"] in kept]:
            new.remove(row)
            self.assertLessEqual(_get_changes(kept.pop(row["lead_id"]), row), ENDING | {"id"})
        self.assertFalse(kept, "a deal that a merge has kept lost its closing")
        self.assertCountEqual([row["lead_id"] for row in new], closed)
        for row in new:
            self.assertEqual(row["outcome"], closed[row["lead_id"]]["won_status"])
            self.assertEqual(row["closed_by_id"], uid)
            lead = before["leads"].get(row["lead_id"])
            if lead:
                self.assertEqual(row["stage_id"], lead["stage_id"])
        gone = before["closings"].keys() - after["closings"].keys()
        if move != "delete":
            self.assertFalse(gone, "closings disappeared")
        for key in before["closings"].keys() - gone:
            self._check_kept(before["closings"][key], after["closings"][key], uid)

    def _get_kept(self, before, after):
        """The closings that went to another deal while their own was not deleted.

        :return: id of the deal it was closed in → the row before
        """
        return {
            row["lead_id"]: row
            for key, row in before["closings"].items()
            if row["is_current"]
            and row["lead_id"] in after["leads"]
            and after["closings"].get(key, row)["lead_id"] != row["lead_id"]
        }

    def _check_kept(self, old, new, uid):
        changed = _get_changes(old, new)
        if new["is_current"]:
            self.assertLessEqual(
                changed & {"outcome", "closed_by_id", "stage_id", "user_id", "lead_id"}, set()
            )
        elif old["is_current"]:
            self.assertLessEqual(changed, ENDING)
            self.assertEqual(new["reopened_by_id"], uid)
        else:
            self.assertLessEqual(changed, {"lead_id"})


def _get_changes(old, new):
    return {key for key in old if old[key] != new[key]} - LOG_FIELDS
