from odoo import fields, models


class CrmHandoverLine(models.Model):
    """One lead of a hand-over: who had it before, and what was transferred with it."""

    _name = "crm.handover.line"
    _description = "Line of a hand-over"
    _order = "id"
    _rec_name = "lead_id"

    handover_id = fields.Many2one(
        "crm.handover", required=True, index=True, ondelete="cascade", readonly=True
    )
    lead_id = fields.Many2one(
        "crm.lead", "Opportunity", required=True, index=True, ondelete="cascade", readonly=True
    )
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
    taken_back_date = fields.Datetime("Taken back on", readonly=True)
    taken_back_by_id = fields.Many2one("res.users", "Taken back by", readonly=True)
    current_user_id = fields.Many2one(related="lead_id.user_id", string="Salesperson now")

    def _get_irreversible_lines(self):
        """Which of these lines cannot be taken back, and why.

        :return: line → plain words
        :rtype: dict[crm.handover.line, str]
        """
        irreversible = {}
        for line in self:
            lead, former = line.lead_id, line.former_user_id
            if lead.user_id != line.handover_id.user_id:
                irreversible[line] = self.env._("is with %s now", lead.user_id.name or "–")
            elif (lead.team_id, lead.stage_id, lead.won_status) != (
                line.team_id,
                line.stage_id,
                line.won_status,
            ):
                irreversible[line] = self.env._("has moved on since")
            elif former and not former.active:
                irreversible[line] = self.env._("%s is archived", former.name)
            elif former and lead.company_id and lead.company_id not in former.company_ids:
                irreversible[line] = self.env._(
                    "%(user)s has no access to %(company)s",
                    user=former.name,
                    company=lead.company_id.name,
                )
        return irreversible

    def _take_back(self):
        """Give these leads back, with what was transferred with them (as superuser)."""
        # One prefetch set, whatever records the lines were read with.
        leads = self.lead_id.with_prefetch()
        self.write({"taken_back_date": fields.Datetime.now(), "taken_back_by_id": self.env.uid})
        leads._restore_related_records(self)
        with leads._log_owner_changes(self._get_taken_back_text):
            groups = self.grouped(
                lambda line: (line.former_user_id, line.former_team_id, line.former_stage_id)
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
