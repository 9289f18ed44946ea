from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TestCloseCommon
from .rpc_case import RefusedError, RpcCase

# What a client might send in the hope that a rule looks away.
CONTEXTS = (
    {"install_mode": True},
    {"test_enable": True},
    {"test_crm_opportunity_close": False},
    {"closing_state_before": True},
    {"closing_state_before": [{}, ["lost_reason_id"]]},
    {"closing_state_before": {"stages": {}, "answered": ["lost_reason_id"]}},
    {"tracking_disable": True, "mail_notrack": True, "mail_create_nolog": True},
    {"import_file": True, "module": "crm"},
    {"su": True, "uid": 1, "active_test": False},
    {"default_lost_reason_id": 1, "default_is_complete": True, "default_type": "lead"},
)
PRIVATE = (
    "_write_closing_fields",
    "_guard_closing",
    "_record_closings",
    "_record_reopenings",
    "_prepare_closing_vals",
    "_handle_won_lost",
    "_clear_answers",
    "_get_current_closings",
    "_correct_closings",
    "_align_date_closed",
    "_post_close",
    "_post_reopen",
)


@tagged("post_install", "-at_install")
class TestRpc(RpcCase, TestCloseCommon):
    """Forgeries over HTTP: as the web client speaks, and as other programs do."""

    def setUp(self):
        super().setUp()
        self.deal_won = self.deal_own.copy({"name": "Won deal"})
        self.deal_won.action_set_won()
        self.deal_lost = self.deal_own.copy({"name": "Lost deal"})
        self.deal_lost.action_set_lost(lost_reason_id=self.reason_price.id)
        self.lost = {"active": False, "probability": 0}

    def _each(self, *users):
        """Speak to the server in all three protocols, as each user."""
        for user in users or (self.user_sales_salesman, self.user_sales_manager):
            yield from self.speak_as(user).values()

    def refused(self, message, call, *args, **kwargs):
        """Check that the server refuses, and why."""
        self.env.flush_all()
        with mute_logger("odoo.http"), self.assertRaisesRegex(RefusedError, message):
            call(*args, **kwargs)
        self.env.invalidate_all()

    def test_rows_cannot_be_touched(self):
        row, own = self.deal_won.closing_id, str(self.deal_own.id)
        vals = {"lead_id": self.deal_own.id, "outcome": "won", "date": "2020-01-01"}
        for call in self._each():
            model = "crm.lead.closing"
            self.refused("not allowed to create", call, model, "create", vals_list=[vals])
            self.refused("not allowed to create", call, model, "copy", row.ids)
            self.refused("not allowed to modify", call, model, "write", row.ids, vals=vals)
            self.refused(
                "not allowed to modify",
                call,
                model,
                "web_save",
                row.ids,
                vals=vals,
                specification={},
            )
            self.refused("not allowed to delete", call, model, "unlink", row.ids)
            fnames, data = ["outcome", "date", "lead_id/.id"], [["won", "2020-01-01", own]]
            result = call(model, "load", fields=fnames, data=data)
            self.assertFalse(result["ids"])
            self.assertIn("not allowed to create", result["messages"][0]["message"])
        self.assertClosings(
            self.deal_won, [{"outcome": "won", "is_current": True, "is_mistake": False}]
        )
        self.assertFalse(self.deal_own.closing_ids)

    def test_private_methods(self):
        for call in self._each(self.user_sales_manager):
            for method in PRIVATE:
                self.refused("Private methods", call, "crm.lead", method, self.deal_own.ids)
            self.refused("Private methods", call, "crm.lost.reason", "_get_used", [1])
        self.assertOpen(self.deal_own)

    def test_no_context_switches_the_guard_off(self):
        deal = self.deal_own
        for call in self._each():
            for context in CONTEXTS:
                self.refused(
                    "Own deal: the reason is missing",
                    call,
                    "crm.lead",
                    "action_set_lost",
                    deal.ids,
                    context=context,
                )
                self.refused(
                    "Own deal: the reason is missing",
                    call,
                    "crm.lead",
                    "write",
                    deal.ids,
                    vals=self.lost,
                    context=context,
                )
                self.refused(
                    "Lost deal: the reason is missing",
                    call,
                    "crm.lead",
                    "write",
                    self.deal_lost.ids,
                    vals={"lost_reason_id": False},
                    context=context,
                )
            self.refused(
                "Forged: the reason is missing",
                call,
                "crm.lead",
                "create",
                vals_list=[{"name": "Forged", "type": "opportunity", **self.lost}],
                context={"install_mode": True, "closing_state_before": [{}, []]},
            )
        self.assertOpen(deal)
        self.assertFalse(deal.closing_ids)
        self.assertClosed(self.deal_lost, "lost", self.reason_price)

    def test_the_status_is_no_way_round(self):
        for call in self._each():
            call("crm.lead", "write", self.deal_own.ids, vals={"won_status": "lost"})
            self.env.invalidate_all()
            self.assertOpen(self.deal_own)

    def test_reasons_that_do_not_fit(self):
        company = self.env["res.company"].create({"name": "Second company"})
        far = self.env["crm.lost.reason"].create({"name": "Far", "company_id": company.id})
        team = self.env["crm.team"].create({"name": "Second team"})
        of_team = self.env["crm.lost.reason"].create({"name": "Theirs", "team_ids": team.ids})
        unfit = "Own deal: the reason is not meant for this outcome, company or team"
        for call in self._each():
            for reason in (far, of_team, self.reason_fit):
                vals = {**self.lost, "lost_reason_id": reason.id}
                self.refused(unfit, call, "crm.lead", "write", self.deal_own.ids, vals=vals)
            vals = {"win_reason_id": self.reason_price.id}
            self.refused(unfit, call, "crm.lead", "action_set_won", self.deal_own.ids, **vals)
            vals = {**self.lost, "lost_reason_id": self.reason_price.id}
            vals["secondary_reason_ids"] = [[6, 0, self.reason_fit.ids]]
            self.refused(unfit, call, "crm.lead", "write", self.deal_own.ids, vals=vals)
            vals["lost_reason_id"] = 999999999
            missing = "Own deal: the reason is missing"
            self.refused(missing, call, "crm.lead", "write", self.deal_own.ids, vals=vals)
        self.assertOpen(self.deal_own)

    def test_deals_of_others_and_of_nobody(self):
        gone = self.deal_own.copy()
        gone_id = gone.id
        gone.unlink()
        answers = {"lost_reason_id": self.reason_price.id}
        ids = (self.deal_own + self.deal_other).ids
        for call in self._each(self.user_sales_salesman):
            for method in ("action_set_lost", "action_set_won"):
                key = "lost_reason_id" if method == "action_set_lost" else "win_reason_id"
                self.refused("Other deal|Lead", call, "crm.lead", method, ids, **{key: False})
                self.refused(
                    "does not exist or has been deleted", call, "crm.lead", method, [gone_id]
                )
            self.refused("Lead", call, "crm.lead", "write", ids, vals={**self.lost, **answers})
            self.refused("Lead", call, "crm.lead", "action_reopen", ids, note="Mine")
        self.assertOpen(self.deals)
        self.assertFalse(self.deals.closing_ids)

    def test_notes_and_dates(self):
        note = "<p>Well</p><script>alert(1)</script><img src=x onerror=alert(1)>"
        answers = {"lost_reason_id": self.reason_price.id, "closing_note": note}
        future = {**answers, "date_closed": "2199-01-01 00:00:00"}
        for call in self._each():
            deal = self.deal_own.copy({"name": "Noted"})
            self.env.flush_all()
            self.refused("in the future", call, "crm.lead", "action_set_lost", deal.ids, **future)
            call("crm.lead", "action_set_lost", deal.ids, **answers)
            self.env.invalidate_all()
            self.assertClosed(deal, "lost", self.reason_price)
            for html in (deal.closing_note, deal.closing_id.note):
                self.assertEqual(html, '<p>Well</p><img src="x">')
            self.refused(
                "in the future",
                call,
                "crm.lead",
                "write",
                deal.ids,
                vals={"date_closed": "2199-01-01 00:00:00"},
            )
            call("crm.lead", "write", deal.ids, vals={"date_closed": False})
            self.env.invalidate_all()
            self.assertClosed(deal, "lost", self.reason_price)

    def test_reasons_are_unique_for_clients_too(self):
        vals = {"name": " beaten  ON price"}
        for call in self._each(self.user_sales_manager):
            self.refused(
                "already “Beaten on price”",
                call,
                "crm.lost.reason",
                "create",
                vals_list=[vals],
                context={"install_mode": True},
            )

    def test_the_links_in_a_mail(self):
        self.env.company.close_require_win_reason = True
        self.authenticate("user_sales_salesman", "user_sales_salesman")
        for deal, verb in ((self.deal_own, "lost"), (self.deal_own, "won")):
            path = f"/lead/case_mark_{verb}"
            token = deal._encode_link(path, {"model": "crm.lead", "res_id": str(deal.id)})
            for given in ("wrong", token):
                with self.subTest(verb=verb, token=given):
                    query = f"model=crm.lead&res_id={deal.id}&token={given}"
                    answer = self.url_open(f"{path}?{query}", allow_redirects=False)
                    self.assertEqual(answer.status_code, 303)
                    window = f"/odoo/mark-{verb}?active_id={deal.id}"
                    self.assertEqual(window in answer.headers["Location"], given == token)
                    self.env.invalidate_all()
                    self.assertOpen(deal)
                    self.assertFalse(deal.closing_ids)

    def test_every_protocol_carries_what_the_actions_return(self):
        self.env.company.close_require_lost_reason = False
        for call in self._each(self.user_sales_leads):
            deal = self.deal_own.copy({"name": "Called"})
            self.env.flush_all()
            for method, kwargs, expected in (
                ("action_set_lost", {}, True),
                ("action_restore", {}, True),
                ("action_set_won", {}, True),
                ("action_reopen", {"note": "Again"}, list),
                ("action_set_lost", {"lost_reason_id": self.reason_price.id}, True),
                ("action_mark_won", {}, (dict, True)),
            ):
                with self.subTest(method=method):
                    result = call("crm.lead", method, deal.ids, **kwargs)
                    kinds = expected if isinstance(expected, tuple) else (expected,)
                    self.assertTrue(
                        any(result is kind or type(result) is kind for kind in kinds), result
                    )
            self.env.invalidate_all()
            self.assertEqual(deal.won_status, "won")
            self.assertEqual(deal.closing_count, 4)
