from odoo import api, models
from odoo.exceptions import UserError

# What PostgreSQL holds as an id.
MAX_ID = 2**31 - 1


class CrmLead(models.Model):
    """What keeps leads from being handed over, and where they go."""

    _inherit = "crm.lead"

    # ------------------------------------------------------------
    # Arguments, which may come from anywhere
    # ------------------------------------------------------------

    @api.model
    def _get_handover_user(self, user_id):
        """The successor.

        :param user_id: what a caller gave
        :rtype: res.users
        :raise UserError: nobody, or somebody who could not work with leads
        """
        user = self.env["res.users"].browse(user_id if _is_id(user_id) else ()).exists()
        user._check_can_own_leads()
        return user

    @api.model
    def _get_handover_chosen_team(self, team_id):
        """The team that was chosen for all leads.

        :param team_id: what a caller gave; nothing (None, False, 0, "") where none was chosen
        :rtype: crm.team
        :raise UserError: no team, one that the user does not see, or an archived one
        """
        teams = self.env["crm.team"]
        if team_id is None or team_id is False or team_id in (0, ""):
            return teams
        team = teams.browse(team_id if _is_id(team_id) else ()).exists()._filtered_access("read")
        if not team:
            raise UserError(self.env._("Choose a sales team that exists, or none."))
        if not team.active:
            raise UserError(self.env._("%s is archived. Choose another sales team.", team.name))
        return team

    @api.model
    def _get_handover_chosen_kinds(self, take):
        """The kinds of records that are transferred.

        :param take: what a caller gave; None: all kinds
        :rtype: list[str]
        :raise UserError: something else than a list of kinds
        """
        kinds = self._get_handover_kinds()
        if take is None:
            return kinds
        if not isinstance(take, (list, tuple, set)) or any(kind not in kinds for kind in take):
            raise UserError(
                self.env._(
                    "What is transferred is given as a list of: %(kinds)s", kinds=", ".join(kinds)
                )
            )
        return list(take)

    @api.model
    def _check_handover_note(self, note):
        if note and (not isinstance(note, str) or "\0" in note):
            raise UserError(self.env._("The note for the successor has to be plain text."))

    # ------------------------------------------------------------
    # Who may receive which leads
    # ------------------------------------------------------------

    def _check_handover(self, user, team):
        """Refuse a hand-over in which one of the leads does not fit its successor.

        :raise UserError: naming every such lead, and why
        """
        blockers = self._get_handover_blockers(user, team)
        if blockers:
            raise UserError(
                self.env._(
                    "These records cannot be handed over to %(user)s:\n%(records)s",
                    user=user.name,
                    records="\n".join(f"– {lead.name}: {why}" for lead, why in blockers.items()),
                )
            )

    def _get_handover_blockers(self, user, team):
        """What keeps these leads from a successor.

        :param res.users user: the successor
        :param crm.team team: the team chosen for all of them, if any
        :return: blocked leads only, lead → plain words
        :rtype: dict[crm.lead, str]
        """
        blockers = {}
        # sudo: the companies of a colleague, and their names
        companies = user.sudo().company_ids
        for lead in self:
            company = lead.company_id.sudo()
            if company and company not in companies:
                blockers[lead] = self.env._(
                    "%(user)s has no access to %(company)s", user=user.name, company=company.name
                )
            elif team.company_id and team.company_id not in (company or companies):
                # A lead of no company gets the company of the team.
                blockers[lead] = self.env._("%(team)s belongs to another company", team=team.name)
        return blockers

    def _get_handover_teams(self, user, team):
        """The team of each of these leads once it is handed over.

        :param res.users user: the successor
        :param crm.team team: the team chosen for all of them, if any
        :return: lead → team
        :rtype: dict[crm.lead, crm.team]
        """
        if team:
            return dict.fromkeys(self, team)
        # sudo: the teams of a colleague
        own = self.env["crm.team"].sudo()
        own = own.search(["|", ("user_id", "=", user.id), ("member_ids", "in", user.ids)])
        return {lead: lead._get_handover_team(own).with_env(self.env) for lead in self}

    def _get_handover_team(self, own):
        if not own or self.team_id.id in own._ids:
            return self.team_id
        fitting = own.filtered(
            lambda team: (
                not (team.company_id and self.company_id) or team.company_id == self.company_id
            )
        )
        used = "use_leads" if self.type == "lead" else "use_opportunities"
        return fitting.filtered(used)[:1] or fitting[:1] or self.team_id

    def _get_handover_stages(self, teams):
        """The new stage of open leads whose stage their new team does not have.

        :param dict teams: lead → its team once it is handed over
        :return: such leads only, lead → stage; without those whose team has no open stage, which
            keep the one they are in
        :rtype: dict[crm.lead, crm.stage]
        """
        foreign = self.filtered(
            lambda lead: (
                lead.won_status == "pending"
                and teams[lead]
                and lead.stage_id.team_ids
                and teams[lead] not in lead.stage_id.team_ids
            )
        )
        first = {
            team: self._get_first_open_stage(team) for team in {teams[lead] for lead in foreign}
        }
        return {lead: stage for lead in foreign if (stage := first[teams[lead]])}

    @api.model
    def _get_first_open_stage(self, team):
        """Where open leads of a team start.

        :rtype: crm.stage
        """
        return self.browse()._stage_find(
            team_id=team.id, domain=[("is_won", "=", False), ("fold", "=", False)]
        )


def _is_id(value):
    return type(value) is int and 0 < value <= MAX_ID
