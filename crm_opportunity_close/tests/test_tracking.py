from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.tests import tagged, users

from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestTracking(TestCloseCommon):
    """The chatter tells a closing as core does, and a correction as a note."""

    def _get_news(self, lead, act):
        """The messages that an act leaves on a deal.

        :param callable act: what is done, as in one transaction
        :return: the messages, oldest first
        """
        self.flush_tracking()
        before = lead.message_ids
        act()
        self.flush_tracking()
        return (lead.message_ids - before).sorted("id")

    def _get_tracked(self, messages):
        return set(messages.sudo().tracking_value_ids.field_id.mapped("name"))

    def _lose(self, lead, **answers):
        lead.action_set_lost(lost_reason_id=self.reason_price.id, **answers)
        self.flush_tracking()

    # ------------------------------------------------------------
    # Closing
    # ------------------------------------------------------------

    @users("user_sales_salesman")
    def test_a_loss_is_told_as_by_core(self):
        lead = self.deal_own.with_env(self.env)
        message = self._get_news(lead, lambda: self._lose(lead))
        self.assertEqual(len(message), 1)
        self.assertEqual(message.subtype_id, self.env.ref("crm.mt_lead_lost"))
        self.assertEqual(message.author_id, self.env.user.partner_id)
        self.assertEqual(self._get_tracked(message), {"active", "won_status", "lost_reason_id"})

    @users("user_sales_leads")
    def test_each_loss_of_a_set_is_told_once(self):
        deals = self.deals.with_env(self.env)
        deals[0].action_set_won()
        deals[0].action_reopen()
        self.flush_tracking()
        before = deals.message_ids
        self._lose(deals)
        news = deals.message_ids - before
        self.assertEqual(sorted(news.mapped("res_id")), sorted(deals.ids))
        self.assertEqual(news.subtype_id, self.env.ref("crm.mt_lead_lost"))

    @users("user_sales_salesman")
    def test_a_win_is_told_as_by_core(self):
        lead = self.deal_own.with_env(self.env)
        message = self._get_news(lead, lead.action_set_won)
        self.assertEqual(len(message), 1)
        self.assertEqual(message.subtype_id, self.env.ref("crm.mt_lead_won"))
        self.assertEqual(self._get_tracked(message), {"stage_id", "won_status"})

    @users("user_sales_salesman")
    def test_a_reopening_is_told_as_by_core(self):
        lead = self.deal_own.with_env(self.env)
        self._lose(lead)
        message = self._get_news(lead, lead.action_restore)
        self.assertEqual(len(message), 1)
        self.assertEqual(message.subtype_id, self.env.ref("crm.mt_lead_restored"))
        self.assertEqual(self._get_tracked(message), {"active", "won_status", "lost_reason_id"})

    # ------------------------------------------------------------
    # Correcting
    # ------------------------------------------------------------

    @users("user_sales_leads")
    def test_corrections_are_notes_with_who_made_them(self):
        deals = self.deals.with_env(self.env)
        self._lose(deals[0])
        deals[1].action_set_won(win_reason_id=self.reason_fit.id)
        self.flush_tracking()
        date = deals[0].create_date.replace(microsecond=0)
        cases = [
            (deals[0], {"lost_reason_id": self.reason_budget.id}),
            (deals[0], {"competitor_id": self.competitor.id}),
            (deals[0], {"secondary_reason_ids": [(6, 0, self.reason_price.ids)]}),
            (deals[0], {"date_closed": date}),
            (deals[1], {"win_reason_id": self.reason_fit.copy({"name": "Service"}).id}),
            (deals[1], {"closed_revenue": 1950}),
        ]
        for lead, vals in cases:
            with self.subTest(vals):
                message = self._get_news(lead, lambda lead=lead, vals=vals: lead.write(vals))
                self.assertEqual(len(message), 1)
                self.assertEqual(message.subtype_id, self.env.ref("mail.mt_note"))
                self.assertEqual(message.author_id, self.user_sales_leads.partner_id)
                self.assertEqual(self._get_tracked(message), set(vals))
                self.assertFalse(message.notified_partner_ids)
        self.assertClosed(deals[0], "lost", self.reason_budget)
        self.assertClosed(deals[1], "won")
        self.assertEqual(deals[0].closing_id.date, date)
        self.assertEqual(deals.mapped("closing_count"), [1, 1])

    @users("user_sales_salesman")
    def test_a_corrected_note_is_in_the_chatter(self):
        lead = self.deal_own.with_env(self.env)
        self._lose(lead, closing_note="<p>Too expensive</p>")
        message = self._get_news(
            lead, lambda: lead.write({"closing_note": "<p>Far too expensive</p>"})
        )
        self.assertEqual(len(message), 1)
        self.assertIn("Far too expensive", message.body)
        self.assertEqual(message.author_id, self.env.user.partner_id)
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_note"))
        self.assertClosed(lead, "lost")
        message = self._get_news(
            lead, lambda: lead.write({"closing_note": "<p>Far too expensive</p>"})
        )
        self.assertFalse(message, "nothing was corrected")

    @users("user_sales_salesman")
    def test_other_changes_of_a_closed_deal_are_no_corrections(self):
        lead = self.deal_own.with_env(self.env)
        self._lose(lead)
        closing = lead.closing_id
        values = closing.read()
        lead.write({"description": "<p>Later</p>", "expected_revenue": 7})
        self.flush_tracking()
        self.assertEqual(closing.read(), values)

    @users("user_sales_salesman")
    def test_the_figure_of_a_won_deal_stays_as_it_was_given(self):
        lead = self.deal_own.with_env(self.env)
        lead.action_set_won(closed_revenue=80)
        lead.action_archive()
        lead.action_unarchive()
        lead.stage_id = self.stage_team1_won
        self.assertClosed(lead, "won")
        self.assertEqual(lead.closed_revenue, 80)
        self.assertEqual(lead.closing_count, 1)

    @users("user_sales_salesman")
    def test_a_closed_deal_takes_no_reason_of_the_other_outcome(self):
        lead = self.deal_own.with_env(self.env)
        lead.action_set_won(win_reason_id=self.reason_fit.id)
        lead.lost_reason_id = self.reason_price
        self.assertFalse(lead.lost_reason_id)
        self.assertClosed(lead, "won", self.reason_fit)
        lead.action_reopen()
        self._lose(lead)
        lead.win_reason_id = self.reason_fit
        self.assertFalse(lead.win_reason_id)
        self.assertClosed(lead, "lost", self.reason_price)

    @users("user_sales_salesman")
    def test_a_won_deal_that_core_cannot_celebrate(self):
        """Core's rainbow fails where this year has no won opportunity, not even this one."""
        lead = self.deal_own.with_env(self.env)
        lead.type = "lead"
        self.assertNotIn("effect", lead.action_set_won_rainbowman())
        self.assertClosed(lead, "won")
        window = self.env["crm.lead.win"].with_context(default_lead_ids=lead.copy().ids)
        self.assertNotIn("effect", window.create({}).action_win_apply())
        imported = lead.create({"name": "Old", "user_id": self.env.uid})
        self.env.flush_all()
        last_year = self.env.cr.now() - timedelta(days=366)
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s WHERE id = %s", [last_year, imported.id]
        )
        imported.invalidate_recordset()
        imported.action_set_won(date_closed=last_year)
        self.assertFalse(imported.get_rainbowman_message())

    @users("user_sales_salesman")
    def test_a_lost_lead_becomes_an_opportunity(self):
        """A lead needs no reason, an opportunity does, also one that was a lead."""
        lead = self.deal_own.with_env(self.env)
        lead.type = "lead"
        lead.action_set_lost()
        self.assertTrue(lead.closing_id.is_complete)
        refused = self.assertRaisesRegex(ValidationError, "Own deal: the reason is missing")
        with refused, self.env.cr.savepoint():
            lead.type = "opportunity"
        self.assertEqual(lead.type, "lead")
        lead.write({"type": "opportunity", "lost_reason_id": self.reason_price.id})
        self.assertClosed(lead, "lost", self.reason_price)

    def test_code_makes_a_lost_lead_an_opportunity(self):
        self.deal_own.type = "lead"
        self.deal_own.with_user(self.user_sales_salesman).action_set_lost()
        self.deal_own.type = "opportunity"
        self.assertClosed(self.deal_own, "lost", self.unspecified)
        self.assertFalse(self.deal_own.closing_id.is_complete)

    @users("user_sales_manager")
    def test_passing_to_another_team_wins_no_deal(self):
        """The new team has no stage but one that means won."""
        stages = self.env["crm.stage"].search([("team_ids", "=", False), ("is_won", "=", False)])
        stages.team_ids = self.sales_team_1
        team = self.env["crm.team"].create({"name": "Team 2"})
        deals = self.deals.with_env(self.env)
        deals[0].action_set_automated_probability()
        deals.team_id = team
        self.env.flush_all()
        self.assertOpen(deals)
        self.assertEqual(deals.stage_id, self.stage_team1_1 + self.stage_team1_2)
