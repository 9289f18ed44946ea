from datetime import timedelta

from odoo.tests import Form, tagged, users

from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestSlips(TestCloseCommon):
    """What a person closes and takes back at once is a mistake, unless said otherwise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.company"].search([]).close_slip_minutes = 60

    def _close(self, lead, outcome):
        if outcome == "won":
            lead.action_set_won()
        else:
            lead.action_set_lost(lost_reason_id=self.reason_price.id)

    def _let_pass(self, lead, **time):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead_closing SET create_date = create_date - %s WHERE lead_id = %s",
            [timedelta(**time), lead.id],
        )
        self.env.invalidate_all()

    def _is_mistake(self, lead):
        return lead.sudo().closing_ids.sorted("id")[-1].is_mistake

    def test_it_is_the_default(self):
        self.assertEqual(self.env["res.company"].create({"name": "New"}).close_slip_minutes, 60)

    @users("user_sales_salesman")
    def test_every_way_back(self):
        lead = self.deal_own.with_env(self.env)
        ways = {
            "lost": (lead.action_reopen, lead.action_restore, lead.action_unarchive),
            "won": (
                lead.action_reopen,
                lambda: lead.write({"stage_id": self.stage_team1_1.id}),
            ),
        }
        for outcome, named in ways.items():
            for number, way in enumerate(named):
                with self.subTest(outcome, number=number):
                    self._close(lead, outcome)
                    way()
                    self.assertOpen(lead)
                    self.assertTrue(self._is_mistake(lead))
                    self.assertFalse(lead.sudo().closing_ids.sorted("id")[-1].is_counted)

    @users("user_sales_salesman")
    def test_what_is_no_slip(self):
        lead = self.deal_own.with_env(self.env)
        with self.subTest("too late"):
            self._close(lead, "won")
            self._let_pass(lead, minutes=61)
            lead.action_reopen()
            self.assertFalse(self._is_mistake(lead))
        with self.subTest("closed by somebody else"):
            self._close(lead.with_user(self.user_sales_leads), "lost")
            lead.action_restore()
            self.assertFalse(self._is_mistake(lead))
        with self.subTest("code, which says it by itself"):
            self._close(lead, "lost")
            lead.sudo().action_restore()
            self.assertFalse(self._is_mistake(lead))
        with self.subTest("switched off"):
            self.env.company.sudo().close_slip_minutes = 0
            self._close(lead, "lost")
            lead.action_restore()
            self.assertFalse(self._is_mistake(lead))

    @users("user_sales_salesman")
    def test_what_is_said_stays(self):
        lead = self.deal_own.with_env(self.env)
        for said in (False, True):
            with self.subTest(said):
                self._close(lead, "lost")
                lead.action_reopen(is_mistake=said)
                self.assertEqual(self._is_mistake(lead), said)

    @users("user_sales_salesman")
    def test_a_merge_is_no_slip(self):
        lead = self.deal_own.with_env(self.env)
        other = lead.copy({"stage_id": lead.stage_id.id})
        self._close(lead, "lost")
        merged = (lead | other).merge_opportunity()
        closings = merged.sudo().closing_ids
        self.assertTrue(closings.reopened_date)
        self.assertFalse(closings.is_mistake)

    @users("user_sales_salesman")
    def test_the_window_says_so_and_may_be_told_otherwise(self):
        lead = self.deal_own.with_env(self.env)
        wizard = self.env["crm.lead.reopen"].with_context(default_lead_ids=lead.ids)
        for said in (True, False):
            with self.subTest(said):
                self._close(lead, "lost")
                with Form(wizard) as form:
                    self.assertTrue(form.is_mistake)
                    form.is_mistake = said
                form.record.action_reopen_apply()
                self.assertEqual(self._is_mistake(lead), said)
        self._close(lead, "lost")
        self._let_pass(lead, hours=2)
        with Form(wizard) as form:
            self.assertFalse(form.is_mistake)

    @users("user_sales_leads")
    def test_a_selection_of_which_some_are_slips(self):
        deals = self.deals.with_env(self.env)
        self._close(deals, "won")
        self._let_pass(deals[1], hours=2)
        wizard = self.env["crm.lead.reopen"].with_context(default_lead_ids=deals.ids)
        with Form(wizard) as form:
            self.assertFalse(form.is_mistake)
            self.assertEqual(form.slip_message, "Own deal – just closed by you")
        form.record.action_reopen_apply()
        self.assertEqual(list(map(self._is_mistake, deals)), [True, False])
        self._close(deals, "won")
        with Form(wizard) as form:
            self.assertTrue(form.is_mistake)
            self.assertFalse(form.slip_message)
