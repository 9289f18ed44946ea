from collections import defaultdict
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from .closing_refusal import describe_reopenings
from .closing_values import (
    UNSTORABLE,
    YEARS,
    is_given,
    to_amount,
    to_commands,
    to_ids,
    to_price,
    to_text,
)
from .crm_lead import ANSWER_FIELDS, OUTCOMES, REASON_FIELD
from .crm_lead_closing_rules import guard_refuses

RECORD_FIELDS = {"lost_reason_id", "win_reason_id", "secondary_reason_ids", "competitor_id"}


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
        wanted = {name: to_ids(vals[name], self._fields[name]) for name in names}
        known = self._get_known_ids(wanted)
        for name in names:
            # sudo: what a reason or a competitor was merged into, whoever may see it
            records = self.env[self._fields[name].comodel_name].sudo()
            records = records.browse(wanted[name] & known[name])
            survivors = {record.id: record.merged_into_id.id or record.id for record in records}
            if self._fields[name].type == "many2one":
                vals[name] = next(iter(survivors.values()), False)
            else:
                vals[name] = to_commands(vals[name], survivors)
        if "closing_note" in vals:
            vals["closing_note"] = to_text(vals["closing_note"])
        for name, convert in (
            ("date_closed", fields.Datetime.to_datetime),
            ("followup_date", fields.Date.to_date),
            ("closed_revenue", to_amount),
            ("winning_price", to_price),
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
        if not any(is_given(vals.get(name)) for name in names) or not guard_refuses(self.env):
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

    def _filter_closing(self, vals):
        """Those of these leads that a write is about to close, or to close another way.

        :param dict vals: what is about to be written, cleaned
        """
        return self.filtered(
            lambda lead: lead._get_next_status(vals) not in ("pending", lead.won_status)
        )

    def _clear_unconfirmed_answers(self, vals):
        """Forget what code left on leads that are open, and that a person's write closes.

        Only answers given together with the closing count as that person's.

        :param dict vals: what is about to be written, cleaned
        """
        if guard_refuses(self.env):
            still_open = self.filtered(lambda lead: lead.won_status not in OUTCOMES)
            still_open._clear_fields([name for name in ANSWER_FIELDS if name not in vals])

    def _get_next_status(self, vals):
        """The status this lead will have with these values (see crm's ``won_status``)."""
        # The stages of a set are read together as long as none is looked up by its id.
        stage = self.stage_id.browse(vals["stage_id"]) if "stage_id" in vals else self.stage_id
        if stage.is_won:
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
