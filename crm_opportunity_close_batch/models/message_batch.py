"""Many messages of leads at once: core's own loop, gathered, created in one go, and replayed."""

import ast
import inspect
import logging
from functools import cache
from textwrap import dedent

from odoo import api, fields, models
from odoo.exceptions import MissingError
from odoo.models import LOG_ACCESS_COLUMNS
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# What a batch takes the place of while it gathers.
GATHERED = ("_message_create", "_message_post_after_hook", "_notify_thread")
# What returns messages, or comes after them: there are none yet while they are gathered.
POSTING = ("_message_track", "message_post", "_message_log", "_message_log_batch")
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


class MessageBatch:
    """The messages that core's loop over a set of leads would have posted one by one.

    Passed in the context: what core asks along the way (subtypes, followers, messages) shares
    nothing else with the loop. It ends with the call; a client can send no instance of it.
    """

    def __init__(self, leads):
        self.leads, self.ids = leads, set(leads.ids)
        self.phase = "gather"  # then "create", then "notify"
        self.values = []
        self.calls = []  # the place of a message, what to call with it, further arguments
        self.answers = {}

    @classmethod
    def of(cls, records, phase):
        """The batch under way, if it is in this phase and, of leads, has these."""
        batch = records.env.context.get("crm_message_batch")
        if not isinstance(batch, cls) or batch.phase != phase:
            return None
        foreign = records._name == batch.leads._name and not batch.ids.issuperset(records._ids)
        return None if foreign else batch

    def ask(self, key, function, *args):
        """What a function answers that is called once a batch."""
        if key not in self.answers:
            self.answers[key] = function(*args)
        return self.answers[key]


def get_methods(records, name):
    """The methods that a call on these records may go through, core's own last."""
    return [vars(cls)[name] for cls in type(records).mro() if name in vars(cls)]


@cache
def passes_on(method):
    """Whether an extension only returns what ``super()`` does, and never looks at it."""
    try:
        nodes = list(ast.walk(ast.parse(dedent(inspect.getsource(method)))))
    except (OSError, SyntaxError, TypeError):
        return False
    returned = [node.value for node in nodes if isinstance(node, ast.Return)]
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    calls = [call for call in calls if getattr(call.func, "attr", None) == method.__name__]
    return bool(calls) and all(call in returned for call in calls)


def is_each_message_needed(leads, own_class):
    """Whether another add-on has to see each message of these leads as it is posted.

    :param type own_class: the class with this add-on's extensions
    """
    for name in GATHERED + POSTING:
        own, methods = vars(own_class).get(name), get_methods(leads, name)
        extensions = methods[: methods.index(own)] if name in GATHERED else methods[:-1]
        for method in extensions:
            if name in GATHERED or (method != own and not passes_on(method)):
                _logger.info("Messages of leads are posted one by one for %r", method)
                return True
    return False


class CrmLead(models.Model):
    """What changed on many leads is posted by core's own loop, but created in one go."""

    _inherit = "crm.lead"

    def _track_prepare(self, fields_iter):
        """Read the values of leads once a transaction: core reads them anew at each write."""
        if fields_iter is not self._fields:
            fields_iter = set(fields_iter)  # core gives what can be read only once
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


class Body(fields.Html):
    """Equal bodies of a batch, such as one note for many leads, are sanitized once."""

    def _convert(self, value, record, validate):
        batch = MessageBatch.of(record, "create")
        if not batch:
            return super()._convert(value, record, validate)
        return batch.ask((value, validate), super()._convert, value, record, validate)


class DocumentId(fields.Many2oneReference):
    """Messages of a batch join the messages of their lead in memory, where it has any there."""

    def _update_inverses(self, records, value):
        batch, everywhere = MessageBatch.of(records, "create"), records.pool.field_inverses[self]
        names = {record.model for record in records} if batch else set()
        if batch and names == {batch.leads._name}:
            inverses = batch.ask(self, lambda: [f for f in everywhere if f.model_name in names])
            if not any(value in field._get_cache(records.env) for field in inverses):
                return
        super()._update_inverses(records, value)


class MailMessage(models.Model):
    _inherit = "mail.message"

    body = Body()
    res_id = DocumentId()
    # The tracking values once more: those of a field that core does not know are created for
    # all messages together, by the ORM.
    batch_tracking_value_ids = fields.One2many(
        "mail.tracking.value", "mail_message_id", groups="base.group_system"
    )

    @api.model_create_multi
    def create(self, vals_list):
        if MessageBatch.of(self, "create") and self.env.su:
            names = {"tracking_value_ids": "batch_tracking_value_ids"}
            vals_list = [
                {names.get(name, name): value for name, value in vals.items()} for vals in vals_list
            ]
        return super().create(vals_list)


class MailMessageSubtype(models.Model):
    _inherit = "mail.message.subtype"

    def exists(self):
        """Core asks for each message; what it keeps in its cache for leads is there."""
        if MessageBatch.of(self, "gather"):
            known, *_others = self._get_auto_subscription_subtypes("crm.lead")
            if set(self._ids).issubset(known):
                return self
        return super().exists()


class MailFollowers(models.Model):
    _inherit = "mail.followers"

    def _get_recipient_data(self, records, message_type, subtype_id, pids=None):
        """Who is notified, without a query where no follower asked for such news.

        The ORM has read the followers of the whole batch, and knows who subscribed since.
        """
        if MessageBatch.of(records, "notify") and records._name == "crm.lead" and not pids:
            # sudo: whoever posts need not see who follows
            subtypes = records.sudo().message_follower_ids.subtype_ids
            if records and subtype_id not in subtypes._ids:
                return {lead_id: {} for lead_id in records.ids}
        return super()._get_recipient_data(records, message_type, subtype_id, pids)
