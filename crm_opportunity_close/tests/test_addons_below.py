from unittest.mock import patch

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.orm.model_classes import add_to_registry
from odoo.tests import tagged, users

from odoo.addons.crm.models.crm_lead import CrmLead

from .common import TestCloseCommon


class CrmLeadComputed(models.Model):
    """An add-on that finds the competitor by the name in a field of its own."""

    _name = "crm.lead"
    _inherit = ["crm.lead"]
    _module = None
    _register = False

    competitor_id = fields.Many2one(
        compute="_compute_competitor_id", store=True, readonly=False, precompute=False
    )

    @api.depends("referred")
    def _compute_competitor_id(self):
        for lead in self:
            found = self.env["crm.competitor"].search([("name", "=", lead.referred or "")])
            lead.competitor_id = found or lead.competitor_id


@tagged("post_install", "-at_install")
class TestAddonsBelow(TestCloseCommon):
    """An add-on between core and this one gives and computes values: none is dropped."""

    def _extend_lost(self, **values):
        """An add-on below adds values to core's action."""
        parent = CrmLead.action_set_lost

        def action_set_lost(leads, **additional_values):
            return parent(leads, **{**additional_values, **values})

        return patch.object(CrmLead, "action_set_lost", action_set_lost)

    @users("user_sales_leads")
    def test_values_added_to_a_loss(self):
        deals = self.deals.with_env(self.env)
        with self._extend_lost(referred="By the add-on", competitor_id=self.competitor.id):
            result = deals.action_set_lost(
                lost_reason_id=self.reason_price.id, closing_note="<p>Mine</p>"
            )
        self.assertIs(result, True)
        self.assertClosed(deals, "lost", self.reason_price)
        self.assertRecordValues(
            deals,
            [
                {
                    "referred": "By the add-on",
                    "competitor_id": self.competitor.id,
                    "closing_note": "<p>Mine</p>",
                    "closing_count": 1,
                }
            ]
            * 2,
        )

    @users("user_sales_leads")
    def test_values_of_other_fields_given_with_a_closing(self):
        deal = self.deal_own.with_env(self.env)
        deal.action_set_lost(lost_reason_id=self.reason_price.id, referred="Lost", color=3)
        self.assertRecordValues(deal, [{"referred": "Lost", "color": 3}])
        deal.action_set_won(referred="Won", color=4)
        self.assertRecordValues(deal, [{"referred": "Won", "color": 4, "won_status": "won"}])


@tagged("post_install", "-at_install")
class TestComputedAnswers(TestCloseCommon):
    """Another add-on computes an answer from a field of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        model = cls.registry["crm.lead"]
        cls.addClassCleanup(cls._set_up_model)
        cls.addClassCleanup(setattr, model, "_base_classes__", model._base_classes__)
        add_to_registry(cls.registry, CrmLeadComputed)
        cls._set_up_model()

    @classmethod
    def _set_up_model(cls):
        cls.env.flush_all()
        cls.registry._setup_models__(cls.env.cr, ["crm.lead"])
        cls.env.invalidate_all()

    @users("user_sales_leads")
    def test_it_reaches_the_row_and_the_chatter(self):
        deals = self.deals.with_env(self.env)
        deals.action_set_lost(lost_reason_id=self.reason_price.id)
        self.flush_tracking()
        before = deals.message_ids
        deals.referred = "Globex"
        self.flush_tracking()
        self.assertEqual(deals.competitor_id, self.competitor)
        self.assertClosed(deals, "lost", self.reason_price)
        news = (deals.message_ids - before).sudo()
        self.assertEqual(sorted(news.mapped("res_id")), sorted(deals.ids))
        self.assertEqual(news.tracking_value_ids.field_id.name, "competitor_id")

    @users("user_sales_leads")
    def test_it_answers_the_closing_it_is_computed_with(self):
        self.reason_price.sudo().competitor_required = True
        deals = self.deals.with_env(self.env)
        lost = {"active": False, "probability": 0, "lost_reason_id": self.reason_price.id}
        with (
            self.assertRaisesRegex(ValidationError, "asks for the competitor"),
            self.cr.savepoint(),
        ):
            deals.write({**lost, "referred": "Nobody"})
        deals.write({**lost, "referred": "Globex"})
        self.assertEqual(deals.closing_id.competitor_id, self.competitor)
        self.assertClosed(deals, "lost", self.reason_price)

    @users("user_sales_leads")
    def test_it_is_compared_with_the_rules(self):
        self.reason_price.sudo().competitor_required = True
        deal = self.deal_own.with_env(self.env)
        deal.action_set_lost(lost_reason_id=self.reason_price.id, competitor_id=self.competitor.id)
        row = deal.closing_id
        deal.referred = "Nobody"
        self.assertEqual(row.competitor_id, self.competitor)
        self.assertClosed(deal, "lost", self.reason_price)

    @users("user_sales_leads")
    def test_the_stage_given_with_a_loss(self):
        deals = self.deals.with_env(self.env)
        reason = {"lost_reason_id": self.reason_price.id}
        with self.assertRaisesRegex(ValidationError, self.stage_gen_won.name):
            deals.action_set_lost(stage_id=self.stage_gen_won.id, **reason)
        with self.assertRaisesRegex(ValidationError, "There is no stage"):
            deals.action_set_lost(stage_id=2**31 - 1, **reason)
        self.assertOpen(deals)
        deals.action_set_lost(stage_id=self.stage_gen_1.id, **reason)
        self.assertClosed(deals, "lost", self.reason_price)
        self.assertEqual(deals.stage_id, self.stage_gen_1)
        self.assertEqual(deals.closing_ids.stage_id, self.stage_gen_1)
