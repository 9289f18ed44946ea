from statistics import median, quantiles

from freezegun import freeze_time
from scipy.stats import binomtest

from odoo.addons.crm_opportunity_close.tests.common import TestCloseCommon

# From how many closings on a rate is told.
MIN_BASE = 6
YEAR = {"date_from": "2024-01-01", "date_to": "2024-12-31"}
# What one unit of the currency of a company is worth: neither is the one with rate 1.
RATES = {"main": 2.0, "second": 3.0}


@freeze_time("2024-11-20 12:00:00")
class OverviewCase(TestCloseCommon):
    """Closings of every kind, and their figures calculated from the rows themselves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._activate_multi_company()
        (cls.company_main + cls.company_2).close_min_rate_base = MIN_BASE
        cls.currency, cls.currency_2 = cls.company_main.currency_id, cls.company_2.currency_id
        cls.env["res.currency.rate"].search([]).unlink()
        cls.env["res.currency.rate"].create(
            [
                {
                    "currency_id": currency.id,
                    "rate": rate,
                    "company_id": False,
                    "name": "2020-01-01",
                }
                for currency, rate in zip(
                    cls.currency + cls.currency_2, RATES.values(), strict=True
                )
            ]
        )
        cls.reason_spam, cls.reason_odd = cls.env["crm.lost.reason"].create(
            [
                {"name": "Never serious", "loss_type": "disqualified"},
                {"name": "Something odd", "loss_type": "other"},
            ]
        )
        cls.env["crm.lead.closing"].search([]).unlink()
        cls._close_many()

    @classmethod
    def _close_many(cls):
        one, two = cls.user_sales_salesman, cls.user_sales_leads
        first, second = cls.stage_team1_1, cls.stage_team1_2
        price, budget, spam = cls.reason_price, cls.reason_budget, cls.reason_spam
        none = cls.env["crm.lost.reason"]
        # Day and hour (UTC), salesperson, stage, outcome and reason, revenue, then the rest
        cls._close("2023-02-10 09:00", one, first, ("won", none), 40)
        cls._close("2023-03-10 09:00", one, first, ("lost", price), 60)
        cls._close("2023-12-24 09:00", two, first, ("lost", price), 70)
        cls._close("2024-01-05 09:00", one, first, ("won", cls.reason_fit), 100, closed_revenue=90)
        cls._close("2024-02-05 09:00", two, second, ("won", none), 200, closed_revenue=250)
        cls._close("2024-02-06 09:00", one, first, ("lost", price), 300, competitor=cls.competitor)
        cls._close("2024-02-07 09:00", two, second, ("lost", price), 50, reopened=True)
        cls._close("2024-02-08 09:00", two, second, ("lost", budget), 500, is_mistake=True)
        cls._close("2024-02-09 09:00", one, second, ("lost", budget), 0)
        cls._close("2024-03-05 09:00", two, first, ("lost", spam), 9999)
        cls._close("2024-03-31 20:00", one, first, ("lost", cls.unspecified), 30)
        cls._close("2024-04-05 09:00", two, second, ("lost", cls.reason_odd), 25)
        cls._close("2024-04-06 09:00", cls.env["res.users"], second, ("lost", none), 35)
        cls._close("2024-05-01 09:00", two, first, ("lost", price), 600, company=cls.company_2)
        cls._close("2024-05-02 09:00", two, first, ("won", none), 900, company=cls.company_2)

    @classmethod
    def _close(cls, day, user, stage, answer, revenue, **kwargs):
        company = kwargs.get("company", cls.company_main)
        owner = user if company == cls.company_main else cls.env["res.users"]
        lead = cls.env["crm.lead"].create(
            {
                "name": day,
                "type": kwargs.get("lead_type", "opportunity"),
                "company_id": company.id,
                "user_id": owner.id,
            }
        )
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE crm_lead SET create_date = '2023-01-01' WHERE id = %s", [lead.id]
        )
        lead.invalidate_recordset(["create_date"])
        outcome, reason = answer
        return cls.env["crm.lead.closing"].create(
            {
                "lead_id": lead.id,
                "lead_type": lead.type,
                "outcome": outcome,
                "date": f"{day}:00",
                "user_id": user.id,
                "team_id": cls.sales_team_1.id if user == cls.user_sales_salesman else False,
                "company_id": company.id,
                "stage_id": stage.id,
                "stage_name": stage.name,
                "reason_id": reason.id,
                "loss_type": reason.loss_type if outcome == "lost" else False,
                "winning_price": kwargs.get("winning_price", 0),
                "competitor_id": kwargs.get("competitor", cls.env["crm.competitor"]).id,
                "company_currency": company.currency_id.id,
                "expected_revenue": revenue,
                "closed_revenue": kwargs.get("closed_revenue", revenue) if outcome == "won" else 0,
                "is_current": not kwargs.get("reopened") and not kwargs.get("is_mistake"),
                "is_mistake": kwargs.get("is_mistake", False),
            }
        )

    def _get_rows(self, date_from="2024-01-01", date_to="2025-01-01", company=None):
        """The closings of a period in UTC, straight from the table."""
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT * FROM crm_lead_closing
                WHERE NOT is_mistake AND date >= %s AND date < %s AND company_id IN %s""",
            [date_from, date_to, tuple((company or self.company_main).ids)],
        )
        return self.env.cr.dictfetchall()

    def _count(self, rows, currency_id=None):
        """The figures of rows, in one currency."""
        rates = {self.currency.id: RATES["main"], self.currency_2.id: RATES["second"]}
        into = rates[currency_id or self.currency.id]
        counted = [row for row in rows if row["loss_type"] != "disqualified"]
        won = [row for row in counted if row["outcome"] == "won"]
        lost = [row for row in counted if row["outcome"] == "lost"]

        def add(rows, name):
            return sum(row[name] / rates[row["company_currency"]] * into for row in rows)

        revenue_won, revenue_lost = add(won, "closed_revenue"), add(lost, "expected_revenue")
        return {
            "won": len(won),
            "lost": len(lost),
            "disqualified": len(rows) - len(counted),
            "unspecified": sum(row["loss_type"] in (None, "unspecified") for row in lost),
            "other": sum(row["loss_type"] == "other" for row in lost),
            "revenue_won": round(revenue_won, 2),
            "revenue_lost": round(revenue_lost, 2),
            "win_rate": len(won) / len(counted),
            "win_rate_interval": tuple(
                binomtest(len(won), len(counted)).proportion_ci(method="wilson")
            ),
            "is_enough": len(counted) >= MIN_BASE,
            "win_rate_value": revenue_won / (revenue_won + revenue_lost),
            "days_won": self._get_median(won),
            "days_lost": self._get_median(lost),
            "days_won_quartiles": self._get_quartiles(won),
            "days_lost_quartiles": self._get_quartiles(lost),
        }

    def _get_median(self, rows):
        """How long half of these took at most; None for nothing."""
        return median(row["days_to_close"] for row in rows) if rows else None

    def _get_quartiles(self, rows):
        """Between which days the middle half of these took; None for nothing."""
        days = [row["days_to_close"] for row in rows]
        if len(days) < 2:
            return (days[0], days[0]) if days else None
        first, __, third = quantiles(days, n=4, method="inclusive")
        return first, third

    def _get(self, **options):
        return self.env["crm.lead.closing"].get_overview({**YEAR, **options})

    def assertFigures(self, figures, expected):  # noqa: N802
        self.assertEqual(figures.keys(), expected.keys())
        for name, value in expected.items():
            if value is None:
                self.assertIsNone(figures[name], name)
            elif isinstance(value, tuple):
                for end, number in zip(figures[name], value, strict=True):
                    self.assertAlmostEqual(end, number, 2, msg=name)
            else:
                self.assertAlmostEqual(figures[name], value, 2, msg=name)
