from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CrmHandover(models.Model):
    """One time that deals were handed over to another salesperson, all at once.

    A row is written by ``crm.lead.action_hand_over`` and nowhere else; its lines say whose
    each deal was before. It can be taken back as a whole, for the deals that have not moved
    since.

    People read hand-overs; nobody creates, edits or deletes one by hand or over RPC.
    """

    _name = "crm.handover"
    _description = "Hand-over"
    _order = "date desc, id desc"

    date = fields.Datetime(required=True, readonly=True, default=lambda self: fields.Datetime.now())
    user_id = fields.Many2one(
        "res.users", "To", readonly=True, index=True, help="Who received the deals."
    )
    given_by_id = fields.Many2one(
        "res.users",
        "Handed over by",
        readonly=True,
        index=True,
        default=lambda self: self.env.user,
        help="Who handed the deals over, their salesperson or somebody else.",
    )
    note = fields.Text(readonly=True, help="What the successor should know.")
    line_ids = fields.One2many("crm.handover.line", "handover_id", "Deals", readonly=True)
    lead_id = fields.Many2one(related="line_ids.lead_id", string="Deal")
    former_user_ids = fields.Many2many(
        "res.users", string="From", compute="_compute_lines", help="Whose deals they were."
    )
    lead_count = fields.Integer("Number of deals", compute="_compute_lines")
    taken_back_count = fields.Integer("Taken back", compute="_compute_lines")
    can_take_back = fields.Boolean(compute="_compute_can_take_back")

    @api.depends("line_ids.former_user_id", "line_ids.taken_back_date")
    def _compute_lines(self):
        groups = self.env["crm.handover.line"]._read_group(
            [("handover_id", "in", self.ids)],
            ["handover_id"],
            ["__count", "taken_back_date:count", "former_user_id:recordset"],
        )
        known = {handover: rest for handover, *rest in groups}
        for handover in self:
            count, taken_back, users = known.get(handover._origin, (0, 0, False))
            handover.lead_count = count
            handover.taken_back_count = taken_back
            handover.former_user_ids = users

    @api.depends("lead_count", "taken_back_count", "given_by_id", "user_id")
    @api.depends_context("uid")
    def _compute_can_take_back(self):
        for handover in self:
            left = handover.lead_count > handover.taken_back_count
            handover.can_take_back = left and handover._may_be_taken_back()

    @api.depends("user_id", "lead_count")
    def _compute_display_name(self):
        for handover in self:
            handover.display_name = self.env._(
                "%(count)s to %(user)s",
                count=handover._get_count_label(handover.lead_count),
                user=handover.user_id.name or "–",
            )

    def _get_count_label(self, count):
        """How many deals, in words.

        :param int count: the number of deals
        :rtype: str
        """
        return self.env._("1 deal") if count == 1 else self.env._("%s deals", count)

    def _may_be_taken_back(self):
        """Whether the user may take this hand-over back: both sides may, and who sees all."""
        self.ensure_one()
        user = self.env.user
        return user in self.given_by_id + self.user_id or user.has_group(
            "sales_team.group_sale_salesman_all_leads"
        )

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_view_leads(self):
        """Open the deals of these hand-overs, open and closed.

        :return: a window action
        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id("crm.crm_lead_opportunities")
        return {
            **action,
            "name": self.env._("Deals handed over"),
            "domain": [("handover_line_ids.handover_id", "in", self.ids)],
            "context": {"active_test": False},
            "views": [[False, "list"], [False, "kanban"], [False, "form"]],
        }

    def action_take_back(self):
        """Give the deals back to whom they were taken from, as far as they have not moved.

        :return: a notification that says how many, and names those that stay
        :raise AccessError: the user handed nothing over, received nothing, and does not
            see all deals
        :raise UserError: no deal can be given back
        """
        self.ensure_one()
        self.check_access("read")
        if not self._may_be_taken_back():
            raise AccessError(
                self.env._(
                    "A hand-over can be taken back by who handed the deals over, by who "
                    "received them, and by users who see all deals."
                )
            )
        lines = self._get_lines_in_reach()
        staying = lines._get_staying()
        returning = lines.filtered(lambda line: line not in staying)
        names = "\n".join(f"{line.lead_id.name} – {why}" for line, why in staying.items())
        if not returning:
            raise UserError(
                self.env._("There is no deal left to take back.\n%(deals)s", deals=names)
            )
        returning._give_back()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if staying else "success",
                "sticky": bool(staying),
                "title": self.env._("%s taken back", self._get_count_label(len(returning))),
                "message": (staying and self.env._("These stay:\n%(deals)s", deals=names)) or "",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _get_lines_in_reach(self):
        """The lines the user may take back, as superuser.

        Who handed the deals over may not see them any more, and still take them back.
        """
        # sudo: the deals may be out of the user's sight by now
        lines = self.sudo().line_ids.filtered(lambda line: not line.taken_back_date)
        if self.env.user in self.given_by_id + self.user_id:
            return lines
        mine = lines.lead_id.with_env(self.env)._filtered_access("write")
        return lines.filtered(lambda line: line.lead_id.id in mine._ids)

    # ------------------------------------------------------------
    # Telling the people
    # ------------------------------------------------------------

    def _notify_successor(self):
        """Tell the successor about all their new deals at once."""
        for handover in self:
            translated = handover.with_context(lang=handover.user_id.lang)
            handover._notify(
                handover.user_id,
                translated.env._(
                    "%s handed over to you", translated._get_count_label(handover.lead_count)
                ),
                "crm_opportunity_close.crm_handover_summary",
                {"lines": handover.line_ids},
            )

    def _notify_taken_back(self, lines):
        """Tell both sides, at once, which deals have gone back.

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
                translated = handover.with_context(lang=user.lang)
                handover._notify(
                    user,
                    translated.env._(
                        "%(count)s taken back by %(user)s",
                        count=translated._get_count_label(len(own)),
                        user=self.env.user.name,
                    ),
                    "crm_opportunity_close.crm_handover_taken_back",
                    {"lines": own},
                )

    def _notify(self, user, subject, template, values):
        """Send one message about this hand-over to somebody, but never to oneself."""
        if user == self.env.user or not user.active:
            return
        handover = self.with_context(lang=user.lang)
        body = handover.env["ir.qweb"]._render(
            template,
            {"handover": handover, "shown": 10, **values},
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
