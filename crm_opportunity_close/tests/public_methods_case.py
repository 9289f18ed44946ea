import inspect

from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tools import SQL

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import TestCloseCommon

# What takes the place of each argument: what people and programs send by mistake.
JUNK = ("x", "", 0, -1, 2**40, 3.5, True, None, {}, {"x": 1}, [], ["x"], "2026-02-30")
SECRET = "Zimtstern and partners"


class PublicMethodsCase(TestCloseCommon):
    """The public methods of one add-on, called over RPC by anybody with any arguments."""

    addon = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.strangers = {
            "internal": mail_new_test_user(cls.env, "far_internal", "base.group_user"),
            "portal": mail_new_test_user(cls.env, "far_portal", "base.group_portal"),
            "public": cls.env.ref("base.public_user"),
        }
        cls.deal_own.name = SECRET
        cls.deal_own.action_set_lost(
            lost_reason_id=cls.reason_price.id,
            competitor_id=cls.competitor.id,
            closing_note=f"<p>{SECRET}</p>",
        )
        cls.competitor.name = SECRET

    def _get_methods(self):
        """:return: triples: a model's name, a method's name, its further parameters"""
        found = {}
        for model, registered in self.registry.items():
            if registered._abstract:
                continue
            for cls in registered.mro():
                if getattr(cls, "_module", None) != self.addon or cls is registered:
                    continue
                for name, function in vars(cls).items():
                    is_public = not name.startswith("_") and inspect.isfunction(function)
                    if is_public and not getattr(function, "_api_private", False):
                        _self, *parameters = inspect.signature(function).parameters.values()
                        found[model, name] = parameters
        self.assertTrue(found)
        return [(*key, parameters) for key, parameters in sorted(found.items())]

    def _is_extension(self, model, name):
        """Whether Odoo has this method too: it answers wrong arguments in its own way."""
        own = ("crm_opportunity_close", self.addon)
        return any(
            name in vars(cls)
            for cls in self.registry[model].mro()
            if not (getattr(cls, "_module", None) or "").startswith(own)
            and cls is not self.registry[model]
        )

    def _get_record(self, model):
        """:return: a record about the closing that strangers may not read"""
        records = self.env[model]
        if model == "crm.lead":
            return self.deal_own
        if model == "crm.lead.closing":
            return self.deal_own.closing_id
        known = {"crm.lost.reason": self.reason_price, "crm.competitor": self.competitor}
        if records.is_transient():
            vals = {"lead_ids": self.deal_own.ids} if "lead_ids" in records._fields else {}
            if "target_id" in records._fields:
                vals["target_id"] = known[records._fields["target_id"].comodel_name].id
            if "wizard_id" in records._fields:
                wizard = self._get_record(records._fields["wizard_id"].comodel_name)
                vals |= {"wizard_id": wizard.id, "lead_id": self.deal_own.id}
            return records.create(vals)
        return known.get(model, records.sudo().with_context(active_test=False).search([], limit=1))

    def _call(self, user, model, name, record, arguments):
        """Call a method as the RPC controllers do.

        :param dict arguments: by the name of the parameter
        """
        self.env.invalidate_all()
        records = self.env[model].with_user(user)
        is_for_model = getattr(getattr(records, name), "_api_model", False)
        return call_kw(records, name, [] if is_for_model else [record.ids], arguments)

    def _read_database(self):
        """:return: what closings are about, as the database has it"""
        self.env.flush_all()
        state = []
        for table in ("crm_lead", "crm_lead_closing", "crm_lost_reason", "crm_competitor"):
            query = SQL("SELECT * FROM %s ORDER BY id", SQL.identifier(table))
            state.append(self.env.execute_query(query))
        return state

    def _check_strangers(self):
        """Whoever has no right to leads learns nothing about them, and changes nothing."""
        before = self._read_database()
        for model, name, parameters in self._get_methods():
            record = self._get_record(model)
            variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
            required = [
                each.name
                for each in parameters
                if each.default is each.empty and each.kind not in variable
            ]
            values = {"vals_list": [{}], "vals": {}, "fields": [], "fields_list": []}
            if self._is_extension(model, name) and not values.keys() >= set(required):
                continue  # what it takes, only Odoo knows
            arguments = {key: values.get(key, record.ids) for key in required}
            for role, user in self.strangers.items():
                with self.subTest(model=model, method=name, role=role):
                    savepoint = self.env.cr.savepoint()
                    try:
                        answer = self._call(user, model, name, record, arguments)
                    except UserError:  # a refusal, in plain words
                        answer = None
                    self.assertNotIn(SECRET, str(answer))
                    self.assertEqual(self._read_database(), before)
                    savepoint.close(rollback=True)

    def _check_wrong_arguments(self, user):
        """Wrong arguments are answered in plain words, or do what nobody has to fear.

        :param res.users user: who may use the methods
        """
        for model, name, parameters in self._get_methods():
            record = self._get_record(model)
            names = [
                each.name
                for each in parameters
                if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
            ]
            for parameter in names if not self._is_extension(model, name) else ():
                others = {
                    each.name: record.ids
                    for each in parameters
                    if each.default is each.empty and each.name in names
                }
                for junk in JUNK:
                    with self.subTest(model=model, method=name, parameter=parameter, junk=junk):
                        savepoint = self.env.cr.savepoint()
                        try:
                            self._call(user, model, name, record, {**others, parameter: junk})
                        except UserError as error:
                            self.assertGreater(len(str(error)), 10)
                        finally:
                            savepoint.close(rollback=True)
