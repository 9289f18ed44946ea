from contextlib import contextmanager
from unittest.mock import patch

from odoo.addons.crm_opportunity_close.tests.common import TestCloseCommon
from odoo.addons.mail.models.mail_thread import MailThread

LOGGER = "odoo.addons.crm_opportunity_close_batch.models.message_batch"


class TestBatchCommon(TestCloseCommon):
    """Messages of many leads, and who sees them being made."""

    def _post_one_by_one(self):
        """A context in which core posts the messages without a batch."""
        model = self.registry["crm.lead"]
        return patch.object(model, "_message_track", MailThread._message_track)

    @contextmanager
    def _watch(self, model_name, name):
        """Extend a method, on top of all add-ons that extend this very model.

        :return: one entry a call: the records it was called for, its arguments, its result
        """
        model = self.registry[model_name]
        parent = getattr(model, name)
        calls = []

        def extended(records, *args, **kwargs):
            result = parent(records, *args, **kwargs)
            calls.append((records, args, result))
            return result

        with patch.object(model, name, extended):
            yield calls

    def _lose(self, **answers):
        """Lose both leads, to the last message.

        :return: how many messages were created at once, each time; and these messages
        """
        with self._watch("mail.message", "create") as calls:
            self.deals.with_env(self.env).action_set_lost(
                lost_reason_id=self.reason_price.id, **answers
            )
            self.flush_tracking()
        created = [messages.sudo() for _model, _args, messages in calls]
        created = [messages for messages in created if "crm.lead" in messages.mapped("model")]
        return [len(messages) for messages in created], created[0].concat(*created[1:])
