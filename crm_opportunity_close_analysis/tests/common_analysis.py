from statistics import median
from typing import NamedTuple

from odoo.fields import Command

from odoo.addons.crm_opportunity_close.tests.common import TestCloseCommon

USD_RATE, EUR_RATE = 1.0, 0.5

TABLE = """
    deal    company user     outcome reason      expected closed date       stage fate
    Alpha   main    salesman won     fit         1000     1200   2024-01-10 1     stays
    Bravo   main    salesman lost    price       500      0      2024-01-20 1     stays
    Charlie main    leads    lost    price       4000     0      2024-02-03 2     stays
    Delta   main    leads    lost    budget      300      0      2024-02-14 2     reopened
    Delta   main    leads    won     -           300      250    2024-05-02 2     stays
    Echo    main    leads    lost    price       9000     0      2024-02-20 1     mistake
    Foxtrot main    leads    lost    spam        7000     0      2024-03-01 1     stays
    Golf    main    leads    lost    unspecified 800      0      2024-04-09 2     stays
    Hotel   main    salesman lost    -           60       0      2024-04-11 1     stays
    India   two     manager  won     fit         2000     3000   2024-02-15 0     stays
    Juliet  two     manager  lost    budget      1500     0      2024-05-16 0     stays
    Kilo    two     manager  lost    spam        900      0      2024-06-17 0     reopened
    Lima    none    leads    lost    price       100      0      2023-12-31 1     reopened
    Lima    none    leads    won     fit         100      100    2024-01-01 1     stays
"""
# What the customer paid elsewhere, where it is known; a mistake and a disqualified one as well.
WINNING_PRICES = {
    "Bravo": 450,
    "Charlie": 3000,
    "Echo": 1,
    "Foxtrot": 10,
    "Juliet": 1650,
    "Lima": 90,
}


class Case(NamedTuple):
    """One line of the table: a closing, and what became of it."""

    name: str
    company: str
    user: str
    outcome: str
    reason: str  # "-" where none was given
    expected: str
    closed: str
    date: str
    stage: str
    fate: str


CASES = [Case(*line.split()) for line in TABLE.strip().splitlines()[1:]]


class TestAnalysisCommon(TestCloseCommon):
    """Deals of two companies and currencies, closed in every way that figures must tell apart.

    See ``TABLE``: one line a closing, in the order they happened to each deal. 1 US dollar
    is half a euro; the second company keeps its books in euros.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._activate_multi_company()
        cls.user_sales_manager.company_ids += cls.company_2
        usd, eur = cls.env.ref("base.USD"), cls.env.ref("base.EUR")
        (usd + eur).active = True
        cls.env["res.currency.rate"].search([]).unlink()
        cls.env["res.currency.rate"].create(
            [
                {
                    "name": "2000-01-01",
                    "currency_id": currency.id,
                    "rate": rate,
                    "company_id": False,
                }
                for currency, rate in ((usd, USD_RATE), (eur, EUR_RATE))
            ]
        )
        cls.company_main.currency_id = usd
        cls.company_2.currency_id = eur
        cls.rates = {usd.id: USD_RATE, eur.id: EUR_RATE}
        cls.env["crm.lead.closing"].search([]).unlink()
        cls.tag = cls.env["crm.tag"].create({"name": "Renewal"})
        cls.reason_spam = cls.env["crm.lost.reason"].create(
            {"name": "Never real", "loss_type": "disqualified"}
        )
        cls.companies = {"main": cls.company_main, "two": cls.company_2, "none": None}
        cls.closings = cls.env["crm.lead.closing"].concat(*map(cls._close, CASES))

    @classmethod
    def _close(cls, case):
        """Close one deal, and reopen it where its fate says so.

        :return: the closing
        """
        lead = cls.env["crm.lead"].search([("name", "=", case.name)]) or cls._create_deal(case)
        reason = {
            "-": cls.env["crm.lost.reason"],
            "unspecified": cls.unspecified,
            "spam": cls.reason_spam,
            "price": cls.reason_price,
            "budget": cls.reason_budget,
            "fit": cls.reason_fit,
        }[case.reason]
        answers = {"date_closed": f"{case.date} 12:00:00"}
        if case.outcome == "won":
            answers |= {"win_reason_id": reason.id, "closed_revenue": float(case.closed)}
            lead.action_set_won(**answers)
        else:
            if case.reason == "price":
                answers["competitor_id"] = cls.competitor.id
            answers["winning_price"] = WINNING_PRICES.get(case.name, 0)
            lead.action_set_lost(lost_reason_id=reason.id, **answers)
        closing = lead._get_current_closings()
        if case.fate != "stays":
            lead.action_reopen(is_mistake=case.fate == "mistake")
        return closing

    @classmethod
    def _create_deal(cls, case):
        company = cls.companies[case.company]
        stages = cls.stage_gen_1, cls.stage_team1_1, cls.stage_team1_2
        lead = cls.env["crm.lead"].create(
            {
                "name": case.name,
                # A lead may be lost without a reason, an opportunity cannot.
                "type": "lead" if (case.outcome, case.reason) == ("lost", "-") else "opportunity",
                "company_id": company.id if company else False,
                "user_id": getattr(cls, f"user_sales_{case.user}").id,
                "team_id": cls.team_company2.id if case.company == "two" else cls.sales_team_1.id,
                "stage_id": stages[int(case.stage)].id,
                "expected_revenue": float(case.expected),
                "tag_ids": [Command.link(cls.tag.id)],
                "country_id": cls.env.ref("base.th").id
                if case.stage
                else cls.env.ref("base.be").id,
            }
        )
        if not company:
            lead.company_id = False
        return lead

    def _get_rows(self, *companies, **wanted):
        """The closings, read past Odoo, that no mistake and no other company is among.

        :return: dictionaries of columns
        """
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT * FROM crm_lead_closing WHERE id = ANY(%s)", [self.closings.ids]
        )
        names = [column.name for column in self.env.cr.description]
        rows = [dict(zip(names, row, strict=True)) for row in self.env.cr.fetchall()]
        seen = {company.id for company in companies or (self.company_main, self.company_2)}
        return [
            row
            for row in rows
            if not row["is_mistake"]
            and row["company_id"] in seen | {None}
            and all(row[name] == value for name, value in wanted.items())
        ]

    def _get_rate(self, rows):
        """The win rate by count, by hand; False where nothing counts."""
        base = [row for row in rows if row["loss_type"] != "disqualified"]
        return sum(row["outcome"] == "won" for row in base) / len(base) if base else False

    def _get_lost(self, rows):
        """Those by which revenue was lost: disqualified deals never had any."""
        return [
            row for row in rows if row["outcome"] == "lost" and row["loss_type"] != "disqualified"
        ]

    def _get_median_gap(self, rows):
        """The median of how far winning prices were below ours, by hand; False for none."""
        gaps = [
            1 - float(row["winning_price"]) / float(row["expected_revenue"])
            for row in rows
            if row["winning_price"] and row["loss_type"] != "disqualified"
        ]
        return median(gaps) if gaps else False

    def _get_amount(self, rows, name, company):
        """A sum in the currency of a company, by hand."""
        return sum(
            float(row[name])
            / self.rates[row["company_currency"]]
            * self.rates[company.currency_id.id]
            for row in rows
        )

    def _get_value_rate(self, rows, company):
        """The win rate by value, by hand; False where nothing counts."""
        base = [row for row in rows if row["loss_type"] != "disqualified"]
        won = self._get_amount(
            [row for row in base if row["outcome"] == "won"], "closed_revenue", company
        )
        lost = self._get_amount(
            [row for row in base if row["outcome"] == "lost"], "expected_revenue", company
        )
        return won / (won + lost) if won + lost else False
