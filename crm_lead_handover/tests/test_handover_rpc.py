from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import TestHandoverCommon

PRIVATE = {
    "crm.lead": (
        "_hand_over",
        "_write_owner",
        "_log_owner_changes",
        "_transfer_related_records",
        "_restore_related_records",
    ),
    "crm.handover": ("_notify", "_notify_successor", "_get_lines_in_reach"),
    "crm.handover.line": ("_take_back", "_restore_followers", "_get_transferred"),
    "mail.activity": ("_transfer_to",),
    "calendar.event": ("_transfer_from", "_restore_to", "_replace_attendee", "_change_organizer"),
    "res.users": ("_transfer_lead_activities",),
}


@tagged("post_install", "-at_install")
class TestHandoverRpc(HttpCase, TestHandoverCommon):
    """What a client may not do, however it asks."""

    def _call(self, model, method, ids, *args, **kwargs):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": [ids, *args], "kwargs": kwargs},
        )

    def _refused(self, exception, model, method, ids, *args, **kwargs):
        self.env.flush_all()
        with mute_logger("odoo.http"), self.assertRaisesRegex(JsonRpcException, exception):
            self._call(model, method, ids, *args, **kwargs)
        self.env.invalidate_all()

    def test_forgeries(self):
        handover = self.deal_second.with_user(self.giver).action_hand_over(self.successor.id)
        self.authenticate(self.giver.login, self.giver.login)
        access = "odoo.exceptions.AccessError"
        for model, methods in PRIVATE.items():
            for method in methods:
                with self.subTest(model=model, method=method):
                    self.assertTrue(hasattr(self.env[model], method))
                    self._refused(access, model, method, [1])
        self._refused(
            access, "crm.lead", "action_hand_over", self.deal_other.ids, self.successor.id
        )
        line = handover.line_ids.id
        for model, vals in (
            ("crm.handover", {"user_id": self.giver.id, "given_by_id": self.giver.id}),
            (
                "crm.handover.line",
                {"handover_id": handover.id, "lead_id": self.deal_other.id, "transferred": {}},
            ),
        ):
            record = handover.id if model == "crm.handover" else line
            self._refused(access, model, "create", [vals])
            self._refused(access, model, "write", [record], vals)
            self._refused(access, model, "unlink", [record])
            self._refused(access, model, "copy", [record])
        self._refused(
            access,
            "crm.lead",
            "write",
            self.deal_own.ids,
            {"handover_line_ids": [(0, 0, {"handover_id": handover.id})]},
        )
        self._refused(access, "crm.handover.line", "read", [line], ["transferred"])
        self.assertEqual(self.deal_other.user_id, self.user_sales_leads)
        self.assertEqual(handover.lead_count, 1)

    def test_by_program(self):
        self.authenticate(self.giver.login, self.giver.login)
        ids = self._call(
            "crm.lead", "action_hand_over", self.deal_own.ids, self.successor.id, note="Yours"
        )
        self.env.invalidate_all()
        self.assertEqual(self.deal_own.user_id, self.successor)
        chain = self._call("crm.lead", "get_salespeople", self.deal_second.ids)
        self.assertEqual(chain["salespeople"][0]["name"], self.giver.name)
        self._call("crm.handover", "action_take_back", ids)
        self.env.invalidate_all()
        self.assertEqual(self.deal_own.user_id, self.giver)
