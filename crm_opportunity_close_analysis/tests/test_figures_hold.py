from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import fields
from odoo.tests import tagged

from odoo.addons.crm_opportunity_close.tests.common import TestCloseCommon

MARCH = {"date_from": "2024-03-01", "date_to": "2024-03-31"}
# Far ahead of UTC, far behind it, with half an hour, and one whose clocks change in March.
ZONES = ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata", "America/New_York")


@tagged("post_install", "-at_install")
class TestFiguresHold(TestCloseCommon):
    """What the figures do not depend on, and what they do, counted a second time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.lead.closing"].search([]).unlink()

    def _get(self, **options):
        closings = self.env["crm.lead.closing"].with_user(self.user_sales_manager)
        return closings.get_overview(options)

    def test_merging_changes_no_figure(self):
        won = self.deal_other.copy()
        self.deal_own.action_set_lost(lost_reason_id=self.reason_price.id)
        self.deal_other.action_set_lost(
            lost_reason_id=self.reason_budget.id, competitor_id=self.competitor.id
        )
        won.action_set_won(closed_revenue=700)
        today = fields.Date.today()
        period = {
            "date_from": str(today - timedelta(days=1)),
            "date_to": str(today + timedelta(days=1)),
        }
        before = self._get(**period)
        self.assertEqual((before["figures"]["won"], before["figures"]["lost"]), (1, 2))
        (self.deal_own + self.deal_other).with_context(active_test=False).merge_opportunity()
        self.env.flush_all()
        self.assertEqual(len((self.deal_own + self.deal_other).exists()), 1)
        self.assertEqual(self._get(**period), before)

    def test_days_are_those_of_the_user(self):
        """One closing an hour around both ends of March, and around the day clocks change."""
        moments = [
            datetime.fromisoformat(day) + timedelta(hours=hour)
            for day in ("2024-02-29", "2024-03-10", "2024-03-31")
            for hour in range(48)
        ]
        self.env["crm.lead.closing"].create(
            [
                {
                    "lead_id": self.deal_own.id,
                    "lead_type": "opportunity",
                    "outcome": "won" if number % 3 else "lost",
                    "date": moment,
                    "company_currency": self.env.company.currency_id.id,
                }
                for number, moment in enumerate(moments)
            ]
        )
        for zone in ZONES:
            self.user_sales_manager.tz = zone
            local = [moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)) for moment in moments]
            months = Counter(
                (moment.month, "won" if number % 3 else "lost")
                for number, moment in enumerate(local)
            )
            with self.subTest(zone):
                overview = self._get(**MARCH)
                for outcome in ("won", "lost"):
                    self.assertEqual(overview["figures"][outcome], months[3, outcome])
                    self.assertEqual(
                        {int(month["month"][5:7]): month[outcome] for month in overview["months"]},
                        {month: months[month, outcome] for month in (2, 3)},
                    )
