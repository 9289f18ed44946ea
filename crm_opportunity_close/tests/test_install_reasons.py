import json

from odoo import SUPERUSER_ID
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.crm_opportunity_close import hooks

from .common import TestCloseCommon


@tagged("post_install", "-at_install")
class TestInstallReasons(TestCloseCommon):
    """What becomes of reasons that were there before the add-on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ours = cls.env.ref("crm_opportunity_close.lost_reason_no_budget")

    def _make_theirs(self, name, **vals):
        """A reason as it was before there was a rule against two of one name."""
        reason = self.env["crm.lost.reason"].create({"name": f"Like {name}", **vals})
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_lost_reason SET name = %s, create_date = '2020-01-01' WHERE id = %s",
                json.dumps({"en_US": name}),
                reason.id,
            )
        )
        self.env.invalidate_all()
        return reason

    @mute_logger("odoo.addons.crm_opportunity_close.hooks")
    def _adopt(self):
        hooks._adopt_reasons(self.env)

    def test_a_reason_that_was_there_stands_for_ours(self):
        theirs = self._make_theirs(" no  BUDGET")
        won = self._make_theirs("No response", outcome="won")
        self.deal_own.action_set_lost(
            lost_reason_id=self.reason_price.id, secondary_reason_ids=self.ours.ids
        )
        self.deal_other.action_set_lost(lost_reason_id=self.ours.id)
        expected = self.ours.read(["loss_type", "description", "followup_days", "sequence"])[0]
        self._adopt()
        self.assertFalse(self.ours.exists())
        self.assertEqual(
            self.env.ref("crm_opportunity_close.lost_reason_no_budget"), theirs, "as ours from now"
        )
        self.assertRecordValues(theirs, [{**expected, "id": theirs.id, "name": " no  BUDGET"}])
        self.assertEqual(self.deal_own.secondary_reason_ids, theirs)
        self.assertClosed(self.deal_other, "lost", theirs)
        self.assertEqual(won.loss_type, "other", "what is about wins is none of ours")
        self.assertTrue(self.env.ref("crm_opportunity_close.lost_reason_no_response").active)

    def test_an_archived_one_stays_archived(self):
        theirs = self._make_theirs("No budget", active=False)
        self._adopt()
        self.assertRecordValues(theirs, [{"active": False, "loss_type": "no_decision"}])
        self.assertFalse(self.ours.exists())

    def test_what_somebody_has_described_is_not_touched(self):
        theirs = self._make_theirs("No budget", note_required=True)
        before = theirs.read()
        self._adopt()
        self.env.invalidate_all()
        self.assertEqual(theirs.read(), before)
        self.assertFalse(self.ours.active)

    def test_unspecified_is_there_once(self):
        theirs = self._make_theirs("unspecified")
        self._adopt()
        self.assertFalse(self.unspecified.exists())
        self.assertEqual(self.env["crm.lost.reason"]._get_unspecified("lost"), theirs)
        self.assertTrue(theirs.is_unspecified)
        self.assertEqual(theirs.search([("outcome", "=", "lost")])[-1], theirs)

    def test_an_archived_unspecified_is_not_ours(self):
        self._make_theirs("Unspecified", active=False)
        self._adopt()
        self.assertEqual(self.env["crm.lost.reason"]._get_unspecified("lost"), self.unspecified)

    def test_reasons_of_core_are_described_once(self):
        expensive, people, stock = (self.env.ref(f"crm.lost_reason_{n}") for n in (1, 2, 3))
        (expensive + stock).write({"loss_type": "other", "description": False})
        people.loss_type = "no_decision"
        hooks._file_core_reasons(self.env)
        self.assertEqual(expensive.loss_type, "competitor")
        self.assertEqual(people.loss_type, "no_decision")
        self.assertEqual(stock.loss_type, "declined")
        self.assertIn("found the same for less", expensive.description)

    def test_reasons_of_core_that_were_renamed_are_not_described(self):
        self.env["res.lang"]._activate_lang("th_TH")
        expensive, stock = self.env.ref("crm.lost_reason_1"), self.env.ref("crm.lost_reason_3")
        (expensive + stock).write({"loss_type": "other", "description": False})
        expensive.name = "Wrong colour"
        stock.with_user(self.user_sales_manager).with_context(lang="th_TH").name = "สีไม่ถูกใจ"
        self.assertNotEqual(stock.write_uid.id, SUPERUSER_ID)
        hooks._file_core_reasons(self.env)
        for reason in expensive + stock:
            self.assertRecordValues(reason, [{"loss_type": "other", "description": False}])

    def test_what_was_there_before_stays_after_us(self):
        theirs = self._make_theirs("No budget")
        self._adopt()
        hooks._keep_reasons_from_before(self.env)
        self.assertFalse(self.env.ref("crm_opportunity_close.lost_reason_no_budget", False))
        self.assertTrue(self.env.ref("crm_opportunity_close.lost_reason_no_response", False))
        self.assertTrue(theirs.exists())

    def test_what_was_there_without_a_date_stays_after_us(self):
        theirs = self._make_theirs("No budget")
        self.env.cr.execute(
            SQL("UPDATE crm_lost_reason SET create_date = NULL WHERE id = %s", theirs.id)
        )
        self._adopt()
        hooks._keep_reasons_from_before(self.env)
        self.assertFalse(self.env.ref("crm_opportunity_close.lost_reason_no_budget", False))
