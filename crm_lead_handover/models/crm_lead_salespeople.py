from odoo import api, fields, models

from .single import check_single


class CrmLead(models.Model):
    """Who had a lead when."""

    _inherit = "crm.lead"

    @api.readonly
    def get_salespeople(self):
        """The salespeople of this lead, the present one first.

        Read from the changes tracked in the chatter, also from before this add-on was
        installed. Changes of a lead that was merged into this one are left out.

        :return: ``salespeople``: dictionaries with ``user_id`` (False: unknown or deleted),
            ``name`` (empty: nobody), ``since`` and ``until`` (UTC, False: unknown, or still),
            ``days``, and ``by``, the name of who made the change; ``handover_count``: how
            many hand-overs of the lead the user may see
        :rtype: dict
        :raise AccessError: the user does not see the lead
        """
        check_single(self)
        self.check_access("read")
        # sudo: tracked changes may be kept from the user, who may see the salesperson
        periods = self.sudo()._get_ownership_periods()
        untils = [*(period["since"] for period in periods[1:]), False]
        return {
            "salespeople": [
                {
                    **period,
                    "since": fields.Datetime.to_string(period["since"]),
                    "until": fields.Datetime.to_string(until),
                    "days": ((until or fields.Datetime.now()) - period["since"]).days,
                }
                for period, until in reversed(list(zip(periods, untils, strict=True)))
            ],
            "handover_count": self.env["crm.handover"].search_count(
                [("line_ids.lead_id", "=", self.id)]
            ),
        }

    def _get_ownership_periods(self):
        """Each time somebody, or nobody, had this lead, oldest first (as superuser).

        :return: dictionaries with ``user_id``, ``name``, ``since`` and ``by``
        :rtype: list[dict]
        """
        changes = self._get_salesperson_changes()
        started = self.create_date.replace(microsecond=0)
        creator = self.create_uid.name or ""
        if not changes:
            return [_get_period(self.user_id.id, self.user_id.name, started, creator)]
        first = changes[0]
        periods = [_get_period(first.old_value_integer, first.old_value_char, started, creator)]
        for change in changes:
            message = change.mail_message_id
            if change.new_value_integer != periods[-1]["user_id"]:
                periods.append(
                    _get_period(
                        change.new_value_integer,
                        change.new_value_char,
                        max(message.date, periods[-1]["since"]),
                        message.author_id.name or "",
                    )
                )
        if (self.user_id.id or 0) != periods[-1]["user_id"]:
            # Changed by code that is not tracked; the date of assignment is the best guess.
            since = max(self.date_open or periods[-1]["since"], periods[-1]["since"])
            periods.append(_get_period(self.user_id.id, self.user_id.name, since, ""))
        self._name_known_users(periods)
        return periods

    def _get_salesperson_changes(self):
        """The tracked changes of the salesperson of this lead, oldest first.

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
                    # Merging gives the messages of the other lead a subject.
                    ("mail_message_id.subject", "=", False),
                ]
            )
            .sorted(lambda change: (change.mail_message_id.date, change.id))
        )

    def _name_known_users(self, periods):
        """Give people the name they have today, where they still exist."""
        users = self.env["res.users"].browse(
            period["user_id"] for period in periods if period["user_id"]
        )
        names = {user.id: user.name for user in users.exists()}
        for period in periods:
            period["name"] = names.get(period["user_id"], period["name"])
            period["user_id"] = period["user_id"] in names and period["user_id"]


def _get_period(user_id, name, since, by):
    return {"user_id": user_id or 0, "name": name or "", "since": since, "by": by}
