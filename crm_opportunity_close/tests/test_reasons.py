from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestReasons(TestCloseCommon):
    """Reasons are ordered, unique, kept while used, and offered only where they fit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_far = cls.env["res.company"].create({"name": "Far company"})
        cls.team_far = cls.env["crm.team"].create({"name": "Far team"})

    # ------------------------------------------------------------
    # Order
    # ------------------------------------------------------------

    @users("user_sales_manager")
    def test_order(self):
        reasons = (self.reason_budget + self.reason_price).with_env(self.env)
        domain = [("id", "in", (reasons + self.reason_fit).ids)]
        find = self.env["crm.lost.reason"].search
        self.assertEqual(find(domain), reasons[1] + reasons[0] + self.reason_fit)
        reasons[1].sequence = 20
        self.env.flush_all()
        self.assertEqual(find(domain), reasons + self.reason_fit)
        wizard = self.env["crm.lead.lost"].create({"lead_ids": self.deal_own.ids})
        offered = find(wizard.reason_domain)
        self.assertEqual(offered.filtered(lambda reason: reason in reasons), reasons)

    # ------------------------------------------------------------
    # Deleting and changing
    # ------------------------------------------------------------

    @users("user_sales_manager")
    def test_delete_counts_every_closing(self):
        """Also of others, of the past, and those for which it is a further reason."""
        price, budget = (self.reason_price + self.reason_budget).with_env(self.env)
        fit, free = self.reason_fit.with_env(self.env), price.create({"name": "Free"})
        own, other = self.deals.with_env(self.env)
        own.action_set_lost(lost_reason_id=price.id, secondary_reason_ids=[Command.set(budget.ids)])
        own.action_reopen()
        own.action_set_lost(lost_reason_id=price.id)
        other.action_set_lost(lost_reason_id=price.id)
        other.action_set_won(win_reason_id=fit.id)
        message = (
            r"(?s)in use and cannot be deleted:.*“Beaten on price”: 3 closings\n"
            r".*“Budget was cut”: 1 closing\n.*“The only one that fits”: 1 closing\n.*"
            r"Archive them to stop offering them.*merge them"
        )
        with self.assertRaisesRegex(UserError, message) as caught, self.cr.savepoint():
            (price + budget + fit + free).unlink()
        self.assertNotIn("Free", str(caught.exception))
        self.assertTrue((price + budget + fit + free).exists())
        free.unlink()
        self.assertFalse(free.exists())
        price.action_archive()
        self.assertClosed(own, "lost", price)

    @users("user_sales_manager")
    def test_the_unspecified_reasons_are_protected(self):
        won = self.env.ref("crm_opportunity_close.win_reason_unspecified")
        for reason in (self.unspecified.with_env(self.env), won):
            with (
                self.assertRaisesRegex(
                    UserError, "“Unspecified” cannot be deleted: closings nobody"
                ),
                self.cr.savepoint(),
            ):
                reason.unlink()
            other = "lost" if reason.outcome == "won" else "won"
            for vals in (
                {"active": False},
                {"outcome": other},
                {"loss_type": "other"},
                {"company_id": self.env.company.id},
                {"team_ids": [Command.set(self.sales_team_1.ids)]},
            ):
                with (
                    self.subTest(reason=reason.outcome, vals=vals),
                    self.assertRaisesRegex(
                        ValidationError, "holds the closings nobody|already “Unspecified”"
                    ),
                    self.cr.savepoint(),
                ):
                    reason.write(vals)
            reason.write({"name": f"Not said ({reason.outcome})", "sequence": 3})

    @users("user_sales_manager")
    def test_a_used_reason_keeps_its_outcome(self):
        """Also where only an ended closing, or a further reason, uses it."""
        price, budget = (self.reason_price + self.reason_budget).with_env(self.env)
        late, free = price.create([{"name": "Too late"}, {"name": "Free"}])
        own, other = self.deals.with_env(self.env)
        own.action_set_lost(lost_reason_id=price.id, secondary_reason_ids=budget.ids)
        other.action_set_lost(lost_reason_id=late.id)
        other.action_reopen()
        message = (
            "(?s)used by closings, so they cannot change between lost and won.*"
            "– Beaten on price\n– Budget was cut\n– Too late$"
        )
        with self.assertRaisesRegex(ValidationError, message), self.cr.savepoint():
            (price + budget + late + free).outcome = "won"
        (price + budget + late).outcome = "lost"
        free.outcome = "won"
        self.assertEqual(free.outcome, "won")

    @users("user_sales_manager")
    def test_changes_are_in_the_chatter(self):
        reason = self.reason_price.with_env(self.env)
        self.flush_tracking()
        changes = {
            "name": "Beaten",
            "loss_type": "other",
            "note_required": True,
            "competitor_required": True,
            "followup_days": 30,
            "company_id": self.env.company.id,
            "team_ids": [Command.set(self.sales_team_1.ids)],
            "outcome": "won",
            "active": False,
        }
        reason.write(changes)
        self.flush_tracking()
        tracked = reason.message_ids.sudo().tracking_value_ids.field_id.mapped("name")
        self.assertEqual(sorted(tracked), sorted(changes))

    @users("user_sales_manager")
    def test_follow_up_is_not_in_the_past(self):
        with (
            self.assertRaisesRegex(CheckViolation, "followup_days_possible"),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.reason_price.with_env(self.env).followup_days = -1
            self.env.flush_all()

    @users("user_sales_salesman", "user_sales_leads")
    def test_salespeople_only_read(self):
        reason = self.reason_price.with_env(self.env)
        self.assertEqual(reason.name, "Beaten on price")
        for change in (
            lambda: reason.create({"name": "Mine"}),
            lambda: reason.write({"sequence": 99}),
            lambda: reason.action_archive(),
            lambda: reason.unlink(),
            lambda: reason.name_create("Mine"),
        ):
            with (
                self.assertRaisesRegex(AccessError, r"'Lost Reason|crm.lost.reason"),
                self.cr.savepoint(),
            ):
                change()

    # ------------------------------------------------------------
    # Where a reason fits
    # ------------------------------------------------------------

    @users("user_sales_leads")
    def test_only_fitting_reasons_close_a_deal(self):
        reason = self.reason_price.with_env(self.env)
        deals = self.deals.with_env(self.env)
        unfit = "– {}: the reason is not meant for this outcome, company or team"
        deals[1].sudo().team_id = self.team_far
        for vals, blocked in (
            ({"outcome": "won"}, deals),
            ({"company_id": self.company_far.id}, deals),
            ({"team_ids": [Command.set(self.team_far.ids)]}, deals[0]),
            ({"team_ids": [Command.set(self.sales_team_1.ids)]}, deals[1]),
        ):
            with self.subTest(vals), self.cr.savepoint() as savepoint:
                reason.sudo().write(vals)
                for deal in deals:
                    wizard = self.env["crm.lead.lost"].create({"lead_ids": deal.ids})
                    offered = reason in reason.sudo().search(wizard.reason_domain)
                    self.assertEqual(offered, deal not in blocked)
                with (
                    self.assertRaisesRegex(
                        ValidationError, unfit.format(blocked[0].name)
                    ) as caught,
                    self.cr.savepoint(),
                ):
                    deals.action_set_lost(lost_reason_id=reason.id)
                for deal in deals - blocked:
                    self.assertNotIn(deal.name, str(caught.exception))
                self.env.flush_all()
                savepoint.rollback()
                self.env.invalidate_all()
        deals.action_set_lost(lost_reason_id=reason.id)
        self.assertClosed(deals, "lost", self.reason_price)

    @users("user_sales_salesman")
    def test_what_a_reason_asks_for(self):
        self.reason_price.write({"note_required": True, "competitor_required": True})
        deal = self.deal_own.with_env(self.env)
        answers = {"lost_reason_id": self.reason_price.id}
        with (
            self.assertRaisesRegex(
                ValidationError, "closing note, the reason asks for the competitor"
            ),
            self.cr.savepoint(),
        ):
            deal.action_set_lost(**answers)
        answers["competitor_id"] = self.competitor.id
        for note in ("<p><br></p>", "<script>x()</script>", "   "):
            with (
                self.subTest(note),
                self.assertRaisesRegex(ValidationError, "asks for a closing note"),
                self.cr.savepoint(),
            ):
                deal.action_set_lost(**answers, closing_note=note)
        deal.action_set_lost(**answers, closing_note="<p>Too late</p>")
        self.assertClosed(deal, "lost", self.reason_price)

    def test_what_a_reason_asks_of_code(self):
        self.reason_price.note_required = True
        self.deals.action_set_lost(lost_reason_id=self.reason_price.id)
        self.assertClosed(self.deals, "lost", self.reason_price)
        self.assertEqual(self.deals.closing_id.mapped("is_complete"), [False, False])
        self.deal_own.with_user(self.user_sales_salesman).closing_note = "<p>Because</p>"
        self.assertEqual(self.deals.mapped("closing_id.is_complete"), [True, False])
