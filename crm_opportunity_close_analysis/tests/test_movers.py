from datetime import datetime, timedelta
from random import Random

from freezegun import freeze_time
from scipy.stats import fisher_exact

from odoo.tests import BaseCase, tagged, users

from odoo.addons.crm_opportunity_close.tests.common import TestCloseCommon
from odoo.addons.mail.tests.common import mail_new_test_user

from ..report.crm_lead_closing_movers import get_moves

NAMES = range(13)
SIMULATIONS = 300
PERIOD = {"date_from": "2024-07-01", "date_to": "2024-07-31"}


@tagged("post_install", "-at_install")
class TestMoves(BaseCase):
    def _draw(self, random, total):
        """Counts of causes, of which a few are behind most of the losses."""
        counts = {}
        for __ in range(total):
            name = int(len(NAMES) * random.random() ** 2)
            counts[name] = counts.get(name, 0) + 1
        return counts

    def test_where_nothing_changed_anything_is_marked_in_one_case_of_ten_at_most(self):
        random = Random(14)
        for size in (5, 10, 30, 100, 1000):
            marked = 0
            for __ in range(SIMULATIONS):
                base = size * 12 if size < 1000 else size
                risen, fallen, __compared = get_moves(
                    self._draw(random, size), size, self._draw(random, base), base
                )
                marked += bool(risen or fallen)
            with self.subTest(size=size):
                self.assertLessEqual(marked, SIMULATIONS / 10)

    def test_a_share_that_triples_is_seen(self):
        now = {"price": 30, **dict.fromkeys(range(10), 2)}
        before = {"price": 40, **dict.fromkeys(range(10), 16)}
        self.assertEqual(get_moves(now, 50, before, 200), (["price"], [], 11))

    def test_nothing_to_compare_with(self):
        self.assertEqual(get_moves({"price": 5}, 5, {}, 0), ([], [], 0))
        self.assertEqual(get_moves({}, 0, {"price": 5}, 5), ([], [], 0))

    def test_what_is_new_and_what_is_gone(self):
        now, before = {"new": 9, "rest": 11}, {"gone": 60, "rest": 60}
        self.assertEqual(get_moves(now, 20, before, 120), (["new"], ["gone"], 3))


@tagged("post_install", "-at_install")
class TestMovers(TestCloseCommon):
    """Losses of July and of the twelve months before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.lead.closing"].search([]).unlink()
        price, budget = cls.reason_price, cls.reason_budget
        none = cls.env["crm.lost.reason"]
        cls.reason_spam = none.create({"name": "Never real", "loss_type": "disqualified"})
        cls._lose("2024-07-15", price, 24, competitor=cls.competitor)
        cls._lose("2024-07-16", budget, 6)
        cls._lose("2024-07-17", none, 5)
        cls._lose("2024-07-18", cls.reason_spam, 30)
        cls._lose("2024-07-19", price, 10, is_mistake=True)
        cls._lose("2024-03-01", price, 20, competitor=cls.competitor)
        cls._lose("2023-07-02", budget, 75)
        cls._lose("2023-09-02", cls.unspecified, 5)
        cls._lose("2023-06-29", price, 500)  # more than twelve months before

    @classmethod
    def _lose(cls, day, reason, count, competitor=None, **vals):
        cls.env["crm.lead.closing"].create(
            [
                {
                    "lead_id": cls.deal_other.id,
                    "lead_type": "opportunity",
                    "company_id": cls.company_main.id,
                    "user_id": cls.user_sales_leads.id,
                    "outcome": "lost",
                    "date": f"{day} 12:00:00",
                    "reason_id": reason.id,
                    "loss_type": reason.loss_type,
                    "competitor_id": competitor and competitor.id,
                    **vals,
                }
            ]
            * count
        )

    @users("user_sales_manager")
    def test_shares_equal_those_counted_by_hand(self):
        movers = self.env["crm.lead.closing"].get_movers(PERIOD)
        self.assertEqual((movers["date_from"], movers["date_to"]), ("2023-07-01", "2024-06-30"))
        self.assertEqual(movers["compared"], 3)
        expected = {
            "count": 24,
            "total": 35,
            "share": 24 / 35,
            "count_before": 20,
            "total_before": 100,
            "share_before": 0.2,
        }
        self.assertEqual(
            movers["risen"],
            [
                {"field": field, "id": record.id, "name": record.name, **expected}
                for field, record in (
                    ("reason_id", self.reason_price),
                    ("competitor_id", self.competitor),
                )
            ],
        )
        self.assertEqual([mover["id"] for mover in movers["fallen"]], [self.reason_budget.id])
        p_values = [fisher_exact([[24, 11], [20, 80]]).pvalue] * 2
        p_values.append(fisher_exact([[6, 29], [75, 25]]).pvalue)
        self.assertLess(3 * max(p_values), 0.05)

    def test_own_closings_only(self):
        closings = self.env["crm.lead.closing"].with_user(self.user_sales_salesman)
        self.assertFalse(closings.get_movers(PERIOD)["compared"])

    def test_options_narrow_down(self):
        closings = self.env["crm.lead.closing"].with_user(self.user_sales_manager)
        for options in ({"lead_type": "lead"}, {"team_id": self.sales_team_1.id}):
            self.assertFalse(closings.get_movers({**PERIOD, **options})["compared"])

    def _get_line(self, day, user=None, **vals):
        digest = self.env["digest.digest"].create(
            {"name": "Ours", "kpi_crm_win_rate": True, **vals}
        )
        with freeze_time(day):
            tips = digest._compute_tips(self.company_main, user or self.user_sales_manager)
        return next((tip for tip in tips if "bigger share" in tip), None)

    def test_the_digest_has_a_line(self):
        self.assertIn(
            "Beaten on price (69%, before 20%) and Globex (69%, before 20%)",
            self._get_line("2024-07-31 18:00:00"),
        )

    def test_the_digest_has_no_line_where_nothing_rises(self):
        day = str(datetime(2024, 7, 31) + timedelta(days=100))
        self.assertIsNone(self._get_line(day))
        stranger = mail_new_test_user(self.env, "close_movers", "base.group_user")
        self.assertIsNone(self._get_line("2024-07-31 18:00:00", kpi_crm_win_rate=False))
        self.assertIsNone(self._get_line("2024-07-31 18:00:00", stranger))
