from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged, users

from odoo.addons.crm.models.crm_lead import CrmLead

from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestNestedWrites(TestCloseCommon):
    """An add-on between core and this one writes on the leads after its own ``super()``."""

    @contextmanager
    def _with_addon_below(self, after_write):
        """An add-on whose ``write`` does something of its own, once.

        :param function after_write: takes the leads and the values just written
        """
        parent = CrmLead.write
        done = []

        def write(leads, vals):
            given = dict(vals)
            result = parent(leads, vals)
            if not done:
                done.append(True)
                after_write(leads, given)
            return result

        with patch.object(CrmLead, "write", write):
            yield

    @users("user_sales_leads")
    def test_it_moves_the_leads_to_another_won_stage(self):
        deals = self.deals.with_env(self.env)
        with self._with_addon_below(
            lambda leads, vals: leads.write({"stage_id": self.stage_gen_won.id})
        ):
            deals.write({"stage_id": self.stage_team1_won.id, "closing_note": "<p>Good</p>"})
        self.assertClosed(deals, "won")
        self.assertEqual(deals.stage_id, self.stage_gen_won)
        for deal, stage in zip(deals, self.stage_team1_1 + self.stage_team1_2, strict=True):
            self.assertClosings(
                deal, [{"outcome": "won", "stage_id": stage.id, "is_current": True}]
            )

    @users("user_sales_leads")
    def test_it_does_not_lead_past_the_rules_of_a_stage(self):
        self.stage_team1_1.sudo().allow_won = False
        deals = self.deals.with_env(self.env)
        with (
            self._with_addon_below(
                lambda leads, vals: leads.write({"stage_id": self.stage_gen_won.id})
            ),
            self.assertRaisesRegex(ValidationError, "– Own deal: cannot be won from stage New"),
            self.cr.savepoint(),
        ):
            deals.write({"stage_id": self.stage_team1_won.id})
        self.env.invalidate_all()
        self.assertOpen(deals)

    @users("user_sales_leads")
    def test_it_writes_the_probability(self):
        """A lead that was archived is lost by it."""
        deals = self.deals.with_env(self.env)
        with (
            self._with_addon_below(lambda leads, vals: leads.write({"probability": 0})),
            self.assertRaisesRegex(ValidationError, "– Own deal: the reason is missing"),
            self.cr.savepoint(),
        ):
            deals.write({"active": False})
        self.env.invalidate_all()
        self.assertOpen(deals)
        with self._with_addon_below(
            lambda leads, vals: leads.write(
                {"probability": 0, "lost_reason_id": self.reason_price.id}
            )
        ):
            deals.write({"active": False})
        self.assertClosed(deals, "lost", self.reason_price)
        self.assertEqual(deals.mapped("closing_count"), [1, 1])

    @users("user_sales_leads")
    def test_it_gives_the_reason(self):
        deals = self.deals.with_env(self.env)

        def give_reason(leads, vals):
            leads.write({"lost_reason_id": self.reason_budget.id})

        with self._with_addon_below(give_reason):
            deals.write({"active": False, "probability": 0, "closing_note": "<p>Cut</p>"})
        self.assertClosed(deals, "lost", self.reason_budget)
        self.assertEqual(deals.mapped("closing_note"), ["<p>Cut</p>"] * 2)
        self.assertEqual(deals.mapped("closing_count"), [1, 1])

    @users("user_sales_leads")
    def test_it_gives_the_reason_of_a_lost_lead_that_is_won(self):
        deals = self.deals.with_env(self.env)
        deals.action_set_lost(lost_reason_id=self.reason_price.id, closing_note="<p>no</p>")

        def give_reason(leads, vals):
            leads.write({"win_reason_id": self.reason_fit.id})

        with self._with_addon_below(give_reason):
            deals.write({"stage_id": self.stage_team1_won.id, "closing_note": "<p>yes</p>"})
        self.assertClosed(deals, "won", self.reason_fit)
        self.assertEqual(deals.mapped("closing_note"), ["<p>yes</p>"] * 2)
        self.assertEqual(deals.mapped("closing_count"), [2, 2])

    def test_a_lead_changed_by_sql_is_recorded_with_its_next_write(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET active = FALSE, probability = 0, won_status = 'lost',"
            " lost_reason_id = %s WHERE id = %s",
            [self.reason_price.id, self.deal_own.id],
        )
        self.env.invalidate_all()
        self.deal_own.write({"probability": 0})
        self.assertClosed(self.deal_own, "lost", self.reason_price)
