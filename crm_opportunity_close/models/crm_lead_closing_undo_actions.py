from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_time

from .closing_values import is_id

UNDO_TIME = timedelta(minutes=10)
# How many leads a message names one by one.
MAX_NAMED = 5


class CrmLeadClosing(models.Model):
    """Who may undo a closing, and what is said about closings just made or undone."""

    _inherit = "crm.lead.closing"

    can_undo = fields.Boolean(compute="_compute_can_undo")
    undo_message = fields.Char("Undo", compute="_compute_can_undo")

    @api.depends("is_current")
    @api.depends_context("uid")
    def _compute_can_undo(self):
        """Whether Undo is offered, and what is said about it; nothing where it never was."""
        recent = self.filtered(lambda row: not row._get_undo_obstacle())
        sent = recent._get_sent_since()
        for closing in self:
            closing.can_undo = closing in recent and closing not in sent
            closing.undo_message = closing in recent and closing._describe_undo(sent.get(closing))

    def _describe_undo(self, obstacle):
        """When this was closed, and until when it can be undone, or why it cannot.

        :param str obstacle: what has happened since, if anything
        :rtype: str
        """
        closed = self._format_time(self.create_date)
        what = {
            "won": self.env._("Won at %(time)s.", time=closed),
            "lost": self.env._("Lost at %(time)s.", time=closed),
        }
        until = self._format_time(self.create_date + UNDO_TIME)
        can = self.env._("You can undo this until %(time)s.", time=until)
        return f"{what[self.outcome]} {obstacle or can}"

    def _format_time(self, moment):
        return format_time(self.env, moment, time_format="short")

    def _get_undo_obstacle(self):
        """Why this closing cannot be undone, whatever has happened since.

        :rtype: str | None
        """
        if not self.is_current:
            return self.env._("It is not closed this way any more.")
        if self.closed_by_id.id != self.env.uid:
            return self.env._("Only who closed it can undo that. Use Reopen.")
        # sudo: state_before is nobody's to read
        if not (state := self.sudo().state_before):
            return self.env._("It was created as closed. Use Reopen.")
        if fields.Datetime.now() - self.create_date > UNDO_TIME:
            return self.env._("It was closed more than ten minutes ago. Use Reopen.")
        if state.get("closing_id") not in (None, *self.sudo().lead_id.closing_ids.ids):
            return self.env._("What it was before is gone. Use Reopen.")
        return None

    def _get_sent_since(self):
        """What has gone out to customers since these closings.

        An extension calls ``super()`` and adds what it knows of.

        :return: closing → plain words
        :rtype: dict[crm.lead.closing, str]
        """
        said = self._get_mailed_since("crm.lead", {row: row.lead_id.ids for row in self})
        why = self.env._("A message has gone out to the customer since: it cannot be undone.")
        return dict.fromkeys(said, why)

    def _get_mailed_since(self, model, ids):
        """The closings since which somebody outside got a message about a record.

        :param str model: of the records
        :param dict ids: closing → ids of records
        :rtype: crm.lead.closing
        """
        wanted = {number for numbers in ids.values() for number in numbers}
        if not wanted:
            return self.browse()
        outside = [
            ("notification_type", "!=", "inbox"),
            ("res_partner_id.partner_share", "=", True),
        ]
        # sudo: what matters is whether it went out, not whether the user may read it
        messages = self.env["mail.message"].sudo()
        messages = messages.search_fetch(
            [
                ("model", "=", model),
                ("res_id", "in", list(wanted)),
                ("create_date", ">=", min(self.mapped("create_date")).replace(microsecond=0)),
                "|",
                ("message_type", "=", "email_outgoing"),
                ("notification_ids", "any", outside),
            ],
            ["res_id", "create_date"],
        )
        return self.filtered(
            lambda row: any(
                message.res_id in ids[row] and message.create_date >= row.create_date
                for message in messages
            )
        )

    def action_undo(self):
        """Undo these closings: their leads are as they were, the rows are mistakes.

        :return: a client action that says what was undone, and what was not
        :rtype: dict
        :raise UserError: none of them can be undone
        """
        closings = self.exists()
        closings.check_access("read")
        refused = {row: why for row in closings if (why := row._get_undo_obstacle())}
        possible = closings.filtered(lambda row: row not in refused)
        refused |= possible._get_sent_since()
        undone = possible.filtered(lambda row: row not in refused)
        lines = describe_first(self.env, {row.lead_id: why for row, why in refused.items()})
        if not undone:
            lines = lines or [self.env._("There is nothing left to undo.")]
            raise UserError("\n".join([self.env._("This cannot be undone:"), *lines]))
        undone._undo()
        return undone._get_undone_notification(lines)

    # ------------------------------------------------------------
    # Notifications
    # ------------------------------------------------------------

    def _get_closed_notification(self, skipped=()):
        """Say what was closed and what was not, with Undo where it is possible.

        :param list[str] skipped: what was left as it is, a line each
        :return: a client action
        :rtype: dict
        """
        if len(self) == 1:
            texts = {
                "won": self.env._("Won: %(lead)s", lead=self.lead_id.display_name),
                "lost": self.env._("Lost: %(lead)s", lead=self.lead_id.display_name),
            }
        else:
            texts = {
                "won": self.env._("Opportunities won: %(count)s", count=len(self)),
                "lost": self.env._("Opportunities lost: %(count)s", count=len(self)),
            }
        undoable = self.filtered(lambda row: not row._get_undo_obstacle())
        return self._get_notification(texts[self[0].outcome], skipped, undo_ids=undoable.ids)

    def _get_undone_notification(self, skipped):
        if len(self) == 1:
            message = self.env._("Undone: %(lead)s is as it was", lead=self.lead_id.display_name)
        else:
            message = self.env._(
                "Undone: %(count)s opportunities are as they were", count=len(self)
            )
        return self._get_notification(message, skipped)

    @api.model
    def _get_notification(self, message, skipped, undo_ids=()):
        return {
            "type": "ir.actions.client",
            "tag": "crm_opportunity_close.notify",
            "params": {
                "message": message,
                "skipped": list(skipped),
                "undo_ids": list(undo_ids),
                "seconds": int(UNDO_TIME.total_seconds()),
            },
        }

    @api.model
    def get_closed_notification(self, lead_ids):
        """What to say about leads that the user has just closed by dragging.

        :param list[int] lead_ids: ids of leads
        :return: a client action, or False where there is nothing to say
        """
        ids = list(filter(is_id, lead_ids)) if isinstance(lead_ids, list) else []
        leads = self.env["crm.lead"].with_context(active_test=False).search([("id", "in", ids)])
        closings = leads._get_current_closings().with_env(self.env)
        recent = closings.filtered(lambda row: not row._get_undo_obstacle())
        return bool(recent) and recent._get_closed_notification()


def describe_first(env, words):
    """The first of these leads by name, a line each, and how many more there are.

    :param Environment env: whose language it is
    :param dict words: lead → plain words
    :rtype: list[str]
    """
    lines = [
        env._("%(lead)s – %(why)s", lead=lead.name, why=why)
        for lead, why in list(words.items())[:MAX_NAMED]
    ]
    if len(words) > MAX_NAMED:
        lines.append(env._("… and %(count)s more", count=len(words) - MAX_NAMED))
    return lines
