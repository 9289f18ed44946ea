from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..models.single import check_single


class CrmLeadHandover(models.TransientModel):
    """The window behind Hand over: which leads, to whom, and what is transferred with them.

    It is about a selection of leads, or about all leads of some salespeople; these are
    archived afterwards where somebody was about to archive them.
    """

    _name = "crm.lead.handover"
    _description = "Hand over"

    lead_ids = fields.Many2many("crm.lead", string="Leads", context={"active_test": False})
    by_salesperson = fields.Boolean()
    from_user_ids = fields.Many2many(
        "res.users",
        "crm_lead_handover_from_user_rel",
        string="From",
        context={"active_test": False},
        domain="[('share', '=', False)]",
        help="All of their leads and opportunities are handed over.",
    )
    archive_user_ids = fields.Many2many(
        "res.users", "crm_lead_handover_archive_user_rel", string="Users to archive"
    )
    user_id = fields.Many2one(
        "res.users",
        "Hand over to",
        domain=lambda self: self._get_successor_domain(),
        help="Who works on them from now on.",
    )
    team_id = fields.Many2one(
        "crm.team",
        "Sales Team",
        compute="_compute_team_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="Leave empty to keep the team of each record where the successor belongs to it, "
        "and to use one of the successor's teams otherwise.",
    )
    note = fields.Text(help="Shown on each record, and in the message to the successor.")
    take_activities = fields.Boolean(
        "Planned activities",
        default=True,
        help="What the salesperson has planned is assigned to the successor.",
    )
    take_meetings = fields.Boolean(
        "Future meetings",
        default=True,
        help="The successor organizes or attends them instead. Nobody is sent a mail.",
    )
    keep_following = fields.Boolean(
        "Keeps following",
        default=lambda self: not self.env.context.get("default_archive_user_ids"),
        help="The former salesperson is still notified of messages.",
    )
    closed_leads = fields.Selection(
        [
            ("none", "Leave them"),
            ("planned", "Those with planned activities"),
            ("all", "Hand over all of them"),
        ],
        "Closed opportunities",
        required=True,
        default=lambda self: (
            "planned" if self.env.context.get("default_archive_user_ids") else "none"
        ),
        help="What is won or lost keeps its outcome and its stage.",
    )

    def _get_successor_domain(self):
        # sudo: who manages users may open this window without a right to use CRM
        group = self.env.ref("sales_team.group_sale_salesman").sudo()
        return [("share", "=", False), ("all_group_ids", "in", group.ids)]

    @api.depends("user_id", "lead_ids", "from_user_ids", "closed_leads")
    def _compute_team_id(self):
        for wizard in self:
            leads = wizard._get_chosen_leads(wizard._get_leads())
            none = self.env["crm.team"]
            teams = leads._get_handover_teams(wizard.user_id, none) if wizard.user_id else {}
            different = set(teams.values())
            wizard.team_id = different.pop() if len(different) == 1 else none

    # ------------------------------------------------------------
    # Which leads
    # ------------------------------------------------------------

    def _get_leads(self):
        """The leads this window is about, open and closed, as far as the user sees them.

        :return: in all companies of the user, whichever are selected
        :rtype: crm.lead
        """
        companies = self.env.company | self.env.user.company_ids
        leads = self.env["crm.lead"].with_context(
            active_test=False, allowed_company_ids=companies.ids
        )
        if not leads.has_access("read"):
            return leads
        if not self.by_salesperson:
            return leads.browse(self.lead_ids._origin.ids).exists()._filtered_access("read")
        return leads.search(
            Domain("user_id", "in", self.from_user_ids._origin.ids)
            & (Domain("active", "=", True) | Domain("won_status", "=", "lost"))
        )

    def _get_chosen_leads(self, leads):
        """Those of the leads that the user wants to hand over: closed ones where asked for.

        :param crm.lead leads: see :meth:`_get_leads`
        :rtype: crm.lead
        """
        closed = leads.filtered(lambda lead: lead.won_status != "pending")
        if self.closed_leads == "planned":
            planned = set(closed._get_activities_to_transfer().filtered("active").mapped("res_id"))
            return leads.filtered(lambda lead: lead not in closed or lead.id in planned)
        return leads if self.closed_leads == "all" else leads - closed

    def _get_skipped_leads(self, leads):
        """Those of the chosen leads that cannot be handed over, and why.

        :param crm.lead leads: see :meth:`_get_chosen_leads`
        :return: lead → plain words
        :rtype: dict[crm.lead, str]
        """
        user = self.user_id
        mine = leads.filtered(lambda lead: user and lead.user_id == user)
        skipped = dict.fromkeys(mine, self.env._("already with %s", user.name))
        if user:
            skipped |= (leads - mine)._get_handover_blockers(user, self.team_id)
        return skipped

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_hand_over(self):
        """Hand the leads over, then archive their former salespeople where asked for.

        :return: a notification that leads to the hand-over, where it can be taken back
        :rtype: dict
        :raise AccessError: the user may not change one of the leads
        :raise UserError: nobody was chosen, or nothing is left to hand over
        """
        check_single(self)
        self.user_id._check_can_own_leads()
        # sudo: reading a relation leaves out what the user may not see, instead of refusing
        found = self._get_leads()
        self.sudo().lead_ids.with_env(found.env).check_access("write")
        chosen = self._get_chosen_leads(found)
        skipped = self._get_skipped_leads(chosen)
        leads = chosen.filtered(lambda lead: lead not in skipped)
        if not leads:
            raise UserError(self._get_nothing_message(found, skipped))
        handover = leads.action_hand_over(**self._prepare_handover())
        if self.take_activities:
            self.archive_user_ids._transfer_lead_activities(self.user_id)
        if self.archive_user_ids:
            self.archive_user_ids.action_archive()
        return self._get_report_action(handover, skipped)

    def action_archive_only(self):
        """Archive the users and leave their leads with them.

        :return: close the window
        :rtype: dict
        """
        check_single(self)
        if self.archive_user_ids:
            self.archive_user_ids.action_archive()
        return {"type": "ir.actions.act_window_close"}

    def _prepare_handover(self):
        """The arguments of ``crm.lead.action_hand_over``.

        :rtype: dict
        """
        return {
            "user_id": self.user_id.id,
            "team_id": self.team_id.id,
            "note": self.note,
            "take": self._get_chosen_kinds(),
            "keep_following": self.keep_following,
        }

    def _get_chosen_kinds(self):
        """What is transferred with the leads. An extension with a kind of its own adds it.

        :return: of ``crm.lead._get_handover_kinds``
        :rtype: list[str]
        """
        taken = {"activities": self.take_activities, "meetings": self.take_meetings}
        return [kind for kind, chosen in taken.items() if chosen]
