"""The chatter of many deals at once.

Odoo tells every change of a record in a message of its own, and writes these messages one
by one at the end of the transaction: nine tenths of the time it takes to close a
selection. Here the same messages are written as a set. What they say, who said it and who
is notified is decided by the very methods that decide it for a single record.
"""

from markupsafe import escape

from odoo import models
from odoo.exceptions import MissingError

from .bulk_insert import is_extended
from .crm_lead import ANSWER_FIELDS

# What Odoo calls record by record, and is done for a set here. Who extends one of these
# expects to be asked for each message, and is.
PER_RECORD = (
    "_message_track",
    "message_post",
    "_message_log",
    "_message_log_batch",
    "_message_compute_parent_id",
    "_notify_thread",
    "_notify_get_recipients",
    "_notify_thread_with_out_of_office",
)
# A change of any of these is told as a set.
TOLD_TOGETHER = ("won_status", "user_id", *ANSWER_FIELDS)


class CrmLead(models.Model):
    """Closing a set of deals tells their followers as a set."""

    _inherit = "crm.lead"

    def _message_track(self, fields_iter, initial_values_dict):
        """Tell the changes of deals that were closed or handed over in one go.

        Left to Odoo where an add-on wants to see each message.

        :param fields_iter: the names of the tracked fields
        :param dict initial_values_dict: lead id → field name → value before
        :return: lead id → names of the changed fields, commands for their tracking values
        :rtype: dict[int, tuple]
        """
        nothing = not self or not fields_iter
        if nothing or self.env.user._is_public() or is_extended(self, PER_RECORD):
            return super()._message_track(fields_iter, initial_values_dict)
        leads = self
        try:
            told = leads._filter_changed(TOLD_TOGETHER, initial_values_dict)
        except MissingError:  # deleted in the meantime
            leads = self.exists()
            told = leads._filter_changed(TOLD_TOGETHER, initial_values_dict)
        if not told:
            return super()._message_track(fields_iter, initial_values_dict)
        tracking = leads._get_tracking(fields_iter, initial_values_dict)
        contents = leads._prepare_contents(tracking, initial_values_dict)
        leads.browse(contents)._tell(contents)
        return tracking

    def _filter_changed(self, fnames, initial_values):
        return self.filtered(
            lambda lead: any(
                fname in initial_values[lead.id] and initial_values[lead.id][fname] != lead[fname]
                for fname in fnames
            )
        )

    def _get_tracking(self, fnames, initial_values):
        """What changed, as :meth:`_mail_track` says it of each deal.

        :return: lead id → names of the changed fields, commands for their tracking values
        """
        info = self.fields_get(fnames, attributes=("string", "type", "selection", "currency_field"))
        tracking = {}
        for lead in self:
            before = initial_values[lead.id]
            # Odoo sorts all tracked fields for each record; most have not changed.
            changed = {
                fname: info[fname]
                for fname in info
                if fname in before
                and (info[fname]["type"] == "properties" or before[fname] != lead[fname])
            }
            tracking[lead.id] = lead._mail_track(changed, before)
        return tracking

    # ------------------------------------------------------------
    # Messages
    # ------------------------------------------------------------

    def _prepare_contents(self, tracking, initial_values):
        """What each message is to say.

        :param dict tracking: see :meth:`_get_tracking`
        :param dict initial_values: lead id → field name → value before
        :return: lead id → ``subtype``, ``author`` (partner or None), ``body``, ``tracking``;
            without the deals that have nothing to tell
        :rtype: dict[int, dict]
        """
        data = self.env.cr.precommit.data
        bodies = data.pop(f"mail.tracking.message.{self._name}", {})
        authors = data.pop(f"mail.tracking.author.{self._name}", {})
        subtypes = self._get_track_subtypes(tracking, initial_values)
        contents = {}
        for lead in self.filtered(lambda lead: tracking[lead.id][0]):
            changes, commands = tracking[lead.id]
            subtype = subtypes[lead.id]
            if subtype or commands:
                body = bodies.get(lead.id)
                if body is None:
                    body = lead._track_get_default_log_message(changes)
                contents[lead.id] = {
                    "subtype": subtype,
                    "author": authors.get(lead.id),
                    "body": escape(body),
                    "tracking": commands,
                }
        return contents

    def _get_track_subtypes(self, tracking, initial_values):
        """The subtype of each message, as :meth:`_track_subtype` says it of each deal.

        It looks a subtype up, with a query, for each deal: here once for those alike in all
        that core and this add-on look at.

        :return: lead id → subtype, empty or False for a note
        :rtype: dict[int, mail.message.subtype]
        """
        single = is_extended(self, ["_track_subtype"])
        subtypes, known = {}, {}
        for lead in self:
            changes, _commands = tracking[lead.id]
            alike = (
                frozenset(changes),
                lead.won_status,
                bool(lead.lost_reason_id),
                single and lead,
            )
            if changes and alike not in known:
                before = {name: initial_values[lead.id][name] for name in changes}
                known[alike] = lead._track_subtype(before)
            subtypes[lead.id] = known.get(alike)
        return subtypes

    def _tell(self, contents):
        """Do what ``message_post`` does with a subtype, and ``_message_log`` without one.

        :param dict contents: see :meth:`_prepare_contents`
        """
        leads = self._fallback_lang()
        posted = leads.filtered(lambda lead: contents[lead.id]["subtype"])
        values = {
            **posted._prepare_posts(contents),
            **(self - posted)._prepare_logs(contents),
        }
        messages = leads._create_messages([values[lead.id] for lead in leads])
        leads._create_tracking_values(messages, contents)
        notified = posted._filter_notified(values)
        for lead, message in zip(leads, messages, strict=True):
            content = contents[lead.id]
            if content["subtype"]:
                message_values = {**values[lead.id], "tracking_value_ids": content["tracking"]}
                lead._message_post_after_hook(message, message_values)
                if lead.id in notified:
                    lead._notify_thread(message, message_values)

    def _filter_notified(self, values):
        """Those of these deals whose message somebody other than its author is told of.

        :param dict values: lead id → values of its message
        :return: lead ids
        :rtype: set[int]
        """
        notified = set()
        told_too = self.env.context.get("mail_notify_author")
        followers = self.env["mail.followers"]
        for subtype_id, leads in self.grouped(lambda lead: values[lead.id]["subtype_id"]).items():
            recipients = followers._get_recipient_data(leads, "notification", subtype_id, [])
            for lead in leads:
                author = self._message_compute_real_author(values[lead.id]["author_id"])
                if any(told_too or partner_id != author.id for partner_id in recipients[lead.id]):
                    notified.add(lead.id)
        return notified
