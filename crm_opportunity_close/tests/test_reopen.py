from datetime import date

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged, users
from odoo.tools.safe_eval import safe_eval

from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestReopen(TestCloseCommon):
    """Reopening, by whatever way, leaves a clean deal and one trace on its closing."""

    def _get_window(self, leads, **values):
        return self.env["crm.lead.reopen"].create({"lead_ids": leads.ids, **values})

    @users("user_sales_leads")
    def test_a_selection_of_won_lost_and_open_deals(self):
        deals = self.deals.with_env(self.env)
        left_alone = deals[0].copy()
        deals[0].action_set_lost(lost_reason_id=self.reason_price.id)
        deals[1].action_set_won(win_reason_id=self.reason_fit.id)
        stage = left_alone.stage_id
        window = self._get_window(deals + left_alone, note="New budget", is_mistake=True)
        self.assertEqual(window.lead_count, 2)
        self.assertEqual(window.skipped_message, f"{left_alone.name} – already open")
        self.assertFalse(window.stage_id, "each deal goes back to where it was closed from")
        window.action_reopen_apply()
        self.assertOpen(deals + left_alone)
        self.assertEqual(deals[0].stage_id, self.stage_team1_1)
        self.assertEqual(deals[1].stage_id, self.stage_team1_2)
        self.assertEqual(left_alone.stage_id, stage)
        self.assertFalse(left_alone.closing_ids)
        trace = {
            "is_current": False,
            "reopened_by_id": self.env.uid,
            "reopen_note": "New budget",
            "is_mistake": True,
        }
        self.assertClosings(deals[0], [{**trace, "reason_id": self.reason_price.id}])
        self.assertClosings(deals[1], [{**trace, "reason_id": self.reason_fit.id}])

    @users("user_sales_salesman")
    def test_the_window_of_one_deal(self):
        lead = self.deal_own.with_env(self.env)
        lead.action_set_won()
        with Form(self.env["crm.lead.reopen"].with_context(default_lead_ids=lead.ids)) as form:
            self.assertEqual(form.stage_id, self.stage_team1_1)
            form.stage_id = self.stage_team1_2
            form.date_deadline = date(2099, 1, 2)
        window = form.record
        window.action_reopen_apply()
        self.assertOpen(lead)
        self.assertRecordValues(
            lead, [{"stage_id": self.stage_team1_2.id, "date_deadline": date(2099, 1, 2)}]
        )
        self.assertClosings(lead, [{"is_mistake": False, "reopen_note": False}])

    @users("user_sales_leads")
    def test_the_stages_the_window_offers(self):
        team = self.env["crm.team"].sudo().create({"name": "Team 2"})
        foreign = self.stage_team1_2.sudo().copy({"team_ids": team.ids})
        deals = self.deals.with_env(self.env)
        deals.action_set_won()
        window = self._get_window(deals)
        domain = safe_eval(window._fields["stage_id"].domain, {"team_ids": window.team_ids.ids})
        offered = self.env["crm.stage"].search(domain)
        self.assertFalse(offered.filtered("is_won") + (offered & foreign))
        self.assertLessEqual(self.stage_team1_1 + self.stage_team1_2 + self.stage_gen_1, offered)
        window.stage_id = self.stage_gen_1
        window.action_reopen_apply()
        self.assertOpen(deals)
        self.assertEqual(deals.stage_id, self.stage_gen_1)

    @users("user_sales_salesman")
    def test_open_deals_have_nothing_to_reopen(self):
        window = self._get_window(self.deal_own)
        with self.assertRaisesRegex(UserError, "Own deal – already open"):
            window.action_reopen_apply()
        self.assertEqual(window.lead_count, 0)
        self.assertEqual(window.skipped_message, "Own deal – already open")
        arch = etree.fromstring(window.get_view(view_type="form")["arch"])
        for node in arch.xpath("//footer/button[@type='object'] | //group"):
            self.assertIn("not lead_count", node.get("invisible", ""))

    def test_reopen_is_not_offered_on_the_form_of_an_open_deal(self):
        action = self.env.ref("crm_opportunity_close.crm_lead_reopen_action")
        bindings = self.env["ir.actions.actions"].get_bindings("crm.lead")["action"]
        (binding,) = (each for each in bindings if each["id"] == action.id)
        self.assertEqual(binding["binding_view_types"], "list")
        arch = etree.fromstring(self.env["crm.lead"].get_view(view_type="form")["arch"])
        (button,) = arch.xpath(f"//header//button[@name='{action.id}']")
        self.assertEqual(button.get("invisible"), "won_status == 'pending'")

    @users("user_sales_salesman")
    def test_the_deal_of_somebody_else(self):
        self.deal_other.action_set_lost(lost_reason_id=self.reason_price.id)
        with self.assertRaises(AccessError):
            self.deal_other.with_env(self.env).action_reopen()
        self.assertClosed(self.deal_other, "lost", self.reason_price)

    @users("user_sales_salesman")
    def test_every_way_leaves_the_same_trace(self):
        lead = self.deal_own.with_env(self.env)
        ways = {
            "lost": {
                "reopen": lead.action_reopen,
                "restore": lead.action_restore,
                "unarchive": lead.action_unarchive,
                "write active": lambda: lead.write({"active": True}),
            },
            "won": {
                "reopen": lead.action_reopen,
                "drag": lambda: lead.write({"stage_id": self.stage_team1_1.id}),
            },
        }
        for outcome, named in ways.items():
            for way, reopen in named.items():
                with self.subTest(f"{outcome}: {way}"), self.env.cr.savepoint() as savepoint:
                    self._close(lead, outcome)
                    reopen()
                    self.assertOpen(lead)
                    self.assertEqual(lead.stage_id, self.stage_team1_1)
                    self.assertGreater(lead.probability, 0)
                    self.assertLess(lead.probability, 100)
                    self._check_trace(lead, outcome)
                    savepoint.rollback()

    def _close(self, lead, outcome):
        answers = {
            "closing_note": "<p>Well</p>",
            "competitor_id": self.competitor.id,
            "secondary_reason_ids": [(6, 0, self.reason_budget.ids)],
        }
        if outcome == "lost":
            lead.action_set_lost(lost_reason_id=self.reason_price.id, **answers)
        else:
            del answers["secondary_reason_ids"]
            lead.action_set_won(win_reason_id=self.reason_fit.id, **answers)
        self.assertClosed(lead, outcome)

    def _check_trace(self, lead, outcome):
        reason = self.reason_price if outcome == "lost" else self.reason_fit
        self.assertClosings(
            lead,
            [
                {
                    "outcome": outcome,
                    "reason_id": reason.id,
                    "note": "<p>Well</p>",
                    "competitor_id": self.competitor.id,
                    "is_current": False,
                    "is_mistake": False,
                    "reopened_by_id": self.env.uid,
                    "reopen_note": False,
                }
            ],
        )
        self.assertTrue(lead.closing_ids.reopened_date)

    @users("user_sales_salesman")
    def test_a_probability_typed_on_a_lost_deal(self):
        lead = self.deal_own.with_env(self.env)
        self._close(lead, "lost")
        lead.probability = 40
        self._check_trace(lead, "lost")
        self.assertRecordValues(
            lead,
            [
                {
                    "active": False,
                    "won_status": "pending",
                    "lost_reason_id": False,
                    "closing_note": False,
                    "competitor_id": False,
                    "date_closed": False,
                }
            ],
        )

    @users("user_sales_salesman")
    def test_closing_again_makes_a_new_row(self):
        lead = self.deal_own.with_env(self.env)
        self._close(lead, "lost")
        lead.action_reopen(note="They called again")
        lead.action_set_won()
        lead.action_reopen()
        lead.action_set_lost(lost_reason_id=self.reason_budget.id)
        self.assertClosed(lead, "lost", self.reason_budget)
        self.assertClosings(
            lead,
            [
                {"outcome": "lost", "reason_id": self.reason_price.id, "is_current": False},
                {"outcome": "won", "reason_id": False, "is_current": False},
                {"outcome": "lost", "reason_id": self.reason_budget.id, "is_current": True},
            ],
        )
        self.assertEqual((lead.closing_count, lead.reopen_count), (3, 2))

    @users("user_sales_manager")
    def test_the_stage_it_was_closed_from_is_gone(self):
        stage = self.stage_team1_1.copy({"name": "Doomed"})
        deals = self.deals.with_env(self.env)
        deals.stage_id = stage
        deals.action_set_won()
        stage.unlink()
        self.assertFalse(deals.closing_ids.stage_id)
        deals.action_reopen()
        self.assertOpen(deals)
        self.assertEqual(deals.stage_id, self.stage_team1_1)

    @users("user_sales_manager")
    def test_the_stage_it_was_closed_from_belongs_to_another_team(self):
        team = self.env["crm.team"].create({"name": "Team 2"})
        lead, other = self.deals.with_env(self.env)
        (lead + other).action_set_won()
        lead.team_id = team
        window = self._get_window(lead)
        self.assertEqual(window.stage_id, self.stage_gen_1)
        (lead + other).action_reopen()
        self.assertOpen(lead + other)
        self.assertEqual(lead.stage_id, self.stage_gen_1)
        self.assertEqual(other.stage_id, self.stage_team1_2)

    @users("user_sales_manager")
    def test_the_stage_it_was_closed_from_means_won_now(self):
        lead = self.deal_own.with_env(self.env)
        lead.action_set_won()
        self.stage_team1_1.is_won = True
        lead.action_reopen()
        self.assertOpen(lead)
        self.assertFalse(lead.stage_id.is_won)

    @users("user_sales_leads")
    def test_a_probability_set_by_hand_comes_back(self):
        deals = self.deals.with_env(self.env)
        deals[1].action_set_automated_probability()
        stages = {lead: lead.stage_id.id for lead in deals}

        def drag_back():
            for lead, stage in stages.items():
                lead.stage_id = stage

        ways = {
            "lost": (deals.action_reopen, deals.action_restore, deals.action_unarchive),
            "won": (deals.action_reopen, drag_back),
        }
        for outcome, named in ways.items():
            for way in named:
                with self.subTest(outcome, way=way.__name__):
                    if outcome == "lost":
                        deals.action_set_lost(lost_reason_id=self.reason_price.id)
                    else:
                        deals.action_set_won()
                    way()
                    self.assertOpen(deals)
                    self.assertEqual(deals[0].probability, 20)
                    self.assertEqual(deals.mapped("is_automated_probability"), [False, True])
