from statistics import median

from freezegun import freeze_time

from odoo.tests import tagged, users

from .overview_case import RATES, OverviewCase


@tagged("post_install", "-at_install")
@freeze_time("2024-11-20 12:00:00")
class TestWorth(OverviewCase):
    """What closings were worth, calculated a second time from the rows themselves."""

    @classmethod
    def _close_many(cls):
        result = super()._close_many()
        cls.user_sales_manager_mc.group_ids += cls.env.ref("crm.group_use_recurring_revenues")
        closings = cls.env["crm.lead.closing"].search([], order="date")
        for index, closing in enumerate(closings):
            closing.recurring_revenue_monthly = 10 * index
            closing.deadline_moved_count = index % 4
        # Of a closing from before the installation this is not known.
        closings[3].deadline_moved_count = False
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE crm_lead_closing SET deadline_moved_count = NULL WHERE id = %s",
            [closings[3].id],
        )
        # A lost one that was won after all, and one whose loss was a mistake.
        past = closings.filtered(lambda row: row.outcome == "lost" and row.reopened_date is False)
        past = past.filtered(lambda row: not row.is_current)
        past.write({"reopened_date": "2024-06-01 10:00:00"})
        for row in past:
            cls.env["crm.lead.closing"].create(
                {
                    **row.copy_data()[0],
                    "outcome": "won",
                    "date": "2024-06-03 12:00:00",
                    "loss_type": False,
                    "closed_revenue": 77,
                    "is_current": True,
                    "is_mistake": False,
                    "reopened_date": False,
                }
            )
        cls._win_anew(closings.filtered(lambda row: row.outcome == "lost"))
        return result

    @classmethod
    def _win_anew(cls, losses):
        """Win opportunities that continue a loss, and one that continues a mistake."""
        mistake = losses.filtered("is_mistake")[:1]
        for loss in losses.filtered("is_counted")[:2] + mistake:
            values = {"name": "Next try", "company_id": loss.company_id.id}
            lead = cls.env["crm.lead"].create({**values, "origin_closing_id": loss.id})
            cls.env["crm.lead.closing"].create(
                {
                    **loss.copy_data()[0],
                    "lead_id": lead.id,
                    "outcome": "won",
                    "date": "2024-06-04 12:00:00",
                    "loss_type": False,
                    "closed_revenue": 55,
                    "is_current": True,
                    "is_mistake": False,
                    "reopened_date": False,
                }
            )

    def _get_won_anew(self):
        """The closings that were won and continue a loss, by the links alone."""
        self.env.cr.execute(
            """SELECT won.id FROM crm_lead_closing AS won
                 JOIN crm_lead AS lead ON lead.id = won.lead_id
                 JOIN crm_lead_closing AS loss ON loss.id = lead.origin_closing_id
                WHERE won.outcome = 'won' AND loss.outcome = 'lost' AND NOT loss.is_mistake"""
        )
        return {number for [number] in self.env.cr.fetchall()}

    def _calculate(self, rows, currency_id):
        rates = {self.currency.id: RATES["main"], self.currency_2.id: RATES["second"]}
        into = rates[currency_id]
        rows = [row for row in rows if row["loss_type"] != "disqualified"]

        def add(rows, name):
            return sum(
                float(row[name] or 0) / rates[row["company_currency"]] * into for row in rows
            )

        won = [row for row in rows if row["outcome"] == "won"]
        back = [row for row in won if row["recovered_count"]]
        won_anew = self._get_won_anew()
        anew = [row for row in won if row["id"] in won_anew]
        return {
            "recurring_won": add(won, "recurring_revenue_monthly"),
            "recurring_lost": add(
                [row for row in rows if row["outcome"] == "lost"], "recurring_revenue_monthly"
            ),
            "recovered": len(back),
            "recovered_revenue": add(back, "closed_revenue"),
            "won_anew": len(anew),
            "won_anew_revenue": add(anew, "closed_revenue"),
            "expected": add(won, "expected_revenue"),
            **self._get_moves(rows),
            "closed_share": add(won, "closed_revenue") / add(won, "expected_revenue"),
        }

    def _get_moves(self, rows):
        figures = {}
        for outcome in ("won", "lost"):
            known = [
                row["deadline_moved_count"]
                for row in rows
                if row["outcome"] == outcome and row["deadline_moved_count"] is not None
            ]
            figures[f"moved_{outcome}"] = median(known) if known else None
            figures[f"moved_{outcome}_count"] = len(known)
        return figures

    @users("user_sales_manager_mc")
    def test_figures(self):
        both = self.company_main + self.company_2
        for company in both:
            worth = (
                self.env["crm.lead.closing"]
                .with_context(allowed_company_ids=(company + both).ids)
                .get_overview({"date_from": "2024-01-01", "date_to": "2024-12-31"})["worth"]
            )
            expected = self._calculate(self._get_rows(company=both), company.currency_id.id)
            self.assertFigures(worth["now"], expected)
            self.assertEqual(worth["now"]["recovered"], 1, "a mistake is nothing to recover from")
            self.assertEqual(worth["now"]["won_anew"], 2, "nor to try again from")
            before = self._get_rows("2023-01-01", "2023-11-21", both)
            self.assertFigures(worth["before"], self._calculate(before, company.currency_id.id))

    @users("user_sales_manager")
    def test_recurring_revenue_where_it_is_used(self):
        worth = self._get()["worth"]
        self.assertFalse(worth["uses_recurring"])
        self.assertNotIn("recurring_won", worth["now"])
        self.assertNotIn("recurring_lost", worth["before"])

    @users("user_sales_manager")
    def test_moves_that_are_not_known(self):
        self.env.cr.execute("UPDATE crm_lead_closing SET deadline_moved_count = NULL")
        self.env.invalidate_all()
        now = self._get()["worth"]["now"]
        self.assertIsNone(now["moved_won"])
        self.assertIsNone(now["moved_lost"])
        self.assertEqual((now["moved_won_count"], now["moved_lost_count"]), (0, 0))

    @users("user_sales_manager")
    def test_nothing_won(self):
        worth = self._get(date_from="2020-01-01", date_to="2020-12-31")["worth"]
        self.assertIsNone(worth["now"]["closed_share"])
        self.assertEqual(worth["now"]["recovered"], 0)
