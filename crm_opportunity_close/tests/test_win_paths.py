from odoo.exceptions import ValidationError
from odoo.tests import tagged, users

from .common import TestCloseCommon


def _by_verb(lead, stage, answers):
    lead.action_set_won(**answers)
    return lead


def _by_window(lead, stage, answers):
    wizard = lead.env["crm.lead.win"].create({"lead_ids": lead.ids, **answers})
    wizard.action_win_apply()
    return lead


def _by_stage(lead, stage, answers):
    lead.write({"stage_id": stage.id, **answers})
    return lead


def _by_card(lead, stage, answers):
    lead.web_save({"stage_id": stage.id, **answers}, {"id": {}})
    return lead


def _by_create(lead, stage, answers):
    vals = {"name": lead.name, "type": "opportunity", "stage_id": stage.id}
    return lead.create({**vals, "team_id": lead.team_id.id, "user_id": lead.user_id.id, **answers})


def _by_probability(lead, stage, answers):
    lead.write({"probability": 100, "stage_id": stage.id, **answers})
    return lead


WINNING = {
    "the verb": _by_verb,
    "the window": _by_window,
    "the stage": _by_stage,
    "the card": _by_card,
    "create": _by_create,
    "the probability": _by_probability,
}


@tagged("post_install", "-at_install")
class TestWinPaths(TestCloseCommon):
    """Each way to win a deal × with and without a reason × who does it."""

    def _each(self):
        people = (self.user_sales_salesman, self.user_sales_leads, self.user_sales_manager)
        roles = {user.login: self.env(user=user) for user in people} | {"superuser": self.env}
        for role, env in roles.items():
            for path, win in WINNING.items():
                user = self.user_sales_salesman if env.su else env.user
                name = f"{path} as {role}"
                deal = self.deal_own.copy({"name": name, "user_id": user.id})
                self.env.flush_all()
                yield env, name, deal.with_env(env), win

    def test_one_click_by_default(self):
        for _env, path, deal, win in self._each():
            with self.subTest(path):
                won = win(deal, self.stage_team1_won, {})
                self.assertClosed(won, "won", self.env["crm.lost.reason"])
                self.assertTrue(won.sudo().closing_id.is_complete)

    def test_with_a_reason_where_one_is_asked_for(self):
        self.env.company.close_require_win_reason = True
        for _env, path, deal, win in self._each():
            with self.subTest(path):
                won = win(deal, self.stage_team1_won, {"win_reason_id": self.reason_fit.id})
                self.assertClosed(won, "won", self.reason_fit)
                self.assertTrue(won.sudo().closing_id.is_complete)

    def test_without_a_reason_where_one_is_asked_for(self):
        self.env.company.close_require_win_reason = True
        unspecified = self.env.ref("crm_opportunity_close.win_reason_unspecified")
        for env, path, deal, win in self._each():
            with self.subTest(path):
                if env.su:
                    won = win(deal, self.stage_team1_won, {})
                    self.assertClosed(won, "won", unspecified)
                    self.assertFalse(won.closing_id.is_complete)
                    continue
                with (
                    self.assertRaisesRegex(ValidationError, f"– {path}: the reason is missing"),
                    self.cr.savepoint(),
                ):
                    win(deal, self.stage_team1_won, {})
                self.env.invalidate_all()
                self.assertOpen(deal)
                self.assertEqual(deal.stage_id, self.stage_team1_1)
                self.assertFalse(deal.closing_ids)

    @users("user_sales_salesman")
    def test_the_buttons_ask(self):
        self.env.company.sudo().close_require_win_reason = True
        deal = self.deal_own.with_env(self.env)
        for action in (deal.action_set_won_rainbowman(), deal.action_mark_won()):
            self.assertEqual(action["res_model"], "crm.lead.win")
            self.assertEqual(action["context"]["default_lead_ids"], [(6, 0, deal.ids)])
        self.assertOpen(deal)

    def test_the_buttons_do_not_ask_code(self):
        self.env.company.close_require_win_reason = True
        self.deal_own.action_set_won_rainbowman()
        self.assertClosed(self.deal_own, "won")
        self.assertFalse(self.deal_own.closing_id.is_complete)

    @users("user_sales_salesman")
    def test_the_rainbow(self):
        deal = self.deal_own.with_env(self.env)
        self.assertEqual(deal.action_mark_won()["effect"]["type"], "rainbow_man")
        self.assertClosed(deal, "won")

    @users("user_sales_salesman")
    def test_no_rainbow_over_an_archived_deal(self):
        deal = self.deal_own.with_env(self.env)
        deal.action_set_won()
        deal.action_archive()
        self.assertClosed(deal, "won")
        self.assertIs(deal.action_set_won_rainbowman(), True)

    @users("user_sales_salesman")
    def test_a_hundred_percent_alone_is_no_win(self):
        deal = self.deal_own.with_env(self.env)
        deal.probability = 100
        self.assertOpen(deal)
        self.assertFalse(deal.closing_ids)

    @users("user_sales_manager")
    def test_a_stage_made_won_wins_its_deals(self):
        deals = self.deals.with_env(self.env)
        deals.stage_id = self.stage_team1_2
        stage = self.stage_team1_2.with_env(self.env)
        stage.is_won = True
        self.assertClosed(deals, "won")
        stage.is_won = False
        self.assertEqual(deals.mapped("won_status"), ["pending"] * 2)
        self.assertEqual(deals.mapped("closing_id").ids, [])
        for deal in deals:
            self.assertClosings(deal, [{"outcome": "won", "reopened_by_id": self.env.uid}])

    @users("user_sales_manager")
    def test_a_stage_made_won_asks_for_reasons(self):
        self.env.company.sudo().close_require_win_reason = True
        deals = self.deals.with_env(self.env)
        deals.stage_id = self.stage_team1_2
        with (
            self.assertRaisesRegex(ValidationError, "(?s)– (Own|Other) deal: .*– (Own|Other) deal"),
            self.cr.savepoint(),
        ):
            deals.stage_id.is_won = True
        self.env.invalidate_all()
        self.assertFalse(deals.stage_id.is_won)
        self.assertOpen(deals)

    def test_a_stage_made_won_by_code_files_its_deals(self):
        self.env.company.close_require_win_reason = True
        self.stage_team1_1.is_won = True
        self.assertClosed(
            self.deal_own, "won", self.env.ref("crm_opportunity_close.win_reason_unspecified")
        )
        self.assertFalse(self.deal_own.closing_id.is_complete)

    @users("user_sales_leads")
    def test_import_of_won_deals(self):
        fnames = ["name", "type", "stage_id/.id", "team_id/.id", "win_reason_id/.id"]
        stages = [str(stage.id) for stage in (self.stage_team1_1, self.stage_team1_won)]
        team = str(self.sales_team_1.id)
        rows = [
            ["Import open", "opportunity", stages[0], team, ""],
            ["Import won", "opportunity", stages[1], team, str(self.reason_fit.id)],
        ]
        self.env.company.sudo().close_require_win_reason = True
        leads = self.env["crm.lead"].browse(self.env["crm.lead"].load(fnames, rows)["ids"])
        self.assertOpen(leads[0])
        self.assertClosed(leads[1], "won", self.reason_fit)
        rows[1] = ["Import silent", "opportunity", stages[1], team, ""]
        result = self.env["crm.lead"].load(fnames, rows)
        self.assertFalse(result["ids"])
        errors = [each for each in result["messages"] if each["rows"] == {"from": 1, "to": 1}]
        self.assertIn("– Import silent: the reason is missing", errors[0]["message"])
