from odoo import api, fields, models


class CrmLead(models.Model):
    """Who had a deal when."""

    _inherit = "crm.lead"

    @api.readonly
    def get_salespeople(self):
        """The chain of salespeople of this deal, the present one first.

        It is read from the changes tracked in the chatter, and so reaches back to before
        this add-on was installed. Changes of a deal that was merged into this one are not
        part of it.

        :return: ``salespeople``: dictionaries with ``user_id`` (False: unknown or deleted),
            ``name`` (empty: nobody), ``since`` and ``until`` (UTC, False: unknown, or still),
            ``days``, and ``by``, the name of who made it so; ``handover_count``: how many
            hand-overs of the deal the user may see
        :rtype: dict
        :raise AccessError: the user does not see the deal
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: tracked changes are kept from people, the salesperson of the deal is not
        stays = self.sudo()._get_stays()
        untils = [*(stay["since"] for stay in stays[1:]), False]
        salespeople = [
            {
                **stay,
                "until": until,
                "days": ((until or fields.Datetime.now()) - stay["since"]).days,
            }
            for stay, until in zip(stays, untils, strict=True)
        ]
        return {
            "salespeople": [
                {
                    **person,
                    "since": fields.Datetime.to_string(person["since"]),
                    "until": fields.Datetime.to_string(person["until"]),
                }
                for person in reversed(salespeople)
            ],
            "handover_count": self.env["crm.handover"].search_count(
                [("line_ids.lead_id", "=", self.id)]
            ),
        }

    def _get_stays(self):
        """Every time somebody, or nobody, had this deal, oldest first (as superuser).

        :return: dictionaries with ``user_id``, ``name``, ``since`` and ``by``
        :rtype: list[dict]
        """
        changes = self._get_salesperson_changes()
        started = self.create_date.replace(microsecond=0)
        creator = self.create_uid.name or ""
        if not changes:
            return [_stay(self.user_id.id, self.user_id.name, started, creator)]
        first = changes[0]
        stays = [_stay(first.old_value_integer, first.old_value_char, started, creator)]
        for change in changes:
            message = change.mail_message_id
            if change.new_value_integer != stays[-1]["user_id"]:
                stays.append(
                    _stay(
                        change.new_value_integer,
                        change.new_value_char,
                        max(message.date, stays[-1]["since"]),
                        message.author_id.name or "",
                    )
                )
        if (self.user_id.id or 0) != stays[-1]["user_id"]:
            # Changed by code that is not tracked; the date of assignment is the best guess.
            since = max(self.date_open or stays[-1]["since"], stays[-1]["since"])
            stays.append(_stay(self.user_id.id, self.user_id.name, since, ""))
        self._name_known_users(stays)
        return stays

    def _get_salesperson_changes(self):
        """The tracked changes of the salesperson of this deal, oldest first.

        :rtype: mail.tracking.value
        """
        field = self.env["ir.model.fields"]._get(self._name, "user_id")
        return (
            self.env["mail.tracking.value"]
            .search(
                [
                    ("field_id", "=", field.id),
                    ("mail_message_id.model", "=", self._name),
                    ("mail_message_id.res_id", "=", self.id),
                    # Merging gives the messages of the other deal a subject.
                    ("mail_message_id.subject", "=", False),
                ]
            )
            .sorted(lambda change: (change.mail_message_id.date, change.id))
        )

    def _name_known_users(self, stays):
        """Call people by the name they have today, where they still exist."""
        users = self.env["res.users"].browse(stay["user_id"] for stay in stays if stay["user_id"])
        names = {user.id: user.name for user in users.exists()}
        for stay in stays:
            stay["name"] = names.get(stay["user_id"], stay["name"])
            stay["user_id"] = stay["user_id"] in names and stay["user_id"]


def _stay(user_id, name, since, by):
    return {"user_id": user_id or 0, "name": name or "", "since": since, "by": by}
