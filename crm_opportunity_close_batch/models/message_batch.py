"""A batch of messages, and what core asks, and makes, of each message that it posts."""

import ast
import inspect
import logging
from functools import cache
from textwrap import dedent

from odoo import api, fields, models

_logger = logging.getLogger(__name__)

# What a batch takes the place of while it gathers.
GATHERED = ("_message_create", "_message_post_after_hook", "_notify_thread")
# What returns messages, or comes after them: there are none yet while they are gathered.
POSTING = ("_message_track", "message_post", "_message_log", "_message_log_batch")


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
