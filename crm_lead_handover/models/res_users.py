from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class ResUsers(models.Model):
    _inherit = "res.users"

    open_lead_count = fields.Integer(
        "Open leads and opportunities",
        compute="_compute_open_lead_count",
        groups="sales_team.group_sale_salesman_all_leads",
    )

    def _compute_open_lead_count(self):
        groups = self.env["crm.lead"]._read_group(
            self._get_open_leads_domain(), ["user_id"], ["__count"]
        )
        counts = {user.id: count for user, count in groups}
        for user in self:
            user.open_lead_count = counts.get(user._origin.id, 0)

    def _get_open_leads_domain(self):
        return [("user_id", "in", self.ids), ("won_status", "=", "pending")]

    def _check_can_own_leads(self):
        """Refuse a successor who could not work with leads.

        :raise UserError: nobody, archived, or without a right to use CRM
        """
        user = self.exists()
        if not user:
            raise UserError(self.env._("Choose who takes over."))
        if not user.active:
            raise UserError(self.env._("%s is archived. Choose somebody else.", user.name))
        if not user._may_own_leads():
            raise UserError(
                self.env._(
                    "%s may not use CRM. Choose somebody else, or give them access rights "
                    "for Sales first.",
                    user.name,
                )
            )

    def _may_own_leads(self):
        """Whether this user may use CRM.

        :rtype: bool
        """
        return not self.share and self.has_group("sales_team.group_sale_salesman")

    def action_hand_over_leads(self):
        """Open the window that hands over every open lead of these salespeople.

        :return: a window action
        :rtype: dict
        """
        return self._get_handover_action({})

    @api.readonly
    def get_archive_handover_action(self):
        """The window to open before these users are archived, where they have open leads.

        Archiving deletes the activities of a user and leaves the leads with them. The web
        client asks this before it archives users; :meth:`action_archive` itself asks nothing.

        :return: a window action; False where there is nothing to hand over, or the user may
            not archive them
        :rtype: dict | bool
        """
        if not self or not self.has_access("write"):
            return False
        # sudo: who manages users may not see leads
        leads = self.env["crm.lead"].sudo()
        groups = leads._read_group(self.filtered("active")._get_open_leads_domain(), ["user_id"])
        salespeople = self.browse(user.id for (user,) in groups)
        if not salespeople:
            return False
        context = {"default_archive_user_ids": [Command.set(self.ids)]}
        return salespeople._get_handover_action(context)

    def action_archive(self):
        """Whoever may archive users may end their memberships of sales teams.

        Core asks for a sales administrator, and so keeps others from archiving salespeople.
        """
        members = self.env["crm.team.member"]
        if not members.has_access("write"):
            self.check_access("write")
            # sudo: see above; of the users who are archived now, and nobody else
            members = members.sudo().search([("user_id", "in", self.filtered("active").ids)])
            members.action_archive()
        return super().action_archive()

    def _transfer_lead_activities(self, successor):
        """Keep what these users planned for the leads of others from being deleted.

        It is assigned to the salesperson of the lead, or to the successor where there is no
        other salesperson and the successor has access to the company of the lead.

        :param res.users successor: who took over their own leads
        """
        # sudo: their activities, whoever may see the leads these are about
        activities = self.env["mail.activity"].sudo()
        activities = activities.search(
            [("res_model", "=", "crm.lead"), ("user_id", "in", self.ids)]
        ).filtered(
            lambda each: each.calendar_event_id._filter_not_private() == each.calendar_event_id
        )
        leads = self.env["crm.lead"].sudo().browse(set(activities.mapped("res_id")))
        assignees = {}
        for lead in leads:
            if lead.user_id.active and lead.user_id not in self:
                assignees[lead.id] = lead.user_id
            elif not lead.company_id or lead.company_id in successor.sudo().company_ids:
                assignees[lead.id] = successor
        for assignee, group in activities.grouped(lambda each: assignees.get(each.res_id)).items():
            if assignee:
                group._transfer_to(assignee)

    def _get_handover_action(self, context):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lead_handover.crm_lead_handover_action_users"
        )
        return {
            **action,
            "context": {
                "dialog_size": "medium",
                "default_by_salesperson": True,
                "default_from_user_ids": [Command.set(self.ids)],
                **context,
            },
        }
