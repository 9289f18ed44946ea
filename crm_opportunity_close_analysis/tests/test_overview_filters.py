from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tests import tagged, users

from odoo.addons.mail.tests.common import mail_new_test_user

from .overview_case import RATES, OverviewCase

RECORDS = {
    "team_id": "sales team",
    "user_id": "salesperson",
    "source_id": "source",
    "country_id": "country",
    "tag_id": "tag",
}


@tagged("post_install", "-at_install")
@freeze_time("2024-11-20 12:00:00")
class TestOverviewFilters(OverviewCase):
    """What the page is narrowed down to, calculated a second time from the rows themselves."""

    @classmethod
    def _close_many(cls):
        result = super()._close_many()
        cls.source = cls.env["utm.source"].create({"name": "Fair"})
        cls.country = cls.env.ref("base.be")
        cls.tag = cls.env["crm.tag"].create({"name": "Renewal"})
        closings = cls.env["crm.lead.closing"].search([("date", ">=", "2024-01-01")], order="date")
        closings[::2].source_id = cls.source
        closings[::3].country_id = cls.country
        closings[1::2].lead_id.tag_ids = [Command.link(cls.tag.id)]
        # Twice on the lead, counted once; another tag alone is not this one.
        closings.lead_id.tag_ids = [Command.create({"name": "Other tag"})]
        return result

    def _assert_figures(self, rows, **options):
        overview = self._get(**options)
        self.assertTrue(rows)
        self.assertFigures(overview["figures"], self._count(rows))
        opened = Domain(overview["domain"]) & Domain(overview["facets"]["domain"])
        closings = self.env["crm.lead.closing"].search(opened)
        self.assertEqual(sorted(closings.ids), sorted(row["id"] for row in rows))
        return overview

    @users("user_sales_manager")
    def test_by_column(self):
        for name, record in (
            ("user_id", self.user_sales_leads),
            ("source_id", self.source),
            ("country_id", self.country),
        ):
            rows = [row for row in self._get_rows() if row[name] == record.id]
            with self.subTest(name):
                overview = self._assert_figures(rows, **{name: record.id})
                self.assertEqual(overview["filter_names"], {name: record.display_name})
                facets = overview["facets"]["context"]
                self.assertEqual(facets[f"search_default_{name}"], record.id)

    @users("user_sales_salesman")
    def test_the_link_of_a_manager_narrows_own_figures_by_nobody(self):
        linked = self._get(user_id=self.user_sales_leads.id)
        self.assertEqual(linked["figures"], self._get()["figures"])
        self.assertNotIn("user_id", linked["filter_names"])

    @users("user_sales_manager")
    def test_what_only_looks_like_a_value(self):
        for values in ({"user_id": True}, {"amount_from": True}):
            with self.subTest(values), self.assertRaisesRegex(UserError, "This is not a"):
                self._get(**values)
        text = self._get(current_only="false")["figures"]
        self.assertEqual(text, self._get(current_only=False)["figures"])

    @users("user_sales_manager")
    def test_by_tag(self):
        self.env.cr.execute("SELECT lead_id FROM crm_tag_rel WHERE tag_id = %s", [self.tag.id])
        tagged_leads = {lead for (lead,) in self.env.cr.fetchall()}
        rows = [row for row in self._get_rows() if row["lead_id"] in tagged_leads]
        overview = self._assert_figures(rows, tag_id=self.tag.id)
        facets = overview["facets"]["context"]
        self.assertEqual(facets["search_default_tag_ids"], [self.tag.id])

    @users("user_sales_manager")
    def test_all_at_once(self):
        rows = [
            row
            for row in self._get_rows()
            if row["source_id"] == self.source.id
            and row["team_id"] == self.sales_team_1.id
            and row["is_current"]
            and 100 <= row["expected_revenue"] <= 300
        ]
        self._assert_figures(
            rows,
            source_id=self.source.id,
            team_id=self.sales_team_1.id,
            current_only=True,
            amount_from=100,
            amount_to=300,
        )

    @users("user_sales_manager_mc")
    def test_amounts_are_those_of_the_company(self):
        """Also with a rate dated tomorrow, which is not used yet."""
        self.env["res.currency.rate"].sudo().create(
            {
                "currency_id": self.currency_2.id,
                "rate": 30,
                "company_id": False,
                "name": "2024-11-21",
            }
        )
        rates = {self.currency.id: RATES["main"], self.currency_2.id: RATES["second"]}

        def get_amount(row, into):
            return round(row["expected_revenue"] / rates[row["company_currency"]] * into, 2)

        both = self.company_main + self.company_2
        for company in both:
            into = rates[company.currency_id.id]
            closings = self.env["crm.lead.closing"]
            closings = closings.with_context(allowed_company_ids=(company + both).ids)
            for low, high in ((200, 500), (401, None), (None, 400), (600, 600), (0, 0)):
                rows = [
                    row
                    for row in self._get_rows(company=both)
                    if row["loss_type"] != "disqualified"
                    and (low is None or get_amount(row, into) >= low)
                    and (high is None or get_amount(row, into) <= high)
                ]
                figures = closings.get_overview(
                    {
                        "date_from": "2024-01-01",
                        "date_to": "2024-12-31",
                        "amount_from": low,
                        "amount_to": high,
                    }
                )["figures"]
                with self.subTest(company=company.name, low=low, high=high):
                    self.assertEqual(figures["won"] + figures["lost"], len(rows))

    @users("user_sales_manager_mc")
    def test_the_funnel_is_narrowed_down_likewise(self):
        """By the opportunities as they are today."""
        both = self.company_main + self.company_2
        closings = self.env["crm.lead.closing"].with_context(allowed_company_ids=both.ids)
        leads = self.env["crm.lead"].with_context(active_test=False, allowed_company_ids=both.ids)
        tagged_leads = leads.search([("tag_ids", "in", self.tag.ids)])
        own, other = tagged_leads[0], tagged_leads[1]
        own.write({"expected_revenue": 300, "company_id": self.company_main.id})
        other.write({"expected_revenue": 451, "user_id": False, "team_id": False})
        other.company_id = self.company_2
        for options, wanted in (
            ({"tag_id": self.tag.id}, tagged_leads),
            # 451 in the second company's currency is 300.67 in the main one's
            ({"tag_id": self.tag.id, "amount_from": 300, "amount_to": 300.5}, own),
            ({"tag_id": self.tag.id, "amount_from": 300.5, "amount_to": 301}, other),
        ):
            options = closings._check_overview_options({**options, "lead_type": False})
            domain = closings._get_funnel_leads_domain(options)
            with self.subTest(options=options):
                self.assertEqual(leads.search(domain), wanted)

    @users("user_sales_manager")
    def test_the_same_period_a_year_ago(self):
        closings = self.env["crm.lead.closing"]
        for days, expected in (
            # over: the whole of it; not over: up to the same day
            (("2024-02-01", "2024-02-29"), ("2023-02-01", "2023-02-28")),
            (("2023-02-01", "2023-02-28"), ("2022-02-01", "2022-02-28")),
            (("2024-10-01", "2024-12-31"), ("2023-10-01", "2023-11-20")),
            (("2024-05-10", "2024-05-19"), ("2023-05-10", "2023-05-19")),
        ):
            options = dict(zip(("date_from", "date_to"), days, strict=True))
            with self.subTest(days=days):
                before = closings.get_overview({**options, "compare": "last_year"})["before"]
                self.assertEqual((before["date_from"], before["date_to"]), expected)
        overview = self._get(date_from="2024-02-01", date_to="2024-03-31", compare="last_year")
        rows = self._get_rows("2023-02-01", "2023-04-01")
        self.assertFigures(overview["before"]["figures"], self._count(rows))

    @users("user_sales_manager")
    def test_twelve_months_from_any_day(self):
        before = self._get(date_from="2023-11-21", date_to="2024-11-20")["before"]
        self.assertEqual((before["date_from"], before["date_to"]), ("2022-11-21", "2023-11-20"))

    @users("user_sales_manager")
    def test_wrong_options_are_answered_in_plain_words(self):
        for name, word in RECORDS.items():
            for value in ("x", ["x"], -1, 2**40, float("inf"), {"id": 1}):
                with self.subTest(name, value=value), self.assertRaisesRegex(UserError, word):
                    self._get(**{name: value})
        for name in ("amount_from", "amount_to"):
            for value in ("x", [1], {}, float("nan"), float("inf"), 10**400, 10**16):
                with self.subTest(name, value=value), self.assertRaisesRegex(UserError, "amount"):
                    self._get(**{name: value})
        with self.assertRaisesRegex(UserError, "higher than the highest"):
            self._get(amount_from=2, amount_to=1)
        for compare in ("x", None, 1, []):
            with self.subTest(compare=compare), self.assertRaisesRegex(UserError, "Compare with"):
                self._get(compare=compare)

    @users("user_sales_manager")
    def test_what_is_not_there_is_not_named(self):
        overview = self._get(tag_id=2**31 - 1)
        self.assertEqual(overview["filter_names"], {"tag_id": "Not found"})
        self.assertEqual(overview["figures"]["won"], 0)

    def test_an_own_page_stays_ones_own(self):
        """Nobody who sees own documents only sees a colleague's figures by an address."""
        user = mail_new_test_user(self.env, "close_own", "sales_team.group_sale_salesman")
        overview = (
            self.env["crm.lead.closing"]
            .with_user(user)
            .get_overview(
                {
                    "date_from": "2024-01-01",
                    "date_to": "2024-12-31",
                    "user_id": self.user_sales_leads.id,
                }
            )
        )
        self.assertFalse(any(overview["figures"][name] for name in ("won", "lost")))
