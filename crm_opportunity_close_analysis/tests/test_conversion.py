from unittest.mock import patch

from odoo.models import BaseModel
from odoo.tests import tagged, users

from .overview_case import YEAR, OverviewCase

SUM = "closed_revenue:sum_currency"


@tagged("post_install", "-at_install")
class TestConversion(OverviewCase):
    """Amounts are converted in one way, at the rates of today, wherever they are shown."""

    def _read(self):
        """Revenue won of both companies, as each place shows it."""
        both = (self.company_main + self.company_2).ids
        closings = self.env["crm.lead.closing"].with_context(allowed_company_ids=both)
        overview = closings.get_overview(YEAR)
        competitor = self.competitor.with_env(closings.env)
        competitor.invalidate_recordset()
        ((won, value_rate),) = closings._read_group(
            overview["domain"], [], [SUM, "win_rate_value:avg"]
        )
        return {
            "overview": overview["figures"]["revenue_won"],
            "views": won,
            "rate on the page": overview["figures"]["win_rate_value"],
            "rate in the views": value_rate,
            "competitor": competitor.lost_revenue,
        }

    def assertFigures(self, figures, expected):  # noqa: N802
        for name, value in expected.items():
            self.assertAlmostEqual(figures[name], value, 2, msg=name)

    @users("user_sales_manager_mc")
    def test_a_rate_of_tomorrow_is_not_used(self):
        before = self._read()
        self.assertAlmostEqual(before["views"], 340 + 900 / 3 * 2, 2)
        self.assertFigures(before, {"overview": before["views"]})
        self.env["res.currency.rate"].sudo().create(
            [
                {"currency_id": currency.id, "company_id": False, "name": "2024-11-21", "rate": 99}
                for currency in self.currency + self.currency_2
            ]
        )
        self.assertFigures(self._read(), before)

    @users("user_sales_manager_mc")
    def test_core_converts_nothing(self):
        """Whatever core makes of its own conversion, amounts are converted once."""
        before = self._read()
        select = BaseModel._read_group_select

        def mend(model, aggregate_spec, query):
            self.assertFalse(aggregate_spec.endswith(":sum_currency"), "core is not asked")
            return select(model, aggregate_spec, query)

        with patch.object(BaseModel, "_read_group_select", mend):
            self.assertFigures(self._read(), before)
