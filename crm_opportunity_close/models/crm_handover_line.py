from odoo import fields, models


class CrmHandoverLine(models.Model):
    """One deal of a hand-over: whose it was before, and what went with it."""

    _name = "crm.handover.line"
    _description = "Deal handed over"
    _order = "id"
    _rec_name = "lead_id"

    handover_id = fields.Many2one(
        "crm.handover", required=True, index=True, ondelete="cascade", readonly=True
    )
    lead_id = fields.Many2one(
        "crm.lead", "Deal", required=True, index=True, ondelete="cascade", readonly=True
    )
    former_user_id = fields.Many2one("res.users", "From", readonly=True, index="btree_not_null")
    former_team_id = fields.Many2one("crm.team", "From team", readonly=True)
    former_stage_id = fields.Many2one("crm.stage", "From stage", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales team", readonly=True)
    stage_id = fields.Many2one("crm.stage", readonly=True)
    won_status = fields.Selection(
        selection=lambda self: (
            self.env["crm.lead"]._fields["won_status"]._description_selection(self.env)
        ),
        string="Status",
        readonly=True,
        help="The status of the deal when it was handed over.",
    )
    moved = fields.Json(
        readonly=True,
        groups=fields.NO_ACCESS,
        help="What went with the deal: kind → ids. Needed to take the deal back.",
    )
    taken_back_date = fields.Datetime("Taken back on", readonly=True)
    taken_back_by_id = fields.Many2one("res.users", "Taken back by", readonly=True)
    current_user_id = fields.Many2one(related="lead_id.user_id", string="Salesperson now")

    def _get_staying(self):
        """Which of these deals cannot be given back, and why.

        :return: line → plain words
        :rtype: dict[crm.handover.line, str]
        """
        staying = {}
        for line in self:
            lead, former = line.lead_id, line.former_user_id
            if lead.user_id != line.handover_id.user_id:
                staying[line] = self.env._("is with %s now", lead.user_id.name or "–")
            elif (lead.team_id, lead.stage_id, lead.won_status) != (
                line.team_id,
                line.stage_id,
                line.won_status,
            ):
                staying[line] = self.env._("has moved on since")
            elif former and not former.active:
                staying[line] = self.env._("%s is archived", former.name)
            elif former and lead.company_id and lead.company_id not in former.company_ids:
                staying[line] = self.env._(
                    "%(user)s has no access to %(company)s",
                    user=former.name,
                    company=lead.company_id.name,
                )
        return staying

    def _give_back(self):
        """Give these deals back, with what went with them (as superuser)."""
        # Read and written as one set, wherever the lines came from.
        leads = self.lead_id.with_prefetch()
        self.write({"taken_back_date": fields.Datetime.now(), "taken_back_by_id": self.env.uid})
        leads._take_back_along(self)
        with leads._log_change_of_owner(self._get_taken_back_text):
            groups = self.grouped(
                lambda line: (line.former_user_id, line.former_team_id, line.former_stage_id)
            )
            for (user, team, stage), lines in groups.items():
                lines.lead_id._write_owner(user, team, stage)
        self._drop_followers()
        self.handover_id._notify_taken_back(self)

    def _get_taken_back_text(self, lead, former):
        return self.env._(
            "Taken back by %(by)s, from %(giver)s to %(receiver)s",
            by=self.env.user.name,
            giver=former.name or "–",
            receiver=lead.user_id.name or "–",
        )

    def _drop_followers(self):
        """Let nobody follow the deals who did not before they were handed over."""
        former = {line.lead_id.id: set((line.moved or {}).get("followers", ())) for line in self}
        self.lead_id._get_owner_followers(self.handover_id.user_id).filtered(
            lambda follower: follower.partner_id.id not in former[follower.res_id]
        ).unlink()

    def _get_moved(self, kind, model):
        """What of one kind went with these deals and still exists.

        :param str kind: a kind that ``crm.lead._take_along`` answered
        :param str model: the model of its ids
        """
        ids = {res_id for line in self for res_id in (line.moved or {}).get(kind, ())}
        return self.env[model].browse(ids).exists()
