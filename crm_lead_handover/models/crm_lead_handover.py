from contextlib import contextmanager

from markupsafe import Markup

from odoo import fields, models
from odoo.tools import plaintext2html


class CrmLead(models.Model):
    """Handing over leads: the method that does it, and what the chatter says."""

    _inherit = "crm.lead"

    handover_line_ids = fields.One2many(
        "crm.handover.line", "lead_id", "Hand-overs", readonly=True, copy=False
    )

    def action_hand_over(self, user_id, team_id=None, note=None, take=None, keep_following=True):
        """Give these leads to another salesperson, open and closed ones alike.

        A closed lead keeps its outcome and its stage. Leads that the successor has already
        are skipped.

        :param int user_id: the successor
        :param int team_id: the team of all these leads from now on; by default each keeps
            its team where the successor belongs to it, and else gets one of the successor's
        :param str note: what the successor should know (plain text)
        :param list[str] take: what is transferred with the leads, of
            :meth:`_get_handover_kinds`; by default everything
        :param bool keep_following: the former salesperson still follows the leads
        :return: the hand-over; empty where there was nothing to do
        :rtype: crm.handover
        :raise AccessError: the user may not change one of the leads
        :raise UserError: an argument is wrong, or the successor cannot have one of the leads
        """
        self.check_access("write")
        user = self._get_handover_user(user_id)
        team = self._get_handover_chosen_team(team_id)
        kinds = self._get_handover_chosen_kinds(take)
        self._check_handover_note(note)
        # A union names each lead once.
        leads = self.union().filtered(lambda lead: lead.user_id != user)
        leads._check_handover(user, team)
        # sudo: the user may change these leads, and may not see them any more halfway through
        return leads.sudo()._hand_over(
            user,
            leads._get_handover_teams(user, team),
            note=note,
            kinds=kinds,
            keep_following=keep_following,
        )

    def _hand_over(self, user, teams, note, kinds, keep_following):
        """Hand these leads over, as superuser and unchecked; see :meth:`action_hand_over`.

        :param dict teams: lead → its team from now on
        """
        # sudo: nobody may write hand-overs
        handover = self.env["crm.handover"].sudo()
        if not self:
            return handover.sudo(False)
        # Messages about what was changed before go to whom they would have gone without this.
        self.env.cr.flush()
        stages = self._get_handover_stages(teams)
        line_vals = self._prepare_handover_line_vals(teams, stages)
        transferred = self._transfer_related_records(user, kinds)
        followers = self._get_owner_followers(user)
        with self._log_owner_changes(self._get_handover_text, note):
            for (team, stage), leads in self.grouped(
                lambda lead: (teams[lead], stages.get(lead))
            ).items():
                leads._write_owner(user, team, stage)
        if not keep_following:
            followers.filtered(lambda follower: follower.partner_id != user.partner_id).unlink()
        for lead, vals in zip(self, line_vals, strict=True):
            vals["assigned_date"] = lead.date_open
            vals["transferred"] = dict(transferred.get(lead.id, {}))
        handover = handover.create(
            {
                "user_id": user.id,
                "note": note,
                "line_ids": [fields.Command.create(vals) for vals in line_vals],
            }
        )
        handover._notify_successor()
        return handover.sudo(False)

    def _write_owner(self, user, team, stage):
        """Change the salesperson of these leads, without a mail for each of them.

        The team is always written with the salesperson, as core would compute one otherwise.
        Core does not choose a stage for it either, which might be a Won stage.

        :param res.users user: their salesperson from now on
        :param crm.team team: their team from now on
        :param crm.stage stage: their stage from now on; empty: the one they are in
        """
        vals = {"user_id": user.id, "team_id": team.id}
        moving = self.filtered(lambda lead: stage and lead.stage_id != stage)
        silent = self.with_context(mail_auto_subscribe_no_notify=True)
        with self.env.protecting([self._fields["stage_id"]], self):
            (silent - moving).write(dict(vals))
            (silent & moving).write({**vals, "stage_id": stage and stage.id})

    def _prepare_handover_line_vals(self, teams, stages):
        """The values of the lines of a hand-over of these leads, in their order.

        Called once for a set, before it is handed over. An extension calls ``super()`` and
        adds its own fields to each dictionary.

        :param dict teams: lead → its team once it is handed over
        :param dict stages: lead → its stage then, where it changes
        :return: one dictionary of ``crm.handover.line`` values for each lead
        :rtype: list[dict]
        """
        return [
            {
                "lead_id": lead.id,
                "lead_name": lead.name,
                "company_id": lead.company_id.id,
                "former_user_id": lead.user_id.id,
                "former_team_id": lead.team_id.id,
                "former_stage_id": lead.stage_id.id,
                "team_id": teams[lead].id,
                "stage_id": stages.get(lead, lead.stage_id).id,
                "won_status": lead.won_status,
            }
            for lead in self
        ]

    # ------------------------------------------------------------
    # Texts
    # ------------------------------------------------------------

    def _choose_wording(self, one, opportunities, records):
        """The wording that fits these leads.

        :param str one: for a single one, lead or opportunity
        :param str opportunities: for several opportunities
        :param str records: for several of both kinds, or none
        :rtype: str
        """
        if len(self) == 1:
            return one
        return opportunities if set(self.mapped("type")) == {"opportunity"} else records

    @contextmanager
    def _log_owner_changes(self, get_text, note=None):
        """Log one message for each of these leads about what changes inside, in one batch.

        The caller lets core post what was tracked in this transaction before. What changes
        afterwards is tracked anew.

        :param get_text: lead, its former salesperson → what the message says
        :param str note: plain text to go with it
        """
        before = {lead.id: lead.user_id for lead in self}
        fnames = self._track_get_fields()
        self._track_prepare(fnames)
        yield
        pending = self.env.cr.precommit.data.get(f"mail.tracking.{self._name}", {})
        # Nothing is left to say of a lead whose changes were posted inside, by a savepoint.
        initial = {lead.id: pending.pop(lead.id, {}) for lead in self}
        note = plaintext2html(note) if note else ""
        messages = self._message_log_batch(
            bodies={
                lead.id: Markup("<p>%s</p>%s") % (get_text(lead, before[lead.id]), note)
                for lead in self
            }
        )
        described = self.fields_get(
            fnames, attributes=("string", "type", "selection", "currency_field")
        )
        # sudo: tracking values are written by the system alone
        self.env["mail.tracking.value"].sudo().create(
            [
                {**vals, "mail_message_id": message.id}
                for lead, message in zip(self, messages, strict=True)
                for _command, _id, vals in lead._mail_track(described, initial[lead.id])[1]
            ]
        )

    def _get_handover_text(self, lead, former):
        return self.env._(
            "Handed over by %(by)s, from %(giver)s to %(receiver)s",
            by=self.env.user.name,
            giver=former.name or "–",
            receiver=lead.user_id.name or "–",
        )

    def _get_owner_followers(self, user):
        """The followers records of the salespeople of these leads, and of their successor.

        :return: as superuser
        :rtype: mail.followers
        """
        # sudo: whoever may change a lead may change who follows it
        followers = self.env["mail.followers"].sudo()
        partners = {lead.id: (lead.user_id + user).partner_id for lead in self}
        return followers.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("partner_id", "in", (self.user_id + user).partner_id.ids),
            ]
        ).filtered(lambda follower: follower.partner_id in partners[follower.res_id])
