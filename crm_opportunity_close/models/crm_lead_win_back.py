from odoo import api, fields, models
from odoo.tools import format_date

WIN_BACK = "crm_opportunity_close.mail_activity_type_win_back"


class CrmLead(models.Model):
    """Reminders of lost leads: on the day of a follow-up, and with the next lead of a customer."""

    _inherit = "crm.lead"

    followup_date = fields.Date(
        "Follow up on",
        copy=False,
        index="btree_not_null",
        tracking=76,
        help="On this day the salesperson is reminded to win the lost opportunity back. "
        "Empty: never.",
    )
    lost_before_id = fields.Many2one(
        "crm.lead.closing", "Lost before", compute="_compute_lost_before"
    )
    lost_before_message = fields.Char(compute="_compute_lost_before")

    @api.depends("partner_id", "won_status")
    def _compute_lost_before(self):
        """The latest loss among the other leads of the same customer, for an open lead."""
        open_deals = self.filtered(lambda lead: lead.won_status == "pending")
        customers = open_deals.partner_id.commercial_partner_id
        losses = self.env["crm.lead.closing"].search(self._get_losses_domain(customers))
        if len(open_deals) == 1:
            # A form shows the latest; only that one is read. (A limit in the search would
            # let PostgreSQL look for the customer in the whole history, latest first.)
            losses -= open_deals._origin.closing_ids
            losses = losses[:1].with_prefetch()
        losses.fetch(["date", "lead_id", "partner_id", "reason_id", "competitor_id"])
        # sudo: as the message reads it
        losses.lead_id.sudo().fetch(["name"])
        by_customer = losses.grouped(lambda loss: loss.partner_id.commercial_partner_id)
        for lead in self:
            customer = lead.partner_id.commercial_partner_id
            earlier = (
                by_customer.get(customer, losses.browse())
                if lead in open_deals
                else losses.browse()
            )
            loss = earlier.filtered(lambda loss, lead=lead: loss.lead_id != lead._origin)[:1]
            lead.lost_before_id = loss
            lead.lost_before_message = self._get_loss_message(loss) if loss else False

    @api.model
    def _get_losses_domain(self, customers):
        """The losses of all leads with these customers and their people, without mistakes.

        :param res.partner customers: commercial entities
        :rtype: list
        """
        return [
            ("partner_id.commercial_partner_id", "in", customers.ids),
            ("outcome", "=", "lost"),
            ("is_mistake", "=", False),
        ]

    @api.model
    def _get_loss_message(self, loss):
        """What to know about an earlier loss, in one sentence.

        :param crm.lead.closing loss: one closing
        :rtype: str
        """
        # sudo: the user may see the closing, not always the company its reason is for
        loss = loss.sudo()
        why = ", ".join(filter(None, (loss.reason_id.name, loss.competitor_id.name)))
        values = {"lead": loss.lead_id.name, "date": format_date(self.env, loss.date)}
        if not why:
            return self.env._("“%(lead)s” was lost on %(date)s", **values)
        return self.env._("“%(lead)s” was lost on %(date)s: %(why)s", why=why, **values)

    def write(self, vals):
        """Let the reminder follow its date and its salesperson on leads that stay lost."""
        lost = self.browse()
        if vals.keys() & {"user_id", "followup_date"}:
            lost = self.filtered(lambda lead: lead.won_status == "lost")
        owners = {lead.id: lead.user_id for lead in lost if vals.get("user_id")}
        dates = {lead.id: lead.followup_date for lead in lost}
        result = super().write(vals)
        lost = lost.filtered(lambda lead: lead.won_status == "lost")
        lost.filtered(lambda lead: lead.followup_date != dates[lead.id])._schedule_followups()
        lost.filtered(lambda lead: lead.id in owners)._transfer_reminders(owners)
        return result

    def _post_close(self, closings):
        result = super()._post_close(closings)
        self.filtered("followup_date")._schedule_followups()
        return result

    def _transfer_reminders(self, owners):
        """Give the reminders that the former salespeople still have to the present ones.

        :param dict owners: id of the lead → its former salesperson
        """
        moved = self.filtered(lambda lead: lead.followup_date and lead.user_id != owners[lead.id])
        activity_type = moved and self.env.ref(WIN_BACK, raise_if_not_found=False)
        if not activity_type:
            return
        # sudo: whoever may change a lead may change what is planned for it
        reminders = self.env["mail.activity"].sudo()
        reminders = reminders.search(
            [
                ("activity_type_id", "=", activity_type.id),
                ("res_model", "=", self._name),
                ("res_id", "in", moved.ids),
            ]
        ).filtered(lambda each: not each.user_id or each.user_id == owners[each.res_id])
        leads = moved.grouped("id")
        for user, group in reminders.grouped(lambda each: leads[each.res_id].user_id).items():
            # No mail for each of them, as core does where many activities change hands.
            group.with_context(mail_activity_quick_update=True).write({"user_id": user.id})

    def action_view_lost_before(self):
        """Open every earlier loss of this customer.

        :return: a window action
        :rtype: dict
        """
        self.ensure_one()
        domain = self._get_losses_domain(self.partner_id.commercial_partner_id)
        return self.env["crm.lead.closing"]._get_closings_action(domain)

    def _schedule_followups(self):
        """Let each lost lead have the one reminder its follow-up date asks for."""
        if not self:
            return
        self.activity_unlink([WIN_BACK])
        activity_type = self.env.ref(WIN_BACK, raise_if_not_found=False)
        if not activity_type:
            return
        # They are due later: nobody needs a mail now for each of them.
        activities = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        activities.create(
            [
                {
                    "activity_type_id": activity_type.id,
                    "automated": True,
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": lead.id,
                    "date_deadline": lead.followup_date,
                    "user_id": (user := lead._get_user_to_remind()).id,
                    "summary": lead._get_followup_summary(user),
                }
                for lead in self
                if lead.followup_date and lead.won_status == "lost"
            ]
        )

    def _unlink_reminders(self):
        """Remind nobody any more of leads that are about to be reopened."""
        self.filtered("followup_date").activity_unlink([WIN_BACK])

    def _get_user_to_remind(self):
        """The salesperson, or whoever is at work where that one has left.

        :return: one user, or none: the system itself is nobody to remind
        :rtype: res.users
        """
        return (self.user_id + self.env.user).filtered("active")[:1]

    def _get_followup_summary(self, user):
        """What the reminder says.

        :param res.users user: who reads it, in whose language it is
        :rtype: str
        """
        # sudo: the user may change the lead, not always see the company its reason is for
        lead = self.sudo().with_context(lang=user.lang or self.env.lang)
        values = {
            "date": format_date(lead.env, lead.date_closed),
            "reason": lead.lost_reason_id.name,
            "competitor": lead.competitor_id.name,
        }
        if lead.lost_reason_id and lead.competitor_id:
            return lead.env._(
                "Lost on %(date)s: %(reason)s, to %(competitor)s. Try again?", **values
            )
        if lead.lost_reason_id:
            return lead.env._("Lost on %(date)s: %(reason)s. Try again?", **values)
        return lead.env._("Lost on %(date)s. Try again?", **values)
