from odoo import api, fields, models

# How many records a message names before it only counts them.
NAMED = 10


class CrmLeadHandover(models.TransientModel):
    """What the window shows beforehand and says afterwards.

    Nothing is told about leads that the user does not see.
    """

    _inherit = "crm.lead.handover"

    lead_count = fields.Integer("To hand over", compute="_compute_preview")
    closed_count = fields.Integer(compute="_compute_preview")
    closed_message = fields.Char(compute="_compute_preview")
    activity_count = fields.Integer(compute="_compute_preview")
    meeting_count = fields.Integer(compute="_compute_preview")
    unseen_count = fields.Integer(compute="_compute_preview")
    unseen_message = fields.Char(compute="_compute_preview")
    skipped_message = fields.Text("Skipped", compute="_compute_preview")

    @api.depends("lead_ids", "from_user_ids", "closed_leads", "user_id", "team_id")
    def _compute_preview(self):
        for wizard in self:
            found = wizard._get_leads()
            chosen = wizard._get_chosen_leads(found)
            skipped = wizard._get_skipped_leads(chosen)
            leads = chosen.filtered(lambda lead, skipped=skipped: lead not in skipped)
            wizard.lead_count = len(leads)
            wizard.closed_count = len(found.filtered(_is_closed))
            all_closed = bool(found) and not chosen
            wizard.closed_message = all_closed and self.env._("All are won or lost.")
            wizard.unseen_count = wizard._get_unseen_count(found)
            wizard.unseen_message = wizard._get_unseen_message()
            wizard.skipped_message = self._get_names(skipped)
            wizard._set_counts(leads)

    def _set_counts(self, leads):
        """Show how much would be transferred. An extension adds kinds of its own.

        :param crm.lead leads: the leads that would be handed over
        """
        self.activity_count = len(leads._get_activities_to_transfer().filtered("active"))
        self.meeting_count = len(leads._get_meetings_to_transfer().filtered("active"))

    def _get_unseen_count(self, leads):
        """How many open leads of the salespeople the user does not see.

        :param crm.lead leads: see :meth:`_get_leads`
        :return: 0 where the user may not know
        :rtype: int
        """
        if not self.by_salesperson or not self._may_know_how_many():
            return 0
        # sudo: their number only, so that nothing is left behind unknown
        domain = self.from_user_ids._origin._get_open_leads_domain()
        total = self.env["crm.lead"].sudo().search_count(domain)
        return total - len(leads.filtered(lambda lead: lead.won_status == "pending"))

    def _may_know_how_many(self):
        """Whether the user may know how many leads the salespeople have.

        Who sees all leads (of some companies) may, and who may archive the salespeople.
        """
        sees_all = self.env.user.has_group("sales_team.group_sale_salesman_all_leads")
        return sees_all or self.from_user_ids._origin.has_access("write")

    def _get_unseen_message(self):
        """What to say about leads of the salespeople that the user does not see.

        :return: False where there are none
        :rtype: str | bool
        """
        if self.unseen_count:
            return self.env._(
                "You do not see %(count)s of their open leads and opportunities: they belong to "
                "other companies, or you may not see those of others. Somebody who does can "
                "hand them over.",
                count=self.unseen_count,
            )
        others = self.by_salesperson and self.from_user_ids._origin - self.env.user
        if others and not self._may_know_how_many():
            return self.env._(
                "You see your own opportunities only. What colleagues have is not handed over."
            )
        return False

    @api.model
    def _get_names(self, skipped):
        """Name leads, and why they are skipped, one a line.

        :param dict skipped: lead → plain words
        :rtype: str
        """
        lines = [f"{lead.name} – {why}" for lead, why in list(skipped.items())[:NAMED]]
        if len(skipped) > NAMED:
            lines.append(self.env._("… and %s more", len(skipped) - NAMED))
        return "\n".join(lines)

    # ------------------------------------------------------------
    # Afterwards
    # ------------------------------------------------------------

    @api.model
    def _get_nothing_message(self, found, skipped):
        """Why there is nothing to hand over, and what to do.

        :param crm.lead found: see :meth:`_get_leads`
        :param dict skipped: see :meth:`_get_skipped_leads`
        :rtype: str
        """
        closed = found.filtered(_is_closed)
        if skipped or not closed:
            names = self._get_names(skipped)
            return self.env._("There is nothing left to hand over.\n%(records)s", records=names)
        names = [f"– {lead.name}" for lead in closed[:NAMED]]
        if len(closed) > NAMED:
            names.append(self.env._("… and %s more", len(closed) - NAMED))
        choices = dict(self._fields["closed_leads"]._description_selection(self.env))
        return self.env._(
            "All are won or lost:\n%(records)s\nChoose “%(choice)s” to include them.",
            records="\n".join(names),
            choice=choices["all"],
        )

    def _get_report_action(self, handover, skipped):
        """Close the window, and say what was handed over and what was not.

        :param crm.handover handover: the hand-over
        :param dict skipped: the leads that stay → why
        :return: a client action
        :rtype: dict
        """
        # sudo: the leads may be out of sight by now
        leads = handover.sudo().line_ids.lead_id
        values = {"count": len(leads), "user": self.user_id.name}
        message = "%s"  # the link below
        if skipped:
            names = self._get_names(skipped).replace("%", "%%")
            message += "\n" + self.env._("Skipped:\n%(records)s", records=names)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if skipped else "success",
                "sticky": bool(skipped),
                "title": leads._choose_wording(
                    self.env._("“%(lead)s” handed over to %(user)s", lead=leads[:1].name, **values),
                    self.env._("%(count)s opportunities handed over to %(user)s", **values),
                    self.env._("%(count)s records handed over to %(user)s", **values),
                ),
                "message": message,
                "links": [
                    {
                        "label": self.env._("See what was transferred, or take it back"),
                        "url": f"/odoo/hand-overs/{handover.id}",
                    }
                ],
                "next": self._get_next_action(handover),
            },
        }

    def _get_next_action(self, handover):
        """Where the user goes from here: back, but not to a lead they do not see any more.

        :rtype: dict
        """
        close = {"type": "ir.actions.act_window_close"}
        # sudo: the leads may be out of sight by now
        leads = handover.sudo().line_ids.lead_id.with_env(self.env)
        if not self.env.context.get("handover_from_form") or leads._filtered_access("read"):
            return close
        actions = self.env["ir.actions.act_window"]
        return {**actions._for_xml_id("crm.crm_lead_action_pipeline"), "target": "main"}


def _is_closed(lead):
    return lead.won_status != "pending"
