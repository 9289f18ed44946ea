from odoo import models

from .bulk_insert import is_extended


class CrmLead(models.Model):
    """The probability of many deals at once: one write for each value, not for each deal."""

    _inherit = "crm.lead"

    def _compute_probabilities(self):
        """Core calls this as a plain method as well; each assignment is a write then."""
        field = self._fields["automated_probability"]
        loose = self.filtered(lambda lead: lead.id and not self.env.is_protected(field, lead))
        if len(loose) < 2 or is_extended(self, ["_compute_probabilities"]):
            return super()._compute_probabilities()
        rest = self - loose
        if rest:
            super(CrmLead, rest)._compute_probabilities()
        probabilities, _tooltip = loose._pls_get_naive_bayes_probabilities()
        groups = loose.grouped(
            lambda lead: (probabilities.get(lead.id), lead.active and lead.is_automated_probability)
        )
        for (probability, is_automated), leads in groups.items():
            if probability is not None:
                names = ["automated_probability"] + ["probability"] * is_automated
                leads.write(dict.fromkeys(names, probability))
        return None
