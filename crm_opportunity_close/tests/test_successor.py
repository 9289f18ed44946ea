from ast import literal_eval

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged, users

from .common import TestCloseCommon
from .queries import QueryCase


@tagged("post_install", "-at_install")
class TestSuccessor(TestCloseCommon):
    """A new opportunity continues a lost one, whose loss stays a loss."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create({"name": "Initech", "is_company": True})
        cls.deals.write(
            {
                "partner_id": cls.customer.id,
                "tag_ids": cls.env["crm.tag"].create({"name": "Chairs"}).ids,
                "source_id": cls.env["utm.source"].create({"name": "A fair"}).id,
            }
        )
        cls.deals.action_set_lost(
            lost_reason_id=cls.reason_price.id,
            competitor_id=cls.competitor.id,
            closing_note="<p>Half of our offer</p>",
            followup_date=fields.Date.today(),
        )

    def _read_row(self, closing):
        self.env.flush_all()
        self.env.cr.execute("SELECT * FROM crm_lead_closing WHERE id = %s", [closing.id])
        return self.env.cr.dictfetchone()

    def _continue(self, lead):
        lead = lead.with_env(self.env)
        action = lead.action_new_opportunity()
        return self.env["crm.lead"].browse(action["res_id"])

    @users("user_sales_salesman")
    def test_what_goes_along(self):
        lead = self.deal_own.with_env(self.env)
        before = self._read_row(lead.closing_id)
        new = self._continue(lead)
        self.assertOpen(new)
        self.assertRecordValues(
            new,
            [
                {
                    "name": "Own deal",
                    "type": "opportunity",
                    "partner_id": self.customer.id,
                    "team_id": self.sales_team_1.id,
                    "user_id": self.user_sales_salesman.id,
                    "tag_ids": self.deal_own.tag_ids.ids,
                    "source_id": self.deal_own.source_id.id,
                    "expected_revenue": 100,
                    "stage_id": self.stage_team1_1.id,
                    "date_deadline": False,
                    "closing_count": 0,
                    "origin_lead_id": lead.id,
                }
            ],
        )
        self.assertClosed(lead, "lost", self.reason_price)
        self.assertEqual(self._read_row(lead.closing_id), before)
        self.assertEqual(lead.successor_ids, new)
        self.assertFalse(lead.activity_ids, "nobody is reminded of it any more")
        self.assertFalse(lead.followup_date)

    @users("user_sales_salesman")
    def test_what_was_learnt_is_told(self):
        new = self._continue(self.deal_own)
        told = " ".join(new.message_ids.mapped("body"))
        for text in (
            "Beaten on price",
            "Globex",
            "Half of our offer",
            f'data-oe-id="{self.deal_own.id}"',
        ):
            self.assertIn(text, told)
        told = " ".join(self.deal_own.with_env(self.env).message_ids.mapped("body"))
        self.assertIn(f'data-oe-id="{new.id}"', told)

    @users("user_sales_manager")
    def test_only_what_is_lost_is_continued(self):
        self.deal_other.action_reopen()
        with self.assertRaisesRegex(ValidationError, "not lost:\nOther deal"):
            self.deals.with_env(self.env).action_new_opportunity()
        self.assertFalse(self.deal_own.successor_ids)
        with self.assertRaises(ValidationError):
            self.env["crm.lead"].action_new_opportunity()

    @users("user_sales_manager")
    def test_several_at_once(self):
        leads = self.deals.with_env(self.env)
        action = leads.action_new_opportunity()
        new = self.env["crm.lead"].search(action["domain"], order="id")
        self.assertEqual(new.mapped("name"), ["Own deal", "Other deal"])
        self.assertEqual(new.mapped("origin_lead_id"), leads)
        self.assertEqual(self.env["crm.lead"].search([("origin_lead_id", "in", leads.ids)]), new)
        every = self.env["crm.lead"].with_context(active_test=False)
        self.assertEqual(every.search([("successor_ids", "in", new.ids)]), leads)
        ours = [("id", "in", (leads + new).ids)]
        self.assertEqual(every.search([*ours, ("successor_ids", "=", False)]), new)
        self.assertEqual(every.search([*ours, ("origin_lead_id", "!=", False)]), new)

    @users("user_sales_manager")
    def test_the_banner_and_the_duplicates_know_it(self):
        lead = self.deal_own.with_env(self.env)
        new = self._continue(lead)
        self.deal_other.sudo().unlink()
        self.assertRegex(
            new.lost_before_message, r"^Continues “Own deal”, lost on .*: Beaten on price, Globex$"
        )
        self.assertEqual(new.lost_before_id, lead.closing_id)
        self.assertEqual(new.duplicate_lead_count, 0)
        self.assertEqual(lead.duplicate_lead_count, 0)
        new.name = "Second try"
        third = self.env["crm.lead"].create({"name": "Third", "partner_id": self.customer.id})
        self.assertRegex(
            third.lost_before_message, "^“Own deal” was lost on .* and continued in “Second try”:"
        )
        self.assertEqual(third.duplicate_lead_count, 2, "it belongs to neither of them")
        new.action_set_lost(lost_reason_id=self.reason_budget.id)
        again = self._continue(new)
        self.assertRegex(
            again.lost_before_message, "^Continues “Second try”, lost on .*Budget was cut$"
        )
        self.assertEqual(again.duplicate_lead_count, 1, "the third is another matter")

    @users("user_sales_salesman")
    def test_a_lead_that_may_not_be_read_is_not_named(self):
        new = self._continue(self.deal_own)
        self.deal_own.user_id = self.user_sales_leads
        self.deal_own.sudo().name = "Zimtstern"
        self.env.invalidate_all()
        self.assertFalse(new.origin_lead_id)
        self.assertEqual(
            new.lost_before_message, "Continues a lost opportunity that you may not read"
        )
        self.assertFalse(self.env["crm.lead"].search([("origin_lead_id.name", "=", "Zimtstern")]))
        told = " ".join(new.message_ids.mapped("body"))
        self.assertNotIn("Own deal", told)
        with self.assertRaises(AccessError):
            new.read(["origin_closing_id"])
        with self.assertRaises(AccessError):
            new.write({"origin_closing_id": self.deal_own.closing_id.id})

    @users("user_sales_salesman")
    def test_a_successor_that_may_not_be_read_is_not_shown(self):
        lead = self.deal_own.with_env(self.env)
        new = self._continue(lead)
        new.sudo().user_id = self.user_sales_leads
        self.env.invalidate_all()
        self.assertFalse(lead.successor_ids)
        self.assertEqual(lead.successor_count, 0)

    @users("user_sales_manager")
    def test_a_copy_continues_nothing(self):
        new = self._continue(self.deal_own)
        self.assertFalse(new.copy().origin_lead_id)
        self.assertFalse(self.deal_own.with_env(self.env).copy().successor_ids)

    @users("user_sales_manager")
    def test_the_loss_may_be_deleted(self):
        new = self._continue(self.deal_own)
        self.deal_own.with_env(self.env).unlink()
        self.assertFalse(new.origin_lead_id)
        self.assertTrue(new.exists())

    @users("user_sales_manager")
    def test_merging_keeps_the_link(self):
        leads = self.deals.with_env(self.env)
        new = self._continue(self.deal_own)
        survivor = leads._merge_opportunity()  # both are lost: one of them stays
        self.assertEqual(new.origin_lead_id, survivor)
        self.assertEqual(survivor.successor_ids, new)
        other = self.env["crm.lead"].create(
            {"name": "Likewise", "type": "opportunity", "probability": 99}
        )
        merged = (new + other)._merge_opportunity()
        self.assertFalse((new + other - merged).exists())
        self.assertEqual(merged.origin_lead_id, survivor)

    @users("user_sales_manager")
    def test_merged_with_its_loss_it_continues_nothing(self):
        new = self._continue(self.deal_own)
        merged = (new + self.deal_own.with_env(self.env))._merge_opportunity()
        self.assertFalse(merged.sudo().origin_closing_id)
        self.assertFalse(merged.successor_ids)

    @users("user_sales_manager")
    def test_won_anew(self):
        new = self._continue(self.deal_own)
        new.action_set_won()
        self.assertRecordValues(new.closing_id, [{"won_anew_count": 1, "recovered_count": 0}])
        other = self._continue(self.deal_other)
        other.action_set_lost(lost_reason_id=self.reason_budget.id)
        self.assertEqual(other.closing_id.won_anew_count, 0)
        self.assertEqual(self.deal_own.closing_id.won_anew_count, 0)
        third = self._continue(other)
        self.deal_other.action_reopen(is_mistake=True)
        other.action_reopen(is_mistake=True)
        third.action_set_won()
        self.assertEqual(third.closing_id.won_anew_count, 0, "what was a mistake was no loss")

    @users("user_sales_manager")
    def test_it_leaves_win_back(self):
        action = self.env.ref("crm_opportunity_close.crm_lead_action_win_back").sudo()
        domain = literal_eval(action.domain)
        leads = self.env["crm.lead"]
        self.assertLessEqual(self.deals, leads.search(domain))
        self._continue(self.deal_own)
        self.assertNotIn(self.deal_own, leads.search(domain))
        self.assertIn(self.deal_other, leads.search(domain))


@tagged("post_install", "-at_install")
class TestSuccessorQueries(QueryCase):
    @users("user_sales_manager")
    def test_many_cost_what_copies_cost(self):
        def copy(leads):
            leads.create(leads.copy_data())

        self._get_growth(copy, self._lose)  # what is read once for all is read by now
        copies = self._get_growth(copy, self._lose)
        growth = self._get_growth(lambda leads: leads.action_new_opportunity(), self._lose)
        self.assertLessEqual(growth, copies)
