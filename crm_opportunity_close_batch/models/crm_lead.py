from odoo import api, models
from odoo.exceptions import MissingError
from odoo.models import LOG_ACCESS_COLUMNS
from odoo.tools import SQL

from .message_batch import MessageBatch, get_methods, is_each_message_needed

# As core has it: the latest comment or mail, else the latest message, of the latest 200.
PARENTS = """
    SELECT DISTINCT ON (res_id) res_id, id
      FROM (SELECT res_id, id, message_type, coalesce(date, create_date) AS date,
                   row_number() OVER (PARTITION BY res_id ORDER BY date DESC, id DESC) AS place
              FROM mail_message
             WHERE model = %s AND res_id = ANY(%s) AND message_type <> 'user_notification') AS m
     WHERE place <= 200
  ORDER BY res_id, message_type IN ('comment', 'email') DESC, date DESC, id DESC
"""


class CrmLead(models.Model):
    """What changed on many leads is posted by core's own loop, but created in one go."""

    _inherit = "crm.lead"

    def _track_prepare(self, fields_iter):
        """Read the values of leads once a transaction: core reads them anew at each write."""
        known = self.env.cr.precommit.data.get(f"mail.tracking.{self._name}")
        if known and known.keys() >= set(self.ids):
            names = self._track_get_fields().intersection(fields_iter)
            kept = map(known.get, self.ids)
            if all(values is None or values.keys() >= names for values in kept):
                return None
        return super()._track_prepare(fields_iter)

    def _message_track(self, fields_iter, initial_values_dict):
        if len(self) < 2 or not self.env.su or is_each_message_needed(self, CrmLead):
            return super()._message_track(fields_iter, initial_values_dict)
        batch = MessageBatch(self)
        leads = self.with_context(crm_message_batch=batch)
        tracking = super(CrmLead, leads)._message_track(fields_iter, initial_values_dict)
        batch.phase = "create"
        messages = batch.values and list(leads._fallback_lang()._message_create(batch.values))
        batch.phase = "notify"
        for place, method, args, kwargs in batch.calls:
            method(messages[place], *args, **kwargs)
        return tracking

    def _message_create(self, values_list):
        batch = MessageBatch.of(self, "gather")
        if not batch:
            return super()._message_create(values_list)
        batch.values += values_list
        return self.env["mail.message"]

    def _message_post_after_hook(self, message, msg_values):
        return self._call_with(message, super()._message_post_after_hook, msg_values)

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        return self._call_with(message, super()._notify_thread, msg_vals, **kwargs)

    def _call_with(self, message, method, *args, **kwargs):
        """Call a method with a message, or with the one gathered last once it is created."""
        batch = MessageBatch.of(self, "gather")
        if message or not batch:
            return method(message, *args, **kwargs)
        batch.calls.append((len(batch.values) - 1, method, args, kwargs))
        return []

    def _mail_get_alias_domains(self, default_company=False):
        return self._ask_for_all(super()._mail_get_alias_domains, default_company)

    def _notify_get_reply_to(self, default=None, author_id=False):
        return self._ask_for_all(super()._notify_get_reply_to, default, author_id)

    def _ask_for_all(self, method, *args):
        """Call a method that answers for each of a set, in a batch once for all its leads."""
        batch = MessageBatch.of(self, "gather")
        if not batch or not self:
            return method(*args)
        leads = batch.leads.with_env(self.env)
        try:
            answers = batch.ask((method.__name__, args), method.__func__, leads, *args)
        except MissingError:  # one of them is deleted
            return method(*args)
        return {lead_id: answers[lead_id] for lead_id in self.ids}

    def _message_compute_parent_id(self, parent_id):
        batch = MessageBatch.of(self, "gather")
        is_extended = len(get_methods(self, "_message_compute_parent_id")) > 2
        if not batch or parent_id or is_extended or not self._mail_flat_thread:
            return super()._message_compute_parent_id(parent_id)
        return batch.ask("parents", batch.leads._get_parent_messages).get(self.id, False)

    def _get_parent_messages(self):
        """The message that the next one of each lead answers: lead id → message id."""
        self.env["mail.message"].flush_model(["model", "res_id", "message_type", "date"])
        return dict(self.env.execute_query(SQL(PARENTS, self._name, self.ids)))

    def _compute_probabilities(self):
        """Write each value once, where core calls this as a plain method, lead by lead."""
        is_computing = self.env.is_protected(self._fields["automated_probability"], self[:1])
        if (
            is_computing
            or len(self.ids) < 2
            or len(get_methods(self, "_compute_probabilities")) > 2
        ):
            return super()._compute_probabilities()
        known, _tooltip = self._pls_get_naive_bayes_probabilities()
        groups = self.filtered(lambda lead: lead.id in known).grouped(
            lambda lead: (known[lead.id], lead.active and lead.is_automated_probability)
        )
        for (probability, is_automated), leads in groups.items():
            names = ["automated_probability"] + ["probability"] * is_automated
            leads.write(dict.fromkeys(names, probability))
        return None


class CrmLeadScoringFrequency(models.Model):
    _inherit = "crm.lead.scoring.frequency"

    @api.model
    @api.readonly
    def search_read(self, domain=None, fields=None, *args, **kwargs):
        """Leave out who wrote a counter, unless asked: core reads all fields at each closing."""
        fields = fields or [name for name in self._fields if name not in LOG_ACCESS_COLUMNS]
        return super().search_read(domain, fields, *args, **kwargs)
