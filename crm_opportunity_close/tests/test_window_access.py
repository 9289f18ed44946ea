from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import TestCloseCommon

ADDON = "crm_opportunity_close"
SUBMIT = {
    "crm.lead.lost": "action_lost_reason_apply",
    "crm.lead.win": "action_win_apply",
    "crm.lead.reopen": "action_reopen_apply",
    "crm.lost.reason.merge": "action_merge",
    "crm.competitor.merge": "action_merge",
}
# What no answer may contain about an opportunity the user may not read.
MAGIC = {"id", "display_name", "create_date", "create_uid", "write_date", "write_uid"}
SECRETS = {"name", "display_name", "stage_id", "team_id", "won_status", "active", "company_id"}


@tagged("post_install", "-at_install")
class TestWindowAccess(TestCloseCommon):
    """A window belongs to its maker, and tells nothing its maker may not read."""

    def _get_windows(self):
        return {
            name
            for name, model in self.env.registry.items()
            if model._transient
            and not model._abstract
            and (model._original_module == ADDON or name == "crm.lead.lost")
        }

    def _make(self, model, user):
        env = self.env(user=user)
        if model == "crm.lead.lost.line":
            vals = {"lead_ids": [Command.set(self.deal_own.ids)], "is_per_deal": True}
            return env["crm.lead.lost"].create(vals).line_ids
        if "record_ids" in env[model]._fields:
            records = self.env[env[model]._fields["record_ids"].comodel_name]
            records = records.create([{"name": "One"}, {"name": "Two"}])
            vals = {"record_ids": [Command.set(records.ids)], "target_id": records[0].id}
        else:
            vals = {"lead_ids": [Command.set(self.deal_own.ids)]}
        return env[model].create(vals)

    def test_only_its_maker_uses_a_window(self):
        windows = self._get_windows()
        self.assertLessEqual(SUBMIT.keys() | {"crm.lead.lost.line"}, windows)
        maker, colleague = self.user_sales_manager, self.user_admin
        colleague.group_ids += self.env.ref("sales_team.group_sale_manager")
        for model in sorted(windows):
            window = self._make(model, maker)
            self.env.flush_all()
            theirs = window.with_user(colleague)
            acts = {
                "read": lambda theirs=theirs: theirs.read(["create_date"]),
                "write": lambda theirs=theirs: theirs.write({"write_date": False}),
                "onchange": lambda theirs=theirs: theirs.onchange({}, [], {"create_uid": {}}),
            }
            if model in SUBMIT:
                acts["submit"] = getattr(theirs, SUBMIT[model])
            for name, act in acts.items():
                self.env.invalidate_all()
                with (
                    self.subTest(model, act=name),
                    self.assertRaises(AccessError),
                    self.cr.savepoint(),
                ):
                    act()
            self.env.invalidate_all()
            with self.subTest(model, act="own"):
                window.read(["create_date"])
                self.assertEqual(
                    self.env[model].with_user(colleague).search([]) & theirs, theirs.browse()
                )

    def test_no_line_in_a_colleague_s_window(self):
        window = self._make("crm.lead.lost", self.user_sales_manager)
        line = self.env["crm.lead.lost.line"].with_user(self.user_sales_leads)
        with self.assertRaises(AccessError):
            line.create({"wizard_id": window.id, "lead_id": self.deal_own.id})

    # ------------------------------------------------------------
    # Opportunities of others
    # ------------------------------------------------------------

    def _get_specs(self, model):
        """What a client may ask of an onchange, field by field: one refusal hides no answer."""
        relation = {"fields": {"display_name": {}}}
        for name, field in model._fields.items():
            if name == "lead_ids":
                for secret in SECRETS:
                    linked = model.env["crm.lead"]._fields[secret].relational
                    yield {name: {"fields": {secret: relation if linked else {}}}}
            elif name == "line_ids":
                yield {name: {"fields": {"lead_id": relation}}}
            elif name not in MAGIC:
                yield {name: relation if field.relational else {}}

    def _ask(self, model, values, names, **context):
        """What onchanges answer a salesperson, who asks for every field there is."""
        model = self.env[model].with_user(self.user_sales_salesman).with_context(**context)
        self.env.flush_all()
        answers = []
        for spec in self._get_specs(model):
            self.env.invalidate_all()
            try:
                spec = {**{name: {} for name in values}, **spec}
                answers.append(model.onchange(dict(values), names, spec))
            except AccessError:
                answers.append(f"refused: {spec}")
        return repr(answers)

    def _get_telling(self):
        """Answers about an opportunity that the salesperson may not read."""
        lead = self.deal_other
        commands = [Command.set(lead.ids)]
        for model in ("crm.lead.lost", "crm.lead.win", "crm.lead.reopen"):
            yield model, "default", self._ask(model, {}, [], default_lead_ids=lead.ids)
            values = {"lead_ids": commands}
            yield model, "changed", self._ask(model, values, ["lead_ids"])
            yield model, "given", self._ask(model, {**values, "display_name": ""}, ["display_name"])
        values = {"lead_ids": commands, "is_per_deal": True}
        yield "crm.lead.lost", "lines", self._ask("crm.lead.lost", values, ["is_per_deal"])

    def test_an_onchange_tells_nothing_of_what_one_may_not_read(self):
        """The answers are those about ids that do not exist."""
        team = self.env["crm.team"].create({"name": "Secret team"})
        stage = self.stage_team1_1.copy({"name": "Secret stage", "team_ids": team.ids})
        self.deal_other.write({"name": "Secret deal", "team_id": team.id, "stage_id": stage.id})
        self.deal_other.user_id = self.user_sales_manager
        open_answers = list(self._get_telling())
        self.deal_other.action_set_lost(lost_reason_id=self.reason_price.id)
        lost_answers = list(self._get_telling())
        self.deal_other.action_set_won()
        won_answers = list(self._get_telling())
        for answers in zip(open_answers, lost_answers, won_answers, strict=True):
            model, way, _answer = answers[0]
            with self.subTest(model, way=way):
                told = {_without_digits(answer) for *_key, answer in answers}
                self.assertEqual(len(told), 1)
                self.assertNotIn("Secret", str(told))
                self.assertNotIn("already", str(told))

    def test_a_line_tells_no_name(self):
        lead = self.deal_other
        lead.user_id = self.user_sales_manager
        line = self.env["crm.lead.lost.line"].with_user(self.user_sales_salesman)
        spec = {"lead_id": {"fields": {"display_name": {}}}, "reason_domain": {}}
        for values, names, context in (
            ({}, [], {"default_lead_id": lead.id}),
            ({"lead_id": lead.id}, ["lead_id"], {}),
        ):
            with self.subTest(context), self.assertRaises(AccessError):
                line.with_context(**context).onchange(values, names, spec)
        window = self._make("crm.lead.lost", self.user_sales_salesman)
        with self.assertRaises(AccessError):
            line.create({"wizard_id": window.id, "lead_id": lead.id})
        values = {"is_per_deal": True, "line_ids": [Command.create({"lead_id": lead.id})]}
        answer = self._ask("crm.lead.lost", values, [])
        self.assertIn("refused", answer)
        self.assertNotIn("Other deal", answer)


def _without_digits(text):
    """An answer without the moment it was given, and the ids that were asked for."""
    return "".join(character for character in text if not character.isdigit())
