from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

# How long a second look is asked for, where the job was off.
DAYS_TO_LOOK = 14


class CrmLeadClosing(models.Model):
    """What others than the salesperson say about a closing: the customer, the manager."""

    _inherit = "crm.lead.closing"

    question_ids = fields.One2many("crm.lead.closing.question", "closing_id", "Questions")
    feedback_ids = fields.One2many("crm.lead.closing.feedback", "closing_id")
    second_look_date = fields.Date(
        "Second look asked on",
        readonly=True,
        copy=False,
        help="When the team leader was asked to look at this loss again.",
    )

    def _get_feedback_amount(self, company):
        """What this closing is worth to the rules of a company, in its currency."""
        self.ensure_one()
        amount = self.closed_revenue if self.outcome == "won" else self.expected_revenue
        currency = self.company_currency or company.currency_id
        return currency._convert(amount, company.currency_id, company, self.date)

    def _get_offered_reasons(self):
        """The reasons a customer may choose for this closing: those worded for customers.

        :rtype: crm.lost.reason
        """
        self.ensure_one()
        company = self.company_id or self.env.company
        reasons = self.env["crm.lost.reason"]
        return reasons._get_customer_reasons(self.outcome, company, self.team_id)

    def _preview_mail(self, lang):
        """What the contact of this closing would get; the question for it is undone again.

        :param str lang: the language of whoever looks at it
        :return: the mail's values as the template generates them
        :rtype: dict
        """
        self.ensure_one()
        questions = self.env["crm.lead.closing.question"].with_context(
            feedback_preview=True, lang=lang
        )
        savepoint = self.env.cr.savepoint()
        try:
            question = self.question_ids or questions.create(
                questions._prepare_question_vals(self, self.company_id or self.env.company)
            )
            template = self.env.ref("crm_opportunity_close_feedback.mail_template_question")
            template = template.with_context(feedback_preview=True)
            names = ("subject", "body_html", "email_from", "email_to")
            return template._generate_template(question.ids, names)[question.id]
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)

    # ------------------------------------------------------------
    # A second look at big losses
    # ------------------------------------------------------------

    @api.model
    def _ask_for_second_looks(self):
        """Give team leaders an activity on each big loss of their team, once.

        :return: the losses
        :rtype: crm.lead.closing
        """
        today = fields.Date.context_today(self)
        teams = self.env["crm.team"].search([("second_look_amount", ">", 0)])
        losses = self.search(
            Domain("team_id", "in", teams.ids)
            & Domain("outcome", "=", "lost")
            & Domain("date", ">=", fields.Date.subtract(today, days=DAYS_TO_LOOK))
            & Domain("is_current", "=", True)
            & Domain("is_counted", "=", True)
            & Domain("second_look_date", "=", False)
        ).filtered(lambda closing: closing._is_worth_a_second_look())
        model_id = self.env["ir.model"]._get_id("crm.lead")
        kind = self.env.ref("crm_opportunity_close_feedback.mail_activity_type_second_look")
        self.env["mail.activity"].create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": closing.lead_id.id,
                    "activity_type_id": kind.id,
                    "user_id": closing.team_id.user_id.id,
                    "date_deadline": fields.Date.add(today, days=kind.delay_count),
                    "summary": kind.summary,
                }
                for closing in losses
            ]
        )
        losses.second_look_date = today
        return losses

    def _is_worth_a_second_look(self):
        team = self.team_id
        company = team.company_id or self.company_id or self.env.company
        amount = self._get_feedback_amount(company)
        return team.user_id and team.user_id != self.user_id and amount >= team.second_look_amount

    def _check_second_look(self):
        """A second look is the leader's: nobody looks at a closing of their own.

        :raise AccessError: the user is neither the team's leader nor a sales manager
        """
        user = self.env.user
        leads = user.has_group("sales_team.group_sale_manager") or user == self.team_id.user_id
        if not leads or user == self.user_id:
            raise AccessError(self.env._("The team leader or a sales manager takes a second look."))

    def _finish_second_looks(self):
        """The activities of these closings' second looks are done."""
        kind = self.env.ref("crm_opportunity_close_feedback.mail_activity_type_second_look")
        # sudo: the answer is given, whoever the activity was meant for
        activities = self.env["mail.activity"].sudo()
        domain = [
            ("res_model", "=", "crm.lead"),
            ("res_id", "in", self.lead_id.ids),
            ("activity_type_id", "=", kind.id),
        ]
        activities.search(domain).action_done()

    def _anonymise_texts(self):
        """Take out what was written about these closings: notes, answers, addresses.

        The figures stay. The lead's own note goes with that of its current closing.
        """
        self.question_ids.write({"email": False, "veto_reason": False, "failure": False})
        self.feedback_ids._anonymise()
        self.write({"note": False, "reopen_note": False})
        leads = self.filtered("is_current").lead_id.with_context(tracking_disable=True)
        leads.filtered("closing_note")._write_closing_fields({"closing_note": False})

    def action_record_feedback(self):
        """Open the window that records what a customer said on the phone.

        :return: a window action
        """
        self.ensure_one()
        return self.lead_id.action_record_feedback()
