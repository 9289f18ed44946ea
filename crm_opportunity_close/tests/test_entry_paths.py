from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..models.exceptions import ClosingRefusedError
from .common import TestCloseCommon


def _nothing(lead, answers):
    """Most paths start from an open deal as it is."""


def _to_zero(lead, answers):
    lead.probability = 0


def _to_archive(lead, answers):
    lead.write({"active": False, "probability": 40})


def _lost_and_reopened(lead, answers):
    reason = lead.env["crm.lost.reason"].search([("name", "=", "Budget was cut")])
    lead.action_set_lost(lost_reason_id=reason.id)
    lead.action_restore()


def _by_window(lead, answers):
    wizard = lead.env["crm.lead.lost"].create({"lead_ids": lead.ids, **answers})
    wizard.action_lost_reason_apply()
    return lead


def _by_verb(lead, answers):
    lead.action_set_lost(**answers)
    return lead


def _by_write(lead, answers):
    lead.write({"active": False, "probability": 0, **answers})
    return lead


def _by_archiving_write(lead, answers):
    lead.write({"active": False, **answers})
    return lead


def _by_probability(lead, answers):
    lead.write({"probability": 0, **answers})
    return lead


def _by_form(lead, answers):
    lead.web_save({"active": False, "probability": 0, **answers}, {"id": {}})
    return lead


def _by_server_action(lead, answers):
    vals = {"active": False, "probability": 0, **answers}
    action = (
        lead.env["ir.actions.server"]
        .sudo()
        .create(
            {
                "name": "Lose",
                "model_id": lead.env["ir.model"]._get_id("crm.lead"),
                "state": "code",
                "code": f"records.write({vals!r})",
            }
        )
    )
    context = {"active_model": "crm.lead", "active_id": lead.id, "active_ids": lead.ids}
    action.sudo(lead.env.su).with_context(**context).run()
    return lead


def _by_create(lead, answers):
    vals = {"name": lead.name, "type": lead.type, "user_id": lead.user_id.id}
    return lead.create({**vals, "active": False, "probability": 0, **answers})


def _by_copy(lead, answers):
    return lead.copy({"name": lead.name, "active": False, "probability": 0, **answers})


# Path → what is done before, and what loses the deal.
LOSING = {
    "the window": (_nothing, _by_window),
    "the verb": (_nothing, _by_verb),
    "the verb at 0 %": (_to_zero, _by_verb),
    "one write": (_nothing, _by_write),
    "the form": (_nothing, _by_form),
    "a server action": (_nothing, _by_server_action),
    "archiving at 0 %": (_to_zero, _by_archiving_write),
    "archived, then 0 %": (_to_archive, _by_probability),
    "create": (_nothing, _by_create),
    "copy": (_nothing, _by_copy),
    "reopened, then the window": (_lost_and_reopened, _by_window),
    "reopened, then one write": (_lost_and_reopened, _by_write),
}


@tagged("post_install", "-at_install")
class TestEntryPaths(TestCloseCommon):
    """Each way to lose a deal × with and without a reason × who does it."""

    def _roles(self):
        """:return: role → environment; the last is superuser code."""
        people = (self.user_sales_salesman, self.user_sales_leads, self.user_sales_manager)
        return {user.login: self.env(user=user) for user in people} | {"superuser": self.env}

    def _new_deal(self, env, name, **vals):
        user = self.user_sales_salesman if env.su else env.user
        deal = self.env["crm.lead"].create(
            {
                "name": name,
                "type": "opportunity",
                "user_id": user.id,
                "team_id": self.sales_team_1.id,
                "stage_id": self.stage_team1_1.id,
                "probability": 20,
                **vals,
            }
        )
        self.env.flush_all()
        return deal.with_env(env)

    def _get_state(self, name):
        """All that a refused closing must leave as it was."""
        self.env.invalidate_all()
        leads = self.env["crm.lead"].with_context(active_test=False).search([("name", "=", name)])
        fnames = ["active", "probability", "won_status", "lost_reason_id", "date_closed"]
        return leads.read(fnames), leads.closing_ids.read(["is_current", "reopened_date"])

    def _each(self, paths, **vals):
        """Run each path as each role.

        :return: an iterator of environment, path, deal (prepared), losing function
        """
        for role, env in self._roles().items():
            for path, (prepare, lose) in paths.items():
                deal = self._new_deal(env, f"{path} as {role}", **vals)
                yield env, f"{path} as {role}", deal, prepare, lose

    def test_with_a_reason(self):
        answers = {"lost_reason_id": self.reason_price.id}
        for _env, path, deal, prepare, lose in self._each(LOSING):
            with self.subTest(path):
                prepare(deal, answers)
                lost = lose(deal, answers)
                self.assertClosed(lost, "lost", self.reason_price)
                self.assertTrue(lost.closing_id.is_complete)

    def test_without_a_reason(self):
        for env, path, deal, prepare, lose in self._each(LOSING):
            with self.subTest(path):
                prepare(deal, {})
                before = self._get_state(deal.name)
                if env.su:
                    lost = lose(deal, {})
                    self.assertClosed(lost, "lost", self.unspecified)
                    self.assertFalse(lost.closing_id.is_complete)
                    continue
                with (
                    self.assertRaisesRegex(ValidationError, f"– {path}: the reason is missing"),
                    self.cr.savepoint(),
                ):
                    lose(deal, {})
                self.assertEqual(self._get_state(deal.name), before)

    def test_the_unspecified_reason_is_no_answer(self):
        answers = {"lost_reason_id": self.unspecified.id}
        for env, path, deal, prepare, lose in self._each(LOSING):
            if env.su:
                continue
            with self.subTest(path):
                prepare(deal, {})
                with (
                    self.assertRaisesRegex(ValidationError, f"– {path}: the reason is missing"),
                    self.cr.savepoint(),
                ):
                    lose(deal, answers)

    def test_archiving_at_zero_percent_without_a_reason(self):
        for env, path, deal, prepare, _lose in self._each({"archive": (_to_zero, None)}):
            with self.subTest(path):
                prepare(deal, {})
                if env.su:
                    deal.action_archive()
                    self.assertClosed(deal, "lost", self.unspecified)
                    self.assertFalse(deal.closing_id.is_complete)
                    continue
                with (
                    self.assertRaisesRegex(ClosingRefusedError, f"– {path}: the reason") as caught,
                    self.cr.savepoint(),
                ):
                    deal.action_archive()
                action = caught.exception.context["action"]
                self.assertEqual(action["res_model"], "crm.lead.lost")
                self.assertEqual(action["context"]["default_lead_ids"], [(6, 0, deal.ids)])
                self.env.invalidate_all()
                self.assertOpen(deal)
                self.assertFalse(deal.closing_ids)

    def test_leads_need_no_reason_unless_asked(self):
        env = self._roles()["user_sales_salesman"]
        for required in (False, True):
            self.env.company.close_require_lead_reason = required
            for path, (prepare, lose) in LOSING.items():
                if prepare == _lost_and_reopened:
                    continue
                name = f"{path}, {required}"
                lead = self._new_deal(env, name, type="lead")
                with self.subTest(name):
                    prepare(lead, {})
                    if not required:
                        lost = lose(lead, {})
                        self.assertClosed(lost, "lost", self.env["crm.lost.reason"])
                        self.assertTrue(lost.sudo().closing_id.is_complete)
                        continue
                    with (
                        self.assertRaisesRegex(ValidationError, f"– {name}: the reason"),
                        self.cr.savepoint(),
                    ):
                        lose(lead, {})

    def test_import_names_its_rows(self):
        fnames = ["name", "type", "active", "probability", "lost_reason_id/.id"]
        reason = str(self.reason_price.id)
        rows = [
            ["Import open", "opportunity", "1", "30", ""],
            ["Import lost", "opportunity", "0", "0", reason],
            ["Import silent", "opportunity", "0", "0", ""],
        ]
        for role, env in self._roles().items():
            with self.subTest(role):
                result = env["crm.lead"].load(fnames, rows)
                if env.su:
                    leads = env["crm.lead"].browse(result["ids"])
                    self.assertOpen(leads[0])
                    self.assertClosed(leads[1], "lost", self.reason_price)
                    self.assertClosed(leads[2], "lost", self.unspecified)
                    self.assertFalse(leads[2].closing_id.is_complete)
                    continue
                self.assertFalse(result["ids"])
                errors = [m for m in result["messages"] if m["rows"] == {"from": 2, "to": 2}]
                self.assertIn("– Import silent: the reason is missing", errors[0]["message"])
                self.assertFalse(self._get_state("Import lost")[0])
                ids = env["crm.lead"].load(fnames, rows[:2])["ids"]
                leads = env["crm.lead"].browse(ids)
                self.assertClosed(leads[1], "lost", self.reason_price)
                leads.with_env(self.env).unlink()

    def test_a_won_deal_is_not_lost(self):
        answers = {"lost_reason_id": self.reason_price.id}
        for _env, path, deal, _prepare, lose in self._each(
            {"verb": (_nothing, _by_verb), "write": (_nothing, _by_write)}
        ):
            with self.subTest(path):
                deal.action_set_won()
                with (
                    self.assertRaisesRegex(ValidationError, "are won|Won stage cannot be lost"),
                    self.cr.savepoint(),
                ):
                    lose(deal, answers)
                self.assertClosed(deal, "won")

    def test_merging_lost_deals_stays_lost(self):
        for role, env in self._roles().items():
            with self.subTest(role):
                deals = self._new_deal(env, f"One {role}") + self._new_deal(env, f"Two {role}")
                deals[0].action_set_lost(lost_reason_id=self.reason_price.id)
                deals[1].action_set_lost(lost_reason_id=self.reason_budget.id)
                merged = deals.merge_opportunity()
                self.assertIn(merged.lost_reason_id, self.reason_price + self.reason_budget)
                self.assertClosed(merged, "lost")
                self.assertEqual(len(merged.sudo().closing_ids), 2)

    def test_several_at_once(self):
        """One error names every blocked lead, and nothing of the refused closing stays."""
        env = self._roles()["user_sales_leads"]
        deals = self._new_deal(env, "First") + self._new_deal(env, "Second")
        good = self._new_deal(env, "Third", type="lead")
        with (
            self.assertRaisesRegex(ValidationError, "(?s)– First: .*– Second: ") as caught,
            self.cr.savepoint(),
        ):
            (deals + good).action_set_lost()
        self.assertNotIn("Third", str(caught.exception))
        self.assertEqual((deals + good).mapped("won_status"), ["pending"] * 3)
        self.assertFalse((deals + good).closing_ids)
