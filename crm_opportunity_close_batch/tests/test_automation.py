from odoo.fields import Command
from odoo.tests import tagged, users

from .common import TestBatchCommon

CODE = """
env["res.partner"].with_context(tracking_disable=True).create({
    "name": f"heard {record._name}",
    "ref": str(record.id),
    "comment": f"{len(record[tracked])} of {record.id}",
})
"""


@tagged("post_install", "-at_install")
class TestAutomation(TestBatchCommon):
    """Automation rules run once for each new message, and for each tracking value."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "base.automation" not in cls.env:
            cls.skipTest(cls, "Automation rules are not installed.")
        for model, tracked in (
            ("mail.message", "tracking_value_ids"),
            ("mail.tracking.value", "mail_message_id"),
        ):
            model_id = cls.env["ir.model"]._get_id(model)
            action = {
                "name": "Hear",
                "model_id": model_id,
                "usage": "base_automation",
                "state": "code",
                "code": CODE.replace("tracked", repr(tracked)),
            }
            cls.env["base.automation"].create(
                {
                    "name": f"Hear {model}",
                    "model_id": model_id,
                    "trigger": "on_create",
                    "action_server_ids": [Command.create(action)],
                }
            )

    @users("user_sales_leads")
    def test_rules_hear_messages_and_tracking_values(self):
        partners = self.env["res.partner"].sudo()
        before = partners.search([("name", "=like", "heard %")])
        counts, messages = self._lose()
        self.assertEqual(counts, [2])
        heard = partners.search([("name", "=like", "heard %")]) - before
        by_model = heard.grouped("name")
        self.assertEqual(
            sorted(by_model["heard mail.message"].mapped("ref")), sorted(map(str, messages.ids))
        )
        for partner in by_model["heard mail.message"]:
            self.assertIn("3 of", partner.comment)
        tracking_values = messages.tracking_value_ids
        self.assertEqual(len(tracking_values), 6)
        self.assertEqual(
            sorted(by_model["heard mail.tracking.value"].mapped("ref")),
            sorted(map(str, tracking_values.ids)),
        )
