from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .single import check_single

# How many records a message names before it only counts them.
NAMED = 10


class CrmHandover(models.Model):
    """One time that leads were handed over to another salesperson, all at once.

    A row is written by ``crm.lead.action_hand_over`` and nowhere else; its lines say who had
    each lead before. It can be taken back as a whole, for the leads that have not changed
    since.

    People read hand-overs; nobody creates, edits or deletes one by hand or over RPC.
    """

    _name = "crm.handover"
    _description = "Hand-over"
    _order = "date desc, id desc"

    date = fields.Datetime(required=True, readonly=True, default=lambda self: fields.Datetime.now())
    user_id = fields.Many2one(
        "res.users", "Handed over to", readonly=True, index=True, help="The successor."
    )
    given_by_id = fields.Many2one(
        "res.users",
        "Handed over by",
        readonly=True,
        index=True,
        default=lambda self: self.env.user,
        help="The former salesperson, or somebody else.",
    )
    note = fields.Text(readonly=True, help="What the successor should know.")
    line_ids = fields.One2many(
        "crm.handover.line", "handover_id", "Leads and opportunities", readonly=True
    )
    lead_id = fields.Many2one(related="line_ids.lead_id", string="Opportunity")
    former_user_ids = fields.Many2many(
        "res.users", string="From", compute="_compute_lines", help="The former salespeople."
    )
    lead_count = fields.Integer("Records", compute="_compute_lines")
    taken_back_count = fields.Integer("Taken back", compute="_compute_lines")
    can_take_back = fields.Boolean(compute="_compute_can_take_back")

    @api.depends("line_ids.lead_id", "line_ids.former_user_id", "line_ids.taken_back_date")
    def _compute_lines(self):
        groups = self.env["crm.handover.line"]._read_group(
            [("handover_id", "in", self.ids)],
            ["handover_id"],
            ["lead_id:count", "taken_back_date:count", "former_user_id:recordset"],
        )
        known = {handover: rest for handover, *rest in groups}
        for handover in self:
            count, taken_back, users = known.get(handover._origin, (0, 0, False))
            handover.lead_count = count
            handover.taken_back_count = taken_back
            handover.former_user_ids = users

    @api.depends("line_ids.lead_id", "line_ids.taken_back_date", "given_by_id", "user_id")
    @api.depends_context("uid")
    def _compute_can_take_back(self):
        lines = self.env["crm.handover.line"].search(
            [
                ("handover_id", "in", self.ids),
                ("lead_id", "!=", False),
                ("taken_back_date", "=", False),
            ]
        )
        for handover in self:
            reversible = handover._origin in lines.handover_id
            handover.can_take_back = reversible and handover._may_be_taken_back()

    @api.depends("user_id")
    def _compute_display_name(self):
        for handover in self:
            handover.display_name = self.env._(
                "Hand-over to %(user)s", user=handover.user_id.name or "–"
            )

    def _may_be_taken_back(self):
        """Whether the user may take this hand-over back.

        Who handed over or received it may, and who sees all leads.
        """
        self.ensure_one()
        user = self.env.user
        return user in self.given_by_id + self.user_id or user.has_group(
            "sales_team.group_sale_salesman_all_leads"
        )

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_view_leads(self):
        """Open the leads of these hand-overs, open and closed.

        :return: a window action
        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id("crm.crm_lead_opportunities")
        return {
            **action,
            "name": self.env._("Handed over"),
            "domain": [("handover_line_ids.handover_id", "in", self.ids)],
            "context": {"active_test": False},
            "views": [[False, "list"], [False, "kanban"], [False, "form"]],
        }

    def action_take_back(self):
        """Give the leads back to their former salespeople, as far as they have not changed.

        :return: a notification that says how many, and names those that stay
        :rtype: dict
        :raise AccessError: the user neither handed over nor received anything here, and does
            not see all leads
        :raise UserError: no lead can be given back
        """
        check_single(self)
        self.check_access("read")
        if not self._may_be_taken_back():
            raise AccessError(
                self.env._(
                    "A hand-over can be taken back by who handed over, by who received, and "
                    "by users who see all opportunities."
                )
            )
        lines = self._get_lines_in_reach()
        irreversible = lines._get_irreversible_lines()
        returning = lines.filtered(lambda line: line not in irreversible)
        names = "\n".join(f"{line.display_name} – {why}" for line, why in irreversible.items())
        if not returning:
            raise UserError(
                self.env._("There is nothing left to take back.\n%(records)s", records=names)
            )
        returning._take_back()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if irreversible else "success",
                "sticky": bool(irreversible),
                "title": returning._get_taken_back_title(),
                "message": (
                    self.env._("These stay:\n%(records)s", records=names) if irreversible else ""
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _get_lines_in_reach(self):
        """The lines the user may take back, as superuser.

        Who handed the leads over may not see them any more, and can still take them back.
        """
        # sudo: the leads may be out of the user's sight by now
        lines = self.sudo().line_ids.filtered(lambda line: not line.taken_back_date)
        if self.env.user in self.given_by_id + self.user_id:
            return lines
        mine = lines.lead_id.with_env(self.env)._filtered_access("write")
        return lines.filtered(lambda line: line.lead_id.id in mine._ids)

    # ------------------------------------------------------------
    # Notifications
    # ------------------------------------------------------------

    def _notify_successor(self):
        """Send the successor one message about all their new leads."""
        for handover in self:
            lines = handover.line_ids
            env = handover.with_context(lang=handover.user_id.lang).env
            subject = lines.lead_id._choose_wording(
                env._("“%(lead)s” handed over to you", lead=lines[:1].lead_id.name),
                env._("%(count)s opportunities handed over to you", count=len(lines)),
                env._("%(count)s records handed over to you", count=len(lines)),
            )
            intro = env._("%(by)s handed over to you:", by=handover.given_by_id.name)
            handover._notify(handover.user_id, subject, intro, lines, note=handover.note)

    def _notify_taken_back(self, lines):
        """Send both sides one message each about the leads that have gone back.

        :param crm.handover.line lines: the lines that were taken back
        """
        for handover in self:
            part = lines & handover.line_ids
            for user in handover.user_id + part.former_user_id:
                own = (
                    part
                    if user == handover.user_id
                    else part.filtered(lambda line, user=user: line.former_user_id == user)
                )
                env = handover.with_context(lang=user.lang).env
                values = {"count": len(own), "by": self.env.user.name}
                subject = own.lead_id._choose_wording(
                    env._("“%(lead)s” taken back by %(by)s", lead=own[:1].lead_id.name, **values),
                    env._("%(count)s opportunities taken back by %(by)s", **values),
                    env._("%(count)s records taken back by %(by)s", **values),
                )
                names = ", ".join(own.former_user_id.mapped("name")) or "–"
                handover._notify(user, subject, env._("Back with %(names)s:", names=names), own)

    def _notify(self, user, subject, intro, lines, note=None):
        """Send somebody one message about lines of this hand-over; nobody tells themselves.

        :param res.users user: the recipient, in whose language it is
        :param str subject: the subject
        :param str intro: the sentence above the names
        :param crm.handover.line lines: what it is about
        :param str note: plain text to go with it
        """
        if user == self.env.user or not user.active:
            return
        handover = self.with_context(lang=user.lang)
        more = len(lines) - NAMED
        body = handover.env["ir.qweb"]._render(
            "crm_lead_handover.crm_handover_message",
            {
                "intro": intro,
                "note": note,
                "leads": lines[:NAMED].lead_id,
                "more": handover.env._("… and %s more", more) if more > 0 else "",
            },
            minimal_qcontext=True,
        )
        handover.env["mail.thread"].message_notify(
            model=self._name,
            res_id=self.id,
            partner_ids=user.partner_id.ids,
            subject=subject,
            body=body,
            email_layout_xmlid="mail.mail_notification_layout",
            model_description=handover.env["ir.model"]._get(self._name).display_name,
        )
