import logging
from collections import Counter

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.crm_lead import REASON_FIELD
from . import values
from .common import TestCloseCommon
from .rpc_case import RefusedError, RpcCase

_logger = logging.getLogger(__name__)
# What no person should have to read.
RAW = ("Traceback", "psycopg", "Error:", "<class", "object at 0x", "Unknown error")
WINDOWS = {
    "lost": ("crm.lead.lost", "action_lost_reason_apply"),
    "won": ("crm.lead.win", "action_win_apply"),
}
# Nothing is said in the chatter here: tests of the chatter are elsewhere.
QUIET = {"tracking_disable": True, "mail_notrack": True}

# How many cells each way in leaves out, and why.
UNCARRIED = {
    values.as_it_is: {},
    values.as_json: {"JSON has no records": 9},
    values.as_xml: {
        "XML has no such characters": 18,
        "XML-RPC has no null": 9,
        "XML-RPC has no records": 9,
        "XML-RPC has no such integers": 9,
    },
    values.as_text: {"a file has text alone": 72},
    values.as_position: {"a position in a list is a number": 162},
}


@tagged("post_install", "-at_install")
class TestValues(RpcCase, TestCloseCommon):
    """Every field of a closing × every way in × every kind of junk.

    The result is a refusal in plain words that leaves the lead as it was, or a closing that
    is right: the row equals the lead, and no junk is an answer. A cell that a way in cannot
    carry is counted with the reason why.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.close_require_win_reason = True
        company = cls.env["res.company"].create({"name": "Second company"})
        reasons = cls.env["crm.lost.reason"]
        gone = (
            reasons.create({"name": "Gone"}),
            cls.env["crm.competitor"].create({"name": "Gone"}),
        )
        cls.gone = {record._name: record.id for record in gone}
        for record in gone:
            record.unlink()
        far = reasons.create({"name": "Far", "company_id": company.id})
        cls.far = {"crm.lost.reason": far.id}
        cls.reasons = {"lost": cls.reason_price, "won": cls.reason_fit}
        cls.user = cls.user_sales_leads
        cls.user_env = cls.env(user=cls.user, context=QUIET)

    # ------------------------------------------------------------
    # Ways in: each closes or corrects a lead with one value
    # ------------------------------------------------------------

    def _get_closed_vals(self, outcome):
        lost = {"active": False, "probability": 0}
        return lost if outcome == "lost" else {"stage_id": self.stage_team1_won.id}

    def _create(self, lead, outcome, answers):
        vals = {"name": lead.name, "type": "opportunity", "team_id": self.sales_team_1.id}
        return lead.create({**vals, **self._get_closed_vals(outcome), **answers})

    def _write(self, lead, outcome, answers):
        lead.write({**self._get_closed_vals(outcome), **answers})
        return lead

    def _web_save(self, lead, outcome, answers):
        lead.web_save({**self._get_closed_vals(outcome), **answers}, {"id": {}})
        return lead

    def _correct(self, lead, outcome, answers):
        self._close(lead, outcome)
        reason = REASON_FIELD[outcome]
        changed = {name: value for name, value in answers.items() if name != reason}
        lead.write(changed if len(answers) > 1 else answers)
        return lead

    def _sort(self, lead, outcome, answers):
        self._close(lead, outcome)
        [(fname, value)] = list(answers.items())[-1:]
        lead.web_resequence({"id": {}}, fname, value)
        return lead

    def _window(self, lead, outcome, answers):
        model, action = WINDOWS[outcome]
        note = "lost_feedback" if outcome == "lost" else "closing_note"
        vals = {note if name == "closing_note" else name: answers[name] for name in answers}
        window = lead.env[model].create({"lead_ids": lead.ids, **vals})
        getattr(window, action)()
        return lead

    def _import(self, lead, outcome, answers):
        vals = {
            "name": lead.name,
            "type": "opportunity",
            **self._get_closed_vals(outcome),
            **answers,
        }
        vals = {
            name: str(value) if type(value) in (int, bool) else value
            for name, value in vals.items()
        }
        columns = [f"{name}/.id" if lead._fields[name].relational else name for name in vals]
        result = lead.with_context(import_file=True).load(columns, [list(vals.values())])
        if not result["ids"]:
            messages = "\n".join(message["message"] for message in result["messages"])
            raise RefusedError(messages, is_plain=True)
        return lead.browse(result["ids"])

    def _call(self, lead, outcome, answers):
        verb = f"action_set_{outcome}"
        with mute_logger("odoo.http"):
            self.call("crm.lead", verb, lead.ids, context=QUIET, **answers)
        return lead

    def _close(self, lead, outcome):
        answers = {REASON_FIELD[outcome]: self.reasons[outcome].id}
        getattr(lead, f"action_set_{outcome}")(**answers)

    # ------------------------------------------------------------
    # The table
    # ------------------------------------------------------------

    def _get_cells(self, carry):
        """Every field × every kind of junk, as one way in carries it.

        :return: tuples of a field, what the junk is, and the junk as it is carried; and how
            many cells cannot be carried, by the reason why
        :rtype: tuple[list[tuple], Counter]
        """
        cells, uncarried = [], Counter()
        for fname in values.FIELDS:
            field = self.env["crm.lead"]._fields[fname]
            junk = values.get_junk(self.user_env, field, self.gone, self.far)
            for kind, value in junk.items():
                try:
                    cells.append((fname, kind, carry(value)))
                except values.CannotCarryError as error:
                    uncarried[str(error)] += 1
        return cells, uncarried

    def _check_way(self, give, carry=values.as_it_is, env=None):
        """Give every kind of junk to every field, in one way.

        :param give: one of the ways in
        :param carry: how a value is carried
        :param Environment env: who gives it
        """
        cells, _uncarried = self._get_cells(carry)
        vals = {"type": "opportunity", "team_id": self.sales_team_1.id}
        leads = self.env["crm.lead"].with_context(**QUIET)
        leads = leads.create(
            [{**vals, "name": f"{fname}: {kind}"} for fname, kind, _value in cells]
        )
        self.env.flush_all()
        refused, wrong = [], []
        for lead, (fname, kind, value) in zip(leads, cells, strict=True):
            lead = lead.with_env(env or self.user_env)
            try:
                self._check_cell(lead, give, fname, kind, value) or refused.append(lead.id)
            except Exception as error:  # noqa: BLE001 (whatever it is, the table goes on)
                wrong.append(f"{lead.name}: {type(error).__name__}: {error!s:.300}")
        self.env.invalidate_all()
        self.assertFalse(wrong, "\n".join(wrong))
        self.assertOpen(leads.browse(refused))
        self.assertFalse(leads.browse(refused).closing_ids)
        _logger.info(
            "%s: %s closed, %s refused", give.__name__, len(cells) - len(refused), len(refused)
        )

    def _check_cell(self, lead, give, fname, kind, value):
        """:return: whether the value led to a closing; otherwise it was refused"""
        outcome = values.FIELDS[fname]
        answers = {REASON_FIELD[outcome]: self.reasons[outcome].id, fname: value}
        try:
            with self.env.cr.savepoint():
                closed = give(lead, outcome, answers)
                closed.flush_recordset()
        except (UserError, RefusedError) as error:
            self.assertTrue(getattr(error, "is_plain", True), str(error)[-300:])
            self.assertFalse([raw for raw in RAW if raw in str(error)], str(error)[:300])
            self.assertTrue(str(error).strip())
            return False
        closed = closed.with_env(self.env)
        (lead.with_env(self.env) | closed).invalidate_recordset()
        closed.closing_ids.invalidate_recordset()
        self.assertClosed(closed, outcome)
        self._check_answers(closed, fname, kind, value, by_code=lead.env.su)
        return True

    def _check_answers(self, lead, fname, kind, value, by_code):
        """Check that nothing that was given became an answer, but a text that says something."""
        outcome = values.FIELDS[fname]
        reason = lead[REASON_FIELD[outcome]]
        far = reason.browse(self.far["crm.lost.reason"])
        if fname == REASON_FIELD[outcome]:
            self.assertTrue(by_code, "a person gave no reason")
            self.assertIn(reason, far + reason._get_unspecified(outcome))
            self.assertFalse(lead.closing_id.is_complete)
        else:
            self.assertEqual(reason, self.reasons[outcome])
        if far in lead.secondary_reason_ids:
            self.assertTrue(by_code and not lead.closing_id.is_complete)
        self.assertLessEqual(lead.secondary_reason_ids, far)
        self.assertFalse(lead.competitor_id)
        self.assertFalse(lead.followup_date)
        self.assertTrue(0 <= lead.winning_price <= 1e15)
        self.assertTrue(not lead.winning_price or (fname == "winning_price" and value is not True))
        if lead.closing_note:
            self.assertIsInstance(value, str)
            self.assertNotIn(kind, values.INVISIBLE)
            self.assertNotRegex(lead.closing_note, "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
        self.assertTrue(1900 <= lead.date_closed.year < 9000)
        self.assertLess(abs(lead.closed_revenue), 1e15)

    # ------------------------------------------------------------
    # One test a way
    # ------------------------------------------------------------

    def test_create(self):
        self._check_way(self._create)

    def test_write(self):
        self._check_way(self._write)

    def test_write_by_code(self):
        self._check_way(self._write, env=self.user_env(su=True))

    def test_web_save(self):
        self._check_way(self._web_save)

    def test_correct(self):
        self._check_way(self._correct)

    def test_web_resequence(self):
        self._check_way(self._sort, values.as_position)

    def test_windows(self):
        self._check_way(self._window)

    def test_import(self):
        self._check_way(self._import, values.as_text)

    def test_json_rpc(self):
        self.call = self.speak_as(self.user)["JSON-RPC"]
        self._check_way(self._call, values.as_json)

    def test_json_2(self):
        self.call = self.speak_as(self.user)["JSON-2"]
        self._check_way(self._call, values.as_json)

    def test_xml_rpc(self):
        self.call = self.speak_as(self.user)["XML-RPC"]
        self._check_way(self._call, values.as_xml)

    def test_what_nothing_carries(self):
        """The cells that are left out, and why; all others are in the tests above."""
        kinds = values.get_junk(
            self.env, self.env["crm.lead"]._fields["date_closed"], self.gone, self.far
        )
        for carry, expected in UNCARRIED.items():
            with self.subTest(carry.__name__):
                cells, uncarried = self._get_cells(carry)
                self.assertEqual(uncarried, Counter(expected))
                self.assertEqual(
                    len(cells) + sum(uncarried.values()),
                    len(values.FIELDS) * len(kinds),
                )
