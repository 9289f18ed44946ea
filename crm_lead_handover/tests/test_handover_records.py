from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users

from .common import TestHandoverCommon


@tagged("post_install", "-at_install")
class TestHandoverRecords(TestHandoverCommon):
    """Who sees hand-overs, what they keep, and that nobody writes them."""

    def test_who_sees_hand_overs(self):
        handover = self._hand_over(self.deal_own)
        stranger = self.successor.copy({"login": "stranger", "name": "Stranger"})
        seen = {
            user: self.env["crm.handover"].with_user(user).search([]) == handover
            and self.env["crm.handover.line"].with_user(user).search([]).lead_id == self.deal_own
            for user in (
                self.giver,
                self.successor,
                self.user_sales_leads,
                self.user_sales_manager,
                stranger,
            )
        }
        self.assertEqual([user for user, sees in seen.items() if not sees], [stranger])
        company = self.env["res.company"].create({"name": "Second company"})
        self.successor.company_ids += company
        self.deal_own.company_id = company
        self.env.invalidate_all()
        handovers = self.env["crm.handover"].with_user(self.successor)
        for allowed, expected in ((self.company_main, handovers), (company, handover)):
            part = handovers.with_context(allowed_company_ids=allowed.ids)
            self.assertEqual(part.search([]), expected)
            lines = part.env["crm.handover.line"].search([])
            self.assertEqual(lines, expected.sudo().line_ids)

    def test_deleted_deals_stay_in_the_record(self):
        """Everybody who could read the hand-over still can, with the names of the deals."""
        handover = self._hand_over(self.deal_own + self.deal_second)
        company = self.env["res.company"].create({"name": "Second company"})
        stranger = self.successor.copy({"login": "stranger", "name": "Stranger"})
        (self.deal_own + self.deal_second).with_user(self.user_sales_manager).unlink()
        self.env.invalidate_all()
        for user in (self.giver, self.successor, self.user_sales_leads, self.user_sales_manager):
            seen = handover.with_user(user)
            with self.subTest(user=user.name):
                self.assertEqual(seen.search([("id", "=", handover.id)]), seen)
                self.assertEqual(seen.line_ids.mapped("lead_name"), ["Own deal", "Second deal"])
                self.assertEqual(
                    seen.read(["former_user_ids"])[0]["former_user_ids"], self.giver.ids
                )
                self.assertFalse(seen.can_take_back)
        self.assertFalse(handover.with_user(stranger).search([("id", "=", handover.id)]))
        self.user_sales_manager.company_ids += company
        elsewhere = handover.with_user(self.user_sales_manager)
        elsewhere = elsewhere.with_context(allowed_company_ids=company.ids)
        self.assertFalse(elsewhere.search([("id", "=", handover.id)]))
        with self.assertRaisesRegex(
            UserError, "Own deal – was deleted or merged\nSecond deal – was"
        ):
            handover.with_user(self.giver).action_take_back()

    def test_renamed_deals(self):
        handover = self._hand_over(self.deal_own)
        self.deal_own.name = "Renamed"
        self.assertEqual(handover.line_ids.display_name, "Renamed")
        self.deal_own.unlink()
        self.assertEqual(handover.line_ids.lead_name, "Own deal")
        self.assertEqual(handover.line_ids.display_name, "Own deal")

    @users("user_sales_manager")
    def test_nobody_writes_hand_overs(self):
        handover = self._hand_over(self.deal_own).with_env(self.env)
        for record in (handover, handover.line_ids):
            with self.assertRaisesRegex(AccessError, "not allowed to modify"):
                record.write({"create_uid": self.env.uid})
            with self.assertRaisesRegex(AccessError, "not allowed to delete"):
                record.unlink()
        with self.assertRaisesRegex(AccessError, "not allowed to create"):
            self.env["crm.handover"].create({"user_id": self.env.uid})
        with self.assertRaisesRegex(AccessError, "not allowed to create"):
            self.env["crm.handover.line"].create(
                {"handover_id": handover.id, "lead_id": self.deal_other.id}
            )
        with self.assertRaisesRegex(AccessError, "transferred"):
            handover.line_ids.read(["transferred"])
