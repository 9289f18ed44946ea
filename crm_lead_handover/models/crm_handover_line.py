from odoo import api, fields, models


class CrmHandoverLine(models.Model):
    """One lead of a hand-over: who had it before, and what was transferred with it.

    The line outlives its lead: a hand-over says what it was about when that was deleted or
    merged.
    """

    _name = "crm.handover.line"
    _description = "Line of a hand-over"
    _order = "id"

    handover_id = fields.Many2one(
        "crm.handover", required=True, index=True, ondelete="cascade", readonly=True
    )
    lead_id = fields.Many2one(
        "crm.lead", "Opportunity", index="btree_not_null", ondelete="set null", readonly=True
    )
    lead_name = fields.Char("Name then", readonly=True, help="The name when it was handed over.")
    company_id = fields.Many2one("res.company", "Company then", readonly=True)
    former_user_id = fields.Many2one("res.users", "From", readonly=True, index="btree_not_null")
    former_team_id = fields.Many2one("crm.team", "From team", readonly=True)
    former_stage_id = fields.Many2one("crm.stage", "From stage", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    stage_id = fields.Many2one("crm.stage", readonly=True)
    won_status = fields.Selection(
        selection=lambda self: (
            self.env["crm.lead"]._fields["won_status"]._description_selection(self.env)
        ),
        string="Status",
        readonly=True,
        help="The status when it was handed over.",
    )
    transferred = fields.Json(
        readonly=True,
        groups=fields.NO_ACCESS,
        help="What was transferred with the lead: kind → ids. Needed to take it back.",
    )
    assigned_date = fields.Datetime(
        readonly=True,
        help="When the successor got the lead. Assigned again since, it is not taken back.",
    )
    taken_back_date = fields.Datetime("Taken back on", readonly=True)
    taken_back_by_id = fields.Many2one("res.users", "Taken back by", readonly=True)
    current_user_id = fields.Many2one(
        "res.users", "Salesperson now", compute="_compute_current_user_id", compute_sudo=False
    )

    @api.depends("lead_id.user_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_current_user_id(self):
        """Who has the lead now, for whoever may still read it."""
        readable = self.lead_id._filtered_access("read")
        for line in self:
            line.current_user_id = (line.lead_id & readable).user_id

    @api.depends("lead_id.name", "lead_name")
    def _compute_display_name(self):
        for line in self:
            # sudo: who gave a lead away may not see it any more, but its name
            line.display_name = line.sudo().lead_id.name or line.lead_name

    def _get_irreversible_lines(self):
        """Which of these lines cannot be taken back, and why.

        :return: line → plain words
        :rtype: dict[crm.handover.line, str]
        """
        reasons = {line: line._get_change_since() or line._get_obstacle() for line in self}
        return {line: reason for line, reason in reasons.items() if reason}

    def _get_change_since(self):
        """What happened to this lead since it was handed over.

        :return: plain words; empty where it is as it was then
        :rtype: str
        """
        lead = self.lead_id
        if not lead:
            return self.env._("was deleted or merged")
        if lead.user_id != self.handover_id.user_id:
            return self.env._("is with %s now", lead.user_id.name or "–")
        if lead.date_open != self.assigned_date:
            return self.env._("was assigned again since")
        then = (self.team_id, self.stage_id, self.won_status)
        if (lead.team_id, lead.stage_id, lead.won_status) != then:
            return self.env._("has moved on since")
        return ""

    def _get_obstacle(self):
        """Why this lead cannot go back to where it came from.

        :return: plain words; empty where it can
        :rtype: str
        """
        lead, former, stage = self.lead_id, self.former_user_id, self.former_stage_id
        if former and not former.active:
            return self.env._("%s is archived", former.name)
        if former and not former._may_own_leads():
            return self.env._("%s may not use CRM", former.name)
        if lead.company_id and lead.company_id not in self.env.user.company_ids:
            return self.env._("you have no access to %s", lead.company_id.name)
        if former and lead.company_id and lead.company_id not in former.company_ids:
            return self.env._(
                "%(user)s has no access to %(company)s",
                user=former.name,
                company=lead.company_id.name,
            )
        if stage.is_won and stage != lead.stage_id:
            return self.env._("%s is a Won stage now", stage.name)
        return ""

    def _take_back(self):
        """Give these leads back, with what was transferred with them (as superuser)."""
        # Messages about what was changed before go to whom they would have gone without this.
        self.env.cr.flush()
        # One prefetch set, whatever records the lines were read with.
        leads = self.lead_id.with_prefetch()
        self.write({"taken_back_date": fields.Datetime.now(), "taken_back_by_id": self.env.uid})
        # Where the stage a lead came from is gone, its team may need another one.
        stages = leads._get_handover_stages({line.lead_id: line.former_team_id for line in self})
        leads._restore_related_records(self)
        with leads._log_owner_changes(self._get_taken_back_text):
            groups = self.grouped(
                lambda line: (
                    line.former_user_id,
                    line.former_team_id,
                    line.former_stage_id or stages.get(line.lead_id),
                )
            )
            for (user, team, stage), lines in groups.items():
                lines.lead_id._write_owner(user, team, stage)
        self._restore_followers()
        self.handover_id._notify_taken_back(self)

    def _get_taken_back_text(self, lead, former):
        return self.env._(
            "Taken back by %(by)s, from %(giver)s to %(receiver)s",
            by=self.env.user.name,
            giver=former.name or "–",
            receiver=lead.user_id.name or "–",
        )

    def _get_taken_back_title(self):
        """What the notification says of these lines, which were taken back.

        :rtype: str
        """
        return self.lead_id._choose_wording(
            self.env._("“%(lead)s” taken back", lead=self[:1].lead_id.name),
            self.env._("%(count)s opportunities taken back", count=len(self)),
            self.env._("%(count)s records taken back", count=len(self)),
        )

    def _restore_followers(self):
        """Remove from the followers who did not follow the leads before."""
        before = {
            line.lead_id.id: set((line.transferred or {}).get("followers", ())) for line in self
        }
        self.lead_id._get_owner_followers(self.handover_id.user_id).filtered(
            lambda follower: follower.partner_id.id not in before[follower.res_id]
        ).unlink()

    def _get_transferred(self, kind, model):
        """What of one kind was transferred with these leads and still exists.

        :param str kind: a kind that ``crm.lead._transfer_related_records`` returned
        :param str model: the model of its ids
        """
        ids = {res_id for line in self for res_id in (line.transferred or {}).get(kind, ())}
        return self.env[model].browse(ids).exists()
