from odoo.exceptions import MissingError, UserError
from odoo.tests import tagged, users

from .common import TestHandoverCommon

JUNK = ("x", "2", "", 0, -1, 1.5, True, [], {}, [1], 2**31, 2**63, float("nan"))


@tagged("post_install", "-at_install")
class TestHandoverArguments(TestHandoverCommon):
    """Wrong arguments are answered in plain words, whatever they are."""

    def _assert_refused(self, message, act):
        with self.assertRaisesRegex(UserError, message), self.cr.savepoint():
            act()

    @users("user_sales_leads")
    def test_the_successor(self):
        deal = self.deal_own.with_env(self.env)
        for junk in (*JUNK, None, False):
            with self.subTest(junk=junk):
                self._assert_refused(
                    "Choose who takes over", lambda junk=junk: deal.action_hand_over(junk)
                )
        self.assertEqual(self.deal_own.user_id, self.giver)

    @users("user_sales_leads")
    def test_the_team(self):
        deal = self.deal_own.with_env(self.env)
        for junk in JUNK:
            if junk in (0, ""):
                continue  # nothing, see below
            with self.subTest(junk=junk):
                self._assert_refused(
                    "Choose a sales team",
                    lambda junk=junk: deal.action_hand_over(self.successor.id, team_id=junk),
                )
        self.sales_team_1.sudo().active = False
        self._assert_refused(
            "is archived",
            lambda: deal.action_hand_over(self.successor.id, team_id=self.sales_team_1.id),
        )
        for nothing in (None, False, 0, ""):
            with self.subTest(nothing=nothing), self.cr.savepoint() as savepoint:
                deal.action_hand_over(self.successor.id, team_id=nothing)
                savepoint.rollback()

    @users("user_sales_salesman")
    def test_a_team_out_of_reach(self):
        # Not by the user, who would be given access to it.
        company = self.giver.env["res.company"].create({"name": "Second company"})
        team = self.env["crm.team"].sudo().create({"name": "Far", "company_id": company.id})
        deal = self.deal_own.with_env(self.env)
        self._assert_refused(
            "Choose a sales team",
            lambda: deal.action_hand_over(self.successor.id, team_id=team.id),
        )

    @users("user_sales_leads")
    def test_what_is_transferred(self):
        deal = self.deal_own.with_env(self.env)
        for junk in ("activities", "x", ["x"], [["activities"]], [1], {"meetings": 1}, 5, [None]):
            with self.subTest(junk=junk):
                self._assert_refused(
                    "activities, meetings",
                    lambda junk=junk: deal.action_hand_over(self.successor.id, take=junk),
                )

    @users("user_sales_leads")
    def test_the_note(self):
        deal = self.deal_own.with_env(self.env)
        for junk in (5, ["x"], {"a": 1}, "a\x00b"):
            with self.subTest(junk=junk):
                self._assert_refused(
                    "note", lambda junk=junk: deal.action_hand_over(self.successor.id, note=junk)
                )

    @users("user_sales_leads")
    def test_one_record_at_a_time(self):
        deals = (self.deal_own + self.deal_second).with_env(self.env)
        handovers = deals[0].action_hand_over(self.successor.id)
        handovers += deals[1].action_hand_over(self.successor.id)
        windows = self._open_window(deals) + self._open_window(deals)
        for several in (deals, handovers, windows):
            for records in (several, several.browse()):
                for method in {
                    "crm.lead": ["get_salespeople"],
                    "crm.handover": ["action_take_back"],
                    "crm.lead.handover": ["action_hand_over", "action_archive_only"],
                }[records._name]:
                    with self.subTest(method=method, count=len(records)):
                        self._assert_refused("one at a time", getattr(records, method))

    @users("user_sales_leads")
    def test_nothing_and_nobody(self):
        self.assertFalse(self.env["crm.lead"].action_hand_over(self.successor.id))
        gone = self.deal_own.with_env(self.env)
        self.deal_own.unlink()
        with self.assertRaises(MissingError):
            gone.action_hand_over(self.successor.id)
        for model in ("res.users", "crm.team.member"):
            action = self.env[model].action_hand_over_leads()
            self.assertEqual(action["context"]["default_from_user_ids"], [(6, 0, [])])
        self.assertFalse(self.env["res.users"].get_archive_handover_action())
