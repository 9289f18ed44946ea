from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.modules import module
from odoo.tests import tagged, users

from ..models.crm_lead_closing_rules import ADDON, guard_refuses, guard_stands_aside
from .common import TestCloseCommon

ASKED = {f"test_{ADDON}": True}
# What a client or a careless add-on might put into the context.
UNHEARD = (
    {},
    {f"test_{ADDON}": False},
    {"install_mode": True},
    {"test_enable": True},
    {"tracking_disable": True},
    {"closing_winning": []},
)


def _test_of(path):
    """:return: a test whose class lives in the module of this path"""
    return type("SomeTest", (), {"__module__": path})()


def _running(test):
    return patch.object(module, "current_test", test)


@tagged("post_install", "-at_install")
class TestGuard(TestCloseCommon):
    """Whom the guard of closings refuses, and when it stands aside."""

    def test_it_stands_aside_in_the_tests_of_others(self):
        for path in (
            "odoo.addons.crm.tests.test_crm_lead",
            "odoo.addons.sale_crm.tests.common",
            "odoo.addons.an_addon_nobody_knows.tests.test_it",
        ):
            with self.subTest(path), _running(_test_of(path)):
                self.assertTrue(guard_stands_aside(self.env))
                asked = self.env(context=ASKED)
                self.assertFalse(guard_stands_aside(asked))

    def test_it_stays_in_the_tests_of_this_family(self):
        for addon in (ADDON, f"{ADDON}_sale"):
            with self.subTest(addon), _running(_test_of(f"odoo.addons.{addon}.tests.test_it")):
                self.assertFalse(guard_stands_aside(self.env))

    def test_outside_tests_nothing_switches_it_off(self):
        person = self.env(user=self.user_sales_salesman)
        # While suites are loaded Odoo sets True; scripts run tests of no add-on.
        for test in (None, False, True, _test_of("scripts.check"), _test_of("odoo.tests.common")):
            for context in (*UNHEARD, ASKED):
                with self.subTest(test=test, context=context), _running(test):
                    self.assertFalse(guard_stands_aside(person(context=context)))
                    self.assertTrue(guard_refuses(person(context=context)))

    def test_it_refuses_people_not_code(self):
        self.assertFalse(guard_refuses(self.env))
        for user in (self.user_sales_salesman, self.user_sales_manager, self.user_admin):
            env = self.env(user=user)
            self.assertTrue(guard_refuses(env))
            self.assertFalse(guard_refuses(env(su=True)))

    @users("user_sales_salesman")
    def test_a_closing_while_it_stands_aside(self):
        """It is recorded as it came, and waits to be completed."""
        deal = self.deal_own.with_env(self.env)
        with _running(_test_of("odoo.addons.crm.tests.test_crm_lead")):
            with self.assertRaisesRegex(ValidationError, "Own deal: the reason is missing"):
                deal.with_context(**ASKED).action_set_lost()
            deal.action_set_lost()
        self.assertClosed(deal, "lost", self.env["crm.lost.reason"])
        self.assertFalse(deal.closing_id.is_complete)

    @users("user_sales_salesman")
    def test_a_closing_outside_tests(self):
        deal = self.deal_own.with_env(self.env)
        for context in UNHEARD:
            with (
                self.subTest(context),
                _running(None),
                self.assertRaisesRegex(ValidationError, "Own deal: the reason is missing"),
            ):
                deal.with_context(**context).action_set_lost()
        self.assertOpen(deal)

    @users("user_sales_leads")
    def test_one_error_says_all(self):
        """It names every blocked lead and all that each lacks, and no other one."""
        self.stage_team1_1.sudo().allow_lost = False
        self.reason_price.sudo().write({"note_required": True, "competitor_required": True})
        good = self.deal_own.sudo().copy({"name": "Good lead", "type": "lead"})
        good.sudo().stage_id = self.stage_gen_1
        deals = (self.deals + good).with_env(self.env)
        with self.assertRaises(ValidationError) as caught, self.cr.savepoint():
            deals.action_set_lost()
        self.assertRegex(
            str(caught.exception),
            r"These cannot be marked as lost yet:\n"
            r"– Own deal: cannot be lost from stage New, the reason is missing\n"
            r"– Other deal: the reason is missing\n\n"
            r"Move them first to one of these stages: (?!.*Won).*Proposition.*\.\n\n"
            r"Give what is missing together with the closing\.",
        )
        self.assertNotIn("Good lead", str(caught.exception))
        with self.assertRaises(ValidationError) as caught, self.cr.savepoint():
            deals.action_set_lost(lost_reason_id=self.reason_price.id)
        self.assertIn(
            "– Other deal: the reason asks for a closing note, the reason asks for the compet",
            str(caught.exception),
        )
        self.env.invalidate_all()
        self.assertEqual(deals.mapped("won_status"), ["pending"] * 3)

    @users("user_sales_salesman")
    def test_corrections_are_guarded_too(self):
        deal = self.deal_own.with_env(self.env)
        deal.action_set_lost(lost_reason_id=self.reason_budget.id, closing_note="<p>Why</p>")
        self.reason_price.sudo().note_required = True
        for vals, lack in (
            ({"lost_reason_id": False}, "the reason is missing"),
            ({"lost_reason_id": self.unspecified.id}, "the reason is missing"),
            ({"lost_reason_id": self.reason_fit.id}, "not meant for this outcome"),
            (
                {"lost_reason_id": self.reason_price.id, "closing_note": "<p><br></p>"},
                "asks for a closing note",
            ),
        ):
            with (
                self.subTest(vals),
                self.assertRaisesRegex(ValidationError, f"Own deal: .*{lack}"),
                self.cr.savepoint(),
            ):
                deal.write(vals)
        self.env.invalidate_all()
        self.assertClosed(deal, "lost", self.reason_budget)
        self.assertEqual(deal.closing_note, "<p>Why</p>")

    @users("user_sales_leads")
    def test_an_error_says_what_to_do_there(self):
        self.reason_price.sudo().note_required = True
        deal = self.deal_own.with_env(self.env)
        deal.action_set_lost(lost_reason_id=self.reason_budget.id)
        self.stage_team1_2.sudo().allow_won = False
        other = self.deal_other.with_env(self.env)
        missing = {"lost_reason_id": self.reason_price.id}
        file = self.env["crm.lead"].with_context(import_file=True)
        names = ["name", "type", "active", "probability", "lost_reason_id/.id"]
        row = ["From a file", "opportunity", "False", "0", ""]
        for act, here, not_here in (
            (lambda: deal.write(missing), "are closed.*together with this change", "the closing"),
            (lambda: other.action_set_won(), "won from stage .*Move them first", "Won on"),
            (
                lambda: other.action_set_lost(**missing),
                "cannot be marked as lost yet.*together with the closing",
                "this change",
            ),
            (
                lambda: file.create(dict(zip(names[:4], [*row[:2], False, 0], strict=True))),
                "in these columns: Lost Reason, Closing Note, Competitor",
                "the closing",
            ),
            (
                lambda: file.create({"name": "Open", "lost_reason_id": self.reason_budget.id}),
                "leave these columns empty",
                "answer there",
            ),
        ):
            with (
                self.subTest(here),
                self.assertRaisesRegex(ValidationError, f"(?s){here}") as caught,
                self.cr.savepoint(),
            ):
                act()
            self.assertNotIn(not_here, str(caught.exception))
        message = file.load(names, [row])["messages"][0]["message"]
        self.assertIn("From a file: the reason is missing", message)
