"""What core asks, and makes, of each message that it posts."""

from odoo import api, fields, models

from ..message_batch import MessageBatch


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
        """Who is told, without a query where no follower asked for such news.

        The ORM has read the followers of the whole batch, and knows who subscribed since.
        """
        if MessageBatch.of(records, "notify") and records._name == "crm.lead" and not pids:
            # sudo: whoever posts need not see who follows
            subtypes = records.sudo().message_follower_ids.subtype_ids
            if records and subtype_id not in subtypes._ids:
                return {lead_id: {} for lead_id in records.ids}
        return super()._get_recipient_data(records, message_type, subtype_id, pids)
