from odoo import api, models

from ..models.crm_lead import CLOSING_FIELDS

# What windows call otherwise than leads do.
LEAD_NAMES = {"lost_feedback": "closing_note", "note": "closing_note"}


class CrmLeadAnswersMixin(models.AbstractModel):
    """Answers come into a window as they come into a lead: what is none, counts as none."""

    _name = "crm.lead.answers.mixin"
    _description = "Answers of a closing"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._clean_answers(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._clean_answers(vals))

    @api.model
    def _clean_answers(self, vals):
        """Take nothing for an answer but what a lead would.

        :param dict vals: values for ``create`` or ``write``
        :return: a copy
        :rtype: dict
        :raise ValidationError: a date or an amount is none
        """
        names = {name: LEAD_NAMES.get(name, name) for name in vals if name in self._fields}
        answers = {
            name: lead_name for name, lead_name in names.items() if lead_name in CLOSING_FIELDS
        }
        cleaned = self.env["crm.lead"]._clean_closing_vals(
            {lead_name: vals[name] for name, lead_name in answers.items()}
        )
        return {**vals, **{name: cleaned[lead_name] for name, lead_name in answers.items()}}
