from odoo import models
from odoo.tools import SQL
from odoo.tools.mail import generate_tracking_message_id

from .bulk_insert import insert, is_extended


class CrmLead(models.Model):
    """Messages about many deals: their values, as Odoo would give them, and their rows."""

    _inherit = "crm.lead"

    def _prepare_posts(self, contents):
        """The values of messages with a subtype (see ``message_post``).

        :return: lead id → values of ``mail.message``
        :rtype: dict[int, dict]
        """
        aliases = self.sudo()._mail_get_alias_domains(default_company=self.env.company)
        companies = self._mail_get_companies(default=self.env.company)
        parents = self._get_parent_messages()
        values = {}
        for author, leads in self.grouped(lambda lead: contents[lead.id]["author"]).items():
            author_id, email_from = self._message_compute_author(author and author.id)
            reply_to = leads._notify_get_reply_to(default=email_from, author_id=author_id)
            for lead in leads:
                values[lead.id] = {
                    "author_id": author_id,
                    "author_guest_id": False,
                    "email_from": email_from,
                    "model": self._name,
                    "res_id": lead.id,
                    "body": contents[lead.id]["body"],
                    "message_type": "notification",
                    "parent_id": parents.get(lead.id, False),
                    "subject": False,
                    "subtype_id": contents[lead.id]["subtype"].id,
                    "partner_ids": [],
                    "incoming_email_to": False,
                    "incoming_email_cc": False,
                    "outgoing_email_to": False,
                    "email_add_signature": True,
                    "attachment_ids": [],
                    "record_alias_domain_id": aliases[lead.id].id,
                    "record_company_id": companies[lead.id].id,
                    "reply_to": reply_to[lead.id],
                }
        return values

    def _prepare_logs(self, contents):
        """The values of messages without a subtype (see ``_message_log_batch``).

        :return: lead id → values of ``mail.message``
        :rtype: dict[int, dict]
        """
        note_id = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note")
        values = {}
        for author, leads in self.grouped(lambda lead: contents[lead.id]["author"]).items():
            author_id, email_from = self._message_compute_author(author and author.id)
            reply_to = self.env["mail.thread"]._notify_get_reply_to(
                default=email_from, author_id=author_id
            )[False]
            for lead in leads:
                values[lead.id] = {
                    "author_id": author_id,
                    "email_from": email_from,
                    "model": self._name,
                    "res_id": lead.id,
                    "record_alias_domain_id": False,
                    "record_company_id": False,
                    "body": contents[lead.id]["body"],
                    "attachment_ids": False,
                    "message_type": "notification",
                    "is_internal": True,
                    "subject": False,
                    "subtype_id": note_id,
                    "email_add_signature": False,
                    "message_id": generate_tracking_message_id("message-notify"),
                    "partner_ids": False,
                    "reply_to": reply_to,
                }
        return values

    def _get_parent_messages(self):
        """The message each of these deals' next one answers (see ``_message_compute_parent_id``).

        The latest comment or mail, else the latest message, of the latest two hundred.

        :return: lead id → message id
        :rtype: dict[int, int]
        """
        if not self or not self._mail_flat_thread:
            return {}
        self.env["mail.message"].flush_model(["model", "res_id", "message_type", "date"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lead.id, parent.id
                  FROM unnest(%(ids)s::int[]) AS lead(id)
                 CROSS JOIN LATERAL (
                    SELECT recent.id
                      FROM (SELECT id, message_type, coalesce(date, create_date) AS date
                              FROM mail_message
                             WHERE model = %(model)s AND res_id = lead.id
                               AND message_type <> 'user_notification'
                          ORDER BY mail_message.date DESC, id DESC
                             LIMIT 200) AS recent
                  ORDER BY recent.message_type IN ('comment', 'email') DESC,
                           recent.date DESC, recent.id DESC
                     LIMIT 1) AS parent
                """,
                ids=self.ids,
                model=self._name,
            )
        )
        return dict(rows)

    def _create_messages(self, vals_list):
        """Write messages, in the order of these deals.

        :param list vals_list: values of ``mail.message``, without tracking values
        :rtype: mail.message
        """
        message = self.env["mail.message"]
        pictured = any("data:image" in vals["body"] for vals in vals_list)
        if pictured or is_extended(message, ["create"]) or is_extended(self, ["_message_create"]):
            return self._message_create(vals_list)
        relations = {"partner_ids", "attachment_ids"}
        messages = insert(
            message,
            [
                {
                    "message_id": message._get_message_id(vals),
                    **{name: value for name, value in vals.items() if name not in relations},
                }
                for vals in vals_list
            ],
        )
        # As mail.message does itself, document by document.
        fnames = ["message_ids", "message_needaction", "message_needaction_counter"]
        self.invalidate_recordset(fnames)
        return messages

    def _create_tracking_values(self, messages, contents):
        # sudo: people may not write them, and mail.message would do so message by message
        tracking_values = self.env["mail.tracking.value"].sudo()
        vals_list = [
            {**values, "mail_message_id": message.id}
            for lead, message in zip(self, messages, strict=True)
            for _command, _id, values in contents[lead.id]["tracking"]
        ]
        if is_extended(tracking_values, ["create"]):
            tracking_values.create(vals_list)
        else:
            insert(tracking_values, vals_list)
