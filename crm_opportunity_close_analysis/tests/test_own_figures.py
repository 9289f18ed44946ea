from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.crm_opportunity_close.tests.common import TestCloseCommon
from odoo.addons.mail.tests.common import mail_new_test_user

YEAR = {"date_from": "2024-01-01", "date_to": "2024-12-31"}


@tagged("post_install", "-at_install")
class TestOwnFigures(TestCloseCommon):
    """A figure counts the closings credited to its reader, whoever has the leads now.

    The salesperson won three opportunities and lost two to Globex, then handed over two of
    the won ones and one of the lost ones.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._activate_multi_company()
        cls.successor = mail_new_test_user(
            cls.env, "close_successor", "sales_team.group_sale_salesman"
        )
        cls.env["crm.lead.closing"].search([]).unlink()
        cls.leads = cls.env["crm.lead"].create(
            [
                {
                    "name": f"Deal {index}",
                    "type": "opportunity",
                    "company_id": cls.company_main.id,
                    "user_id": cls.user_sales_salesman.id,
                    "team_id": cls.sales_team_1.id,
                    "stage_id": cls.stage_team1_1.id,
                    "expected_revenue": 100,
                }
                for index in range(5)
            ]
        )
        date = {"date_closed": "2024-05-05 12:00:00"}
        cls.env.cr.execute(
            "UPDATE crm_lead SET create_date = '2024-01-01' WHERE id = ANY(%s)", [cls.leads.ids]
        )
        cls.leads.invalidate_recordset(["create_date"])
        cls.leads[:3].action_set_won(**date)
        cls.leads[3:].action_set_lost(
            lost_reason_id=cls.reason_price.id, competitor_id=cls.competitor.id, **date
        )
        cls.handed_over = cls.leads[0] + cls.leads[1] + cls.leads[3]

    def _hand_over(self):
        self.handed_over.user_id = self.successor
        self.env.flush_all()
        self.env.invalidate_all()

    def _get_digest_values(self, user):
        digest = self.env["digest.digest"].create(
            {"name": "Ours", "company_id": self.company_main.id}
        )
        start = fields.Datetime.to_datetime("2024-05-01")
        context = {"start_datetime": start, "end_datetime": start + timedelta(days=31)}
        digest = digest.with_user(user).with_context(**context).with_company(self.company_main)
        return digest.kpi_crm_deals_lost_value, digest.kpi_crm_win_rate_value

    def _read_everywhere(self, user, companies=None):
        """The same figures in every place that shows them."""
        env = self.leads.with_user(user).env
        env = env(context={"allowed_company_ids": (companies or self.company_main).ids})
        env.invalidate_all()
        overview = env["crm.lead.closing"].get_overview(YEAR)
        reason = env["crm.lost.reason"].browse(self.reason_price.id)
        competitor = env["crm.competitor"].browse(self.competitor.id)
        with freeze_time("2024-05-31 12:00:00"):
            team = env["crm.team"].browse(self.sales_team_1.id)
            team = team.closing_month_count, team.win_rate_month
        return {
            "overview": {
                name: overview["figures"][name] for name in ("won", "lost", "revenue_won")
            },
            "months": [(row["won"], row["lost"]) for row in overview["months"] if row["won"]],
            "people": [(row["id"], row["won"]) for row in overview["salespeople"]],
            "reason": (reason.lost_count, reason.lost_revenue),
            "competitor": (competitor.lost_count, competitor.lost_revenue),
            "team": team,
            "digest": self._get_digest_values(user),
        }

    def _count(self, where):
        """The same, calculated from the table."""
        self.env.flush_all()
        self.env.cr.execute(
            f"""
            SELECT count(*) FILTER (WHERE outcome = 'won'),
                   count(*) FILTER (WHERE outcome = 'lost'),
                   coalesce(sum(closed_revenue), 0)::float,
                   coalesce(sum(expected_revenue) FILTER (WHERE outcome = 'lost'), 0)::float
              FROM crm_lead_closing WHERE is_mistake IS NOT TRUE AND {where}
            """
        )
        won, lost, revenue_won, revenue_lost = self.env.cr.fetchone()
        rate = won / (won + lost) if won + lost else 0
        return {
            "overview": {"won": won, "lost": lost, "revenue_won": revenue_won},
            "months": [(won, lost)] if won + lost else [],
            "reason": (lost, revenue_lost),
            "competitor": (lost, revenue_lost),
            "team": (won + lost, rate),
            "digest": (lost, rate * 100),
        }

    def assertEverywhere(self, user, where, people=None, companies=None):  # noqa: N802
        read = self._read_everywhere(user, companies)
        who = read.pop("people")
        for place, figures in self._count(where).items():
            with self.subTest(user=user.login, place=place):
                self.assertEqual(read[place], figures)
        if people is not None:
            self.assertEqual(who, people)

    def test_a_hand_over_changes_no_figure(self):
        former, successor = self.user_sales_salesman, self.successor
        own = f"user_id = {former.id}"
        self.assertEverywhere(former, own, [(former.id, 3)])
        self._hand_over()
        readable = self.env["crm.lead.closing"].with_user(former).search_count([])
        self.assertEqual(readable, 2, "the others cannot be opened any more")
        self.assertEverywhere(former, own, [(former.id, 3)])
        self.assertEverywhere(successor, f"user_id = {successor.id}", [])

    def test_what_opens_says_how_much_cannot(self):
        team = self.sales_team_1.with_user(self.user_sales_salesman)
        with freeze_time("2024-05-31 12:00:00"):
            self.assertEqual(team.action_view_win_rate_month()["name"], "Win/Loss analysis")
            self._hand_over()
            name = "Win/Loss analysis: 5, of which you can open 2"
            self.assertEqual(team.action_view_win_rate_month()["name"], name)

    def test_a_successor_who_closes_has_own_figures(self):
        self._hand_over()
        lead = self.handed_over[0].with_user(self.successor)
        lead.action_reopen()
        lead.action_set_won(date_closed="2024-05-06 12:00:00")
        for user, won in ((self.user_sales_salesman, 3), (self.successor, 1)):
            self.assertEverywhere(user, f"user_id = {user.id}", [(user.id, won)])

    def test_a_lead_of_another_company_changes_no_figure(self):
        manager = self.user_sales_manager
        main = f"company_id = {self.company_main.id}"
        self.assertEverywhere(manager, main)
        self.handed_over.write({"user_id": False, "team_id": False})
        self.handed_over.company_id = self.company_2
        self.env.invalidate_all()
        self.assertEqual(self.env["crm.lead.closing"].with_user(manager).search_count([]), 2)
        self.assertEverywhere(manager, main)

    def test_closings_of_another_company_are_in_no_figure(self):
        """Where the lead came from there, its earlier closings are not this company's."""
        mover = self.user_sales_manager_mc
        self.handed_over.write({"user_id": False, "team_id": False})
        self.handed_over.company_id = self.company_2
        self.env.invalidate_all()
        here = f"company_id = {self.company_2.id}"
        read = self._read_everywhere(mover, self.company_2)
        self.assertEqual(read["overview"], self._count(here)["overview"])
        readable = self.env["crm.lead.closing"].with_user(mover)
        readable = readable.with_context(allowed_company_ids=self.company_2.ids).search_count([])
        self.assertEqual(readable, 3)

    def test_rules_of_other_addons_hold(self):
        """A manager who may not read some leads does not count them either."""
        self.env["ir.rule"].create(
            {
                "name": "Not the first one",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "domain_force": f"[('id', '!=', {self.leads[0].id})]",
            }
        )
        where = f"lead_id <> {self.leads[0].id}"
        self.assertEverywhere(self.user_sales_manager, where)

    def test_who_may_not_read_closings_reads_no_figure(self):
        stranger = mail_new_test_user(self.env, "close_stranger", "base.group_user")
        closings = self.env["crm.lead.closing"].with_user(stranger)
        with self.assertRaises(AccessError):
            closings.get_overview(YEAR)
        with self.assertRaises(AccessError):
            closings._read_figures([], [], ["__count"])

    def test_nobody_takes_a_company_that_is_not_theirs(self):
        closings = self.env["crm.lead.closing"].with_user(self.user_sales_salesman)
        closings = closings.with_context(allowed_company_ids=self.company_2.ids)
        with self.assertRaises(AccessError):
            closings.get_overview(YEAR)
