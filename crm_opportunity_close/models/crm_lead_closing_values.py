import re
from collections import defaultdict
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.models import BaseModel
from odoo.tools import is_html_empty

from .closing_refusal import describe_reopenings
from .crm_lead import ANSWER_FIELDS, OUTCOMES, REASON_FIELD
from .crm_lead_closing_rules import guard_refuses

RECORD_FIELDS = {"lost_reason_id", "win_reason_id", "secondary_reason_ids", "competitor_id"}
# At either end, time zones would lead to a year that Python does not have.
YEARS = range(1900, 9000)
# What neither PostgreSQL nor XML can hold.
UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# What takes no room on a screen.
INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
# The largest id of a column of type int4.
LARGEST_ID = 2**31 - 1
# The largest amount that Odoo can still round to cents.
LARGEST_AMOUNT = 1e15


class CrmLead(models.Model):
    """Values of a closing as they come in, by whatever protocol, and whether they can be."""

    _inherit = "crm.lead"

    def _clean_closing_vals(self, vals):
        """Take nothing for an answer but a stored record, or a text that a database can hold.

        :param dict vals: values for ``create`` or ``write``
        :return: a copy in which anything else is no answer, without fields that follow from
            others, or that only a merge writes
        :rtype: dict
        :raise ValidationError: a date or an amount is none
        """
        fixed = {"won_status", "last_open_stage_id"} | (
            set() if self.env.su else {"merged_into_id"}
        )
        vals = {name: value for name, value in vals.items() if name not in fixed}
        names = vals.keys() & RECORD_FIELDS
        wanted = {name: _to_ids(vals[name], self._fields[name]) for name in names}
        known = self._get_known_ids(wanted)
        for name in names:
            # sudo: what a reason or a competitor was merged into, whoever may see it
            records = self.env[self._fields[name].comodel_name].sudo()
            records = records.browse(wanted[name] & known[name])
            survivors = {record.id: record.merged_into_id.id or record.id for record in records}
            if self._fields[name].type == "many2one":
                vals[name] = next(iter(survivors.values()), False)
            else:
                vals[name] = _to_commands(vals[name], survivors)
        if "closing_note" in vals:
            vals["closing_note"] = to_text(vals["closing_note"])
        for name, convert in (
            ("date_closed", fields.Datetime.to_datetime),
            ("followup_date", fields.Date.to_date),
            ("closed_revenue", _to_amount),
        ):
            if name in vals:
                vals[name] = self._convert_closing_value(name, convert, vals[name])
        return vals

    @api.model
    def get_import_templates(self):
        label = self.env._("Import Template for Won & Lost Opportunities")
        template = "/crm_opportunity_close/static/xls/crm_lead_closed.xlsx"
        return [*super().get_import_templates(), {"label": label, "template": template}]

    def _get_known_ids(self, wanted):
        """Which of the ids that are given are those of stored, existing records.

        :param dict wanted: field name → ids given
        :return: field name → ids of existing records
        :rtype: dict[str, set[int]]
        """
        asked, known = defaultdict(set), defaultdict(set)
        first = next(iter(self), self)
        for name, ids in wanted.items():
            model = self._fields[name].comodel_name
            asked[model] |= ids
            known[model] |= set(first[name]._ids)  # what a lead refers to exists
        for model, ids in asked.items():
            if not ids <= known[model]:
                # sudo: whether a record exists, whoever may see it
                records = self.env[model].sudo().with_context(active_test=False)
                fnames = [name for name, field in records._fields.items() if field.column_type]
                known[model] |= set(records.search_fetch([("id", "in", list(ids))], fnames)._ids)
        return {name: known[self._fields[name].comodel_name] for name in wanted}

    def _convert_closing_value(self, name, convert, value):
        label = self._fields[name]._description_string(self.env)
        try:
            converted = convert(value or False) or False
        except (TypeError, ValueError, AttributeError, OverflowError):
            raise ValidationError(
                self.env._(
                    "“%(value)s” cannot be the value of “%(field)s”.",
                    value=UNSTORABLE.sub("", str(value))[:50],
                    field=label,
                )
            ) from None
        if isinstance(converted, date) and converted.year not in YEARS:
            raise ValidationError(
                self.env._("“%(field)s” takes dates from 1900 to 8999.", field=label)
            )
        return converted

    def _check_closing_date(self, given):
        """Refuse a person's closing date that cannot be true.

        What was imported closed may have been closed before it was created here.

        :param datetime given: the date given (UTC), if any
        :raise ValidationError: it lies in the future, or before a lead was created
        """
        if not given or not guard_refuses(self.env):
            return
        if given > fields.Datetime.now():
            raise ValidationError(
                self.env._("The closing date cannot be in the future. Choose today or earlier.")
            )
        early = self.filtered(
            lambda lead: (
                lead.create_date
                and given.date() < (created := lead.create_date.date())
                and not (lead.date_closed and lead.date_closed.date() < created)
            )
        )
        if early:
            raise ValidationError(
                self.env._(
                    "The closing date lies before the day these were created. "
                    "Choose a later date for:\n%(leads)s",
                    leads="\n".join(early.mapped("name")),
                )
            )

    # ------------------------------------------------------------
    # Answers and open leads
    # ------------------------------------------------------------

    def _check_answers_of_open(self, vals):
        """Refuse a person's answers on leads that stay open: they would answer a later closing.

        :param dict vals: what was just written, cleaned
        :raise ValidationError: naming every open lead, and who reopened it
        """
        names = (*ANSWER_FIELDS, "date_closed", "closed_revenue")
        if not any(_is_given(vals.get(name)) for name in names) or not guard_refuses(self.env):
            return
        still_open = self.filtered(lambda lead: lead.won_status not in OUTCOMES)
        if not still_open:
            return
        advice = self.env._(
            "Close them as lost or won, and answer there. A program gives both in one call: "
            "action_set_lost(lost_reason_id=…)."
        )
        if self.env.context.get("import_file"):
            advice = self.env._(
                "In the file, leave these columns empty, or close them in the same row: a Won "
                "stage, or Active “false” and Probability 0."
            )
        title = self.env._(
            "These are open, and the answers of a closing can only be given together with "
            "it:\n%(leads)s",
            leads="\n".join(describe_reopenings(still_open)),
        )
        raise ValidationError("\n\n".join([title, advice]))

    def _clear_unconfirmed_answers(self, vals):
        """Forget what code left on open leads, before a person's write that closes them.

        Only answers given together with the closing count as that person's.

        :param dict vals: what is about to be written, cleaned
        """
        if guard_refuses(self.env):
            self.filtered(
                lambda lead: (
                    lead.won_status not in OUTCOMES and lead._get_next_status(vals) in OUTCOMES
                )
            )._clear_fields([name for name in ANSWER_FIELDS if name not in vals])

    def _get_next_status(self, vals):
        """The status this lead will have with these values (see crm's ``won_status``)."""
        if self.stage_id.browse(vals.get("stage_id", self.stage_id.id)).is_won:
            return "won"
        lost = not vals.get("active", self.active) and not vals.get("probability", self.probability)
        return "lost" if lost else "pending"

    def _drop_redundant_reasons(self, outcome):
        """Neither the main reason nor *Unspecified* is a further reason."""
        unspecified = self.env["crm.lost.reason"]._get_unspecified(outcome)
        wanted = {
            lead: lead.secondary_reason_ids - lead[REASON_FIELD[outcome]] - unspecified
            for lead in self
        }
        redundant = self.filtered(lambda lead: lead.secondary_reason_ids != wanted[lead])
        for reasons, leads in redundant.grouped(wanted.get).items():
            leads._write_closing_fields({"secondary_reason_ids": [Command.set(reasons.ids)]})

    def _clear_fields(self, fnames):
        """Empty these fields, where they are not.

        :param list[str] fnames: names of fields
        """
        filled = [fname for fname in fnames if any(lead[fname] for lead in self)]
        if filled:
            self._write_closing_fields(dict.fromkeys(filled, False))


def _to_ids(value, field):
    """The ids that a value names, whether or not they exist.

    :param value: what a client sends in place of a record, or of commands
    :param Field field: the field, many2one or many2many
    :rtype: set[int]
    """
    if isinstance(value, BaseModel):
        ids = value.ids if value._name == field.comodel_name else []
    elif field.type == "many2many":
        ids = [number for command in _get_commands(value) for number in _get_numbers(command)]
    else:  # an id, or an id with a name, as a client reads it
        pair = isinstance(value, (list, tuple)) and len(value) == 2
        ids = [value[0] if pair else value]
    return set(filter(is_id, ids))


def is_id(value):
    return type(value) is int and 0 < value <= LARGEST_ID


def _to_commands(value, known):
    """Commands that leave stored, existing records in a relation, and nothing else.

    :param value: records, ids, or commands
    :param dict known: the ids of existing records → those to take in their place
    :rtype: list
    """
    if isinstance(value, BaseModel):
        return [Command.set([known[number] for number in value.ids if number in known])]
    if not value:
        return [Command.clear()]
    cleaned = []
    for command in _get_commands(value):
        numbers = [
            known[number] for number in _get_numbers(command) if is_id(number) and number in known
        ]
        if command[0] == Command.SET:
            cleaned.append(Command.set(numbers))
        elif command[0] == Command.CLEAR:
            cleaned.append(Command.clear())
        else:
            make = Command.link if command[0] == Command.LINK else Command.unlink
            cleaned += map(make, numbers)
    return cleaned


def _get_commands(value):
    """The commands among what a client sends in place of them; an id links its record."""
    items = value if isinstance(value, (list, tuple)) else []
    items = [Command.link(item) if type(item) is int else item for item in items]
    return [item for item in items if isinstance(item, (list, tuple)) and item]


def _get_numbers(command):
    """What a command says it names: one record, or the records of a set."""
    if command[0] == Command.SET:
        ids = command[2] if len(command) > 2 else []
        return list(ids) if isinstance(ids, (list, tuple)) else []
    if command[0] in (Command.LINK, Command.UNLINK, Command.DELETE):
        return list(command[1:2])
    return []


def to_text(value):
    """A text as it can be stored; False where nobody would see anything."""
    text = UNSTORABLE.sub("", value) if isinstance(value, str) else ""
    return False if is_html_empty(INVISIBLE.sub("", text)) else text


def _to_amount(value):
    amount = float(value)
    if not abs(amount) <= LARGEST_AMOUNT:  # nor is it no number at all
        raise ValueError(value)
    return amount


def _is_given(value):
    """Whether a cleaned value says something; commands do where they add a record."""
    if isinstance(value, list):
        return any(code == Command.LINK or (code == Command.SET and ids) for code, _, ids in value)
    return bool(value)
