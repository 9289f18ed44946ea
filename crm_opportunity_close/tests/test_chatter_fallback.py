from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import tagged, users

from ..models.crm_lead_chatter import PER_RECORD
from .common import TestCloseCommon

# What Odoo calls of a deal's own methods to tell of a closing nobody follows, deal by deal.
CALLED_FOR_EACH = (
    "message_post",
    "_message_compute_parent_id",
    "_notify_thread",
    "_notify_get_recipients",
)


@tagged("post_install", "-at_install")
class TestChatterFallback(TestCloseCommon):
    """An add-on that extends what is done for a set is asked for each deal, as without us."""

    @contextmanager
    def _extend(self, model_name, name, module="odoo.addons.another.models.another"):
        """Extend a method as another add-on does.

        :param str module: where the extension is written
        :return: one entry a call: the records it was called for, and its arguments
        """
        model = self.registry[model_name]
        parent = getattr(model, name)
        calls = []

        def extended(records, *args, **kwargs):
            calls.append((records, args))
            return parent(records, *args, **kwargs)

        extended.__module__ = module
        with patch.object(model, name, extended):
            yield calls

    def _lose(self):
        """Lose both deals; return how often messages were written for a set."""
        with (
            self.env.cr.savepoint() as savepoint,
            self._extend("crm.lead", "_tell", "odoo.addons.mail.models.any") as told,
        ):
            self.deals.with_env(self.env).action_set_lost(lost_reason_id=self.reason_price.id)
            self.flush_tracking()
            told = len(told)
            savepoint.rollback()
        return told

    @users("user_sales_leads")
    def test_nobody_extends(self):
        self.assertEqual(self._lose(), 1)

    @users("user_sales_leads")
    def test_a_method_of_deals_is_extended(self):
        for name in PER_RECORD:
            with self.subTest(name), self._extend("crm.lead", name) as calls:
                self.assertEqual(self._lose(), 0, "Odoo's own way is taken")
                if name in CALLED_FOR_EACH:
                    asked = {deal.id for deals, _args in calls for deal in deals}
                    self.assertEqual(asked, set(self.deals.ids))

    @users("user_sales_leads")
    def test_what_a_deal_says_is_extended(self):
        """The subtype is asked of each deal then, the messages are still written for the set."""
        with self._extend("crm.lead", "_track_subtype") as calls:
            self.assertEqual(self._lose(), 1)
            asked = [deals.ids for deals, _args in calls]
            self.assertEqual(asked, [[deal.id] for deal in self.deals])

    @users("user_sales_leads")
    def test_messages_are_extended(self):
        """Messages are made by the method that is extended, all of them in one call."""
        with self._extend("mail.message", "create") as calls:
            self.assertEqual(self._lose(), 1)
        asked = [[vals["res_id"] for vals in args[0]] for _messages, args in calls]
        self.assertEqual(asked, [self.deals.ids])
