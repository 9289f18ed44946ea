from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# How many deals a message names before it only counts them.
NAMED = 10


class CrmLeadHandover(models.TransientModel):
    """The window behind Hand over: which deals, to whom, and what goes with them.

    It is about a selection of deals, or about all deals of some salespeople; these are
    archived afterwards where that is what brought the window up.
    """

    _name = "crm.lead.handover"
    _description = "Hand over deals"

    lead_ids = fields.Many2many("crm.lead", string="Leads", context={"active_test": False})
    by_salesperson = fields.Boolean()
    from_user_ids = fields.Many2many(
        "res.users",
        "crm_lead_handover_from_user_rel",
        string="From",
        context={"active_test": False},
        domain="[('share', '=', False)]",
        help="All of their deals are handed over.",
    )
    archive_user_ids = fields.Many2many(
        "res.users", "crm_lead_handover_archive_user_rel", string="Users to archive"
    )
    user_id = fields.Many2one(
        "res.users",
        "To",
        domain=lambda self: self._get_successor_domain(),
        help="Who works on the deals from now on.",
    )
    team_id = fields.Many2one(
        "crm.team",
        "Sales team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        help="Leave empty to let each deal keep its team where the successor belongs to it, "
        "and follow the successor otherwise.",
    )
    note = fields.Text(help="Shown on each deal, and in the message to the successor.")
    take_activities = fields.Boolean(
        "Planned activities",
        default=True,
        help="What the salesperson has planned for the deals is assigned to the successor.",
    )
    take_meetings = fields.Boolean(
        "Future meetings",
        default=True,
        help="The successor organizes or attends them instead. Nobody is sent a mail.",
    )
    keep_following = fields.Boolean(
        "Still follow the deals",
        default=lambda self: not self.env.context.get("default_archive_user_ids"),
        help="The former salesperson is still told about messages on the deals.",
    )
    closed_deals = fields.Selection(
        [
            ("none", "Leave them"),
            ("planned", "Those with planned activities"),
            ("all", "Hand over all of them"),
        ],
        "Closed deals",
        required=True,
        default=lambda self: (
            "planned" if self.env.context.get("default_archive_user_ids") else "none"
        ),
        help="A closed deal keeps its outcome and its stage, and its closing stays to the "
        "credit of who closed it.",
    )
    lead_count = fields.Integer("Deals to hand over", compute="_compute_preview")
    closed_count = fields.Integer(compute="_compute_preview")
    activity_count = fields.Integer(compute="_compute_preview")
    meeting_count = fields.Integer(compute="_compute_preview")
    unseen_count = fields.Integer(compute="_compute_preview")
    left_message = fields.Text("Left as they are", compute="_compute_preview")

    def _get_successor_domain(self):
        # sudo: who manages users may open this window without a right to use CRM
        group = self.env.ref("sales_team.group_sale_salesman").sudo()
        return [("share", "=", False), ("all_group_ids", "in", group.ids)]

    @api.depends("user_id", "lead_ids", "from_user_ids", "closed_deals")
    def _compute_team_id(self):
        for wizard in self:
            leads = wizard._get_chosen_leads(wizard._get_leads())
            none = self.env["crm.team"]
            teams = leads._get_handover_teams(wizard.user_id, none) if wizard.user_id else {}
            different = set(teams.values())
            wizard.team_id = different.pop() if len(different) == 1 else none

    @api.depends("lead_ids", "from_user_ids", "closed_deals", "user_id", "team_id")
    def _compute_preview(self):
        for wizard in self:
            found = wizard._get_leads()
            chosen = wizard._get_chosen_leads(found)
            left = wizard._get_left_leads(chosen)
            leads = chosen.filtered(lambda lead, left=left: lead not in left)
            wizard.lead_count = len(leads)
            wizard.closed_count = len(found._filter_closed())
            wizard.unseen_count = wizard._get_unseen_count(found)
            wizard.left_message = wizard._get_names(left)
            wizard._set_counts(leads)

    def _set_counts(self, leads):
        """Show how much there is of what may go along. An add-on adds kinds of its own.

        :param crm.lead leads: the deals that would be handed over
        """
        self.activity_count = len(leads._get_activities_to_pass().filtered("active"))
        self.meeting_count = len(leads._get_meetings_to_pass().filtered("active"))

    # ------------------------------------------------------------
    # Which deals
    # ------------------------------------------------------------

    def _get_leads(self):
        """The deals this window is about, open and closed, as far as the user sees them.

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
            return leads.browse(self.lead_ids._origin.ids)
        users = self.from_user_ids._origin
        return leads.search(
            Domain("user_id", "in", users.ids)
            & (Domain("active", "=", True) | Domain("won_status", "=", "lost"))
        )

    def _get_chosen_leads(self, leads):
        """Those of the deals that the user wants to hand over: the closed ones if asked for.

        :param crm.lead leads: see :meth:`_get_leads`
        :rtype: crm.lead
        """
        closed = leads._filter_closed()
        if self.closed_deals == "planned":
            planned = set(closed._get_activities_to_pass().filtered("active").mapped("res_id"))
            return leads.filtered(lambda lead: lead not in closed or lead.id in planned)
        return leads if self.closed_deals == "all" else leads - closed

    def _get_left_leads(self, leads):
        """Those of the chosen deals that cannot be handed over, and why.

        :param crm.lead leads: see :meth:`_get_chosen_leads`
        :return: deal → plain words
        :rtype: dict[crm.lead, str]
        """
        user = self.user_id
        mine = leads.filtered(lambda lead: user and lead.user_id == user)
        left = dict.fromkeys(mine, self.env._("already with %s", user.name))
        if user:
            left |= (leads - mine)._get_handover_blockers(user, self.team_id)
        return left

    def _get_unseen_count(self, leads):
        """How many open deals of the salespeople the user does not see.

        :param crm.lead leads: see :meth:`_get_leads`
        :rtype: int
        """
        if not self.by_salesperson:
            return 0
        # sudo: their number only, so that nothing is left behind unknown
        domain = self.from_user_ids._origin._get_open_deals_domain()
        total = self.env["crm.lead"].sudo().search_count(domain)
        return total - len(leads.filtered(lambda lead: lead.won_status == "pending"))

    def _get_names(self, left):
        lines = [f"{lead.name} – {why}" for lead, why in list(left.items())[:NAMED]]
        if len(left) > NAMED:
            lines.append(self.env._("… and %s more", len(left) - NAMED))
        return "\n".join(lines)

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_hand_over(self):
        """Hand the deals over, then archive their former salespeople if that was asked for.

        :return: a notification that leads to the hand-over, where it can be taken back
        :raise AccessError: the user may not change one of the deals
        :raise UserError: nobody was chosen, or no deal is left to hand over
        """
        self.ensure_one()
        self.user_id._check_can_have_deals()
        # sudo: reading a relation leaves out what the user may not see, instead of refusing
        found = self._get_leads()
        self.sudo().lead_ids.with_env(found.env).check_access("write")
        chosen = self._get_chosen_leads(found)
        left = self._get_left_leads(chosen)
        leads = chosen.filtered(lambda lead: lead not in left)
        if not leads:
            raise UserError(
                self.env._(
                    "There is no deal left to hand over.\n%(deals)s", deals=self._get_names(left)
                )
            )
        handover = leads.action_hand_over(**self._prepare_handover())
        if self.take_activities:
            self.archive_user_ids._pass_deal_activities(self.user_id)
        self._archive_users()
        return self._get_report_action(handover, left)

    def action_archive_only(self):
        """Archive the users and leave their deals with them.

        :return: close the window
        :rtype: dict
        """
        self._archive_users()
        return {"type": "ir.actions.act_window_close"}

    def _archive_users(self):
        if self.archive_user_ids:
            self.archive_user_ids.action_archive()

    def _prepare_handover(self):
        """The arguments of ``crm.lead.action_hand_over``.

        :rtype: dict
        """
        return {
            "user_id": self.user_id.id,
            "team_id": self.team_id.id,
            "note": self.note,
            "take": self._get_taken_kinds(),
            "keep_following": self.keep_following,
        }

    def _get_taken_kinds(self):
        """What goes with the deals. An add-on with a kind of its own adds it.

        :return: of ``crm.lead._get_handover_kinds``
        :rtype: list[str]
        """
        taken = {"activities": self.take_activities, "meetings": self.take_meetings}
        return [kind for kind, chosen in taken.items() if chosen]

    def _get_report_action(self, handover, left):
        """Close the window, and say what was handed over and what was not.

        :param crm.handover handover: the hand-over
        :param dict left: the deals that stay → why
        :return: a client action
        :rtype: dict
        """
        # sudo: how many deals, though they may be out of sight by now
        count = handover.sudo().lead_count
        message = self.env._("%s to see what went along, or to take it back.", "%s")
        if left:
            message += "\n" + self.env._("Left as they are:\n%s", self._get_names(left))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if left else "success",
                "sticky": bool(left),
                "title": self.env._(
                    "%(deals)s handed over to %(user)s",
                    deals=handover._get_count_label(count),
                    user=self.user_id.name,
                ),
                "message": message,
                "links": [
                    {
                        "label": self.env._("Open the hand-over"),
                        "url": f"/odoo/hand-overs/{handover.id}",
                    }
                ],
                "next": self._get_next_action(handover),
            },
        }

    def _get_next_action(self, handover):
        """Where the user goes from here: back, but not to a deal they do not see any more.

        :rtype: dict
        """
        close = {"type": "ir.actions.act_window_close"}
        # sudo: the deals may be out of sight by now
        leads = handover.sudo().line_ids.lead_id.with_env(self.env)
        if not self.env.context.get("handover_from_form") or leads._filtered_access("read"):
            return close
        action = self.env["ir.actions.act_window"]._for_xml_id("crm.crm_lead_action_pipeline")
        return {**action, "target": "main"}
