from odoo.tests import tagged

from odoo.addons.crm_opportunity_close.tests.common import TestCloseCommon

FEW, MANY = 2, 20


TIMES = 30
# What the page asks for, and how many lines of the answer each person, reason, stage and
# competitor of ``_close`` makes.
METHODS = {
    "get_overview": {"salespeople": 1, "reasons": 1, "stages": 1, "competitors": 1},
    "get_competition": {"competitors": 1, "reasons": 1},
    "get_funnel": {"stages": 1},
    "get_movers": {"risen": 2},
}


@tagged("post_install", "-at_install")
class TestOverviewQueries(TestCloseCommon):
    """The overview costs the same queries, however much it has to tell."""

    def _close(self, number):
        """As many deals lost again and again, each by another person, for another reason, to
        another company; the year before, there was one reason for all.
        """
        names = [f"{number}-{index}" for index in range(number)]
        reasons = self.env["crm.lost.reason"].create([{"name": name} for name in names])
        competitors = self.env["crm.competitor"].create([{"name": name} for name in names])
        people = self.env["res.users"].create([{"name": name, "login": name} for name in names])
        stages = self.env["crm.stage"].create([{"name": name} for name in names])
        leads = self.env["crm.lead"].create(
            [
                {"name": name, "type": "opportunity", "stage_id": stage.id}
                for name, stage in zip(names, stages, strict=True)
            ]
        )
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE crm_lead SET create_date = %s, date_last_stage_update = NULL
                WHERE id = ANY(%s)""",
            [f"{2000 + number}-02-03", leads.ids],
        )
        currency = self.env.company.currency_id
        before = {
            "lead_id": leads[0].id,
            "lead_type": "opportunity",
            "outcome": "lost",
            "date": f"{1999 + number}-06-05",
            "reason_id": self.reason_price.id,
            "loss_type": "other",
            "company_currency": currency.id,
        }
        self.env["crm.lead.closing"].create([before] * 400)
        self.env["crm.lead.closing"].create(
            [
                {
                    "lead_id": leads[index].id,
                    "lead_type": "opportunity",
                    "outcome": "lost",
                    "date": f"{2000 + number}-{index % 12 + 1:02}-05",
                    "user_id": people[index].id,
                    "reason_id": reasons[index].id,
                    "loss_type": "other",
                    "competitor_id": competitors[index].id,
                    "stage_id": stages[index].id,
                    "company_currency": currency.id,
                }
                for index in range(number)
                for _time in range(TIMES)
            ]
        )

    def _count(self, name, number):
        """:return: the queries a part of the page takes, of the year in which so many were lost"""
        method = getattr(self.env["crm.lead.closing"].with_user(self.user_sales_manager), name)
        options = {"date_from": f"{2000 + number}-01-01", "date_to": f"{2000 + number}-12-31"}
        method(options)
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        answer = method(options)
        for rows, times in METHODS[name].items():
            self.assertEqual(len(answer[rows]), number * times, rows)
        return self.cr.sql_log_count - before

    def test_queries(self):
        for number in (FEW, MANY):
            self._close(number)
        self.env.flush_all()
        for name in METHODS:
            with self.subTest(name):
                self._count(name, FEW)  # what a server keeps in memory is there now
                self.assertEqual(self._count(name, MANY), self._count(name, FEW))
