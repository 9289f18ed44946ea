from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.crm_opportunity_close.models.crm_lead_closing import OptionalInteger

DAYS_OPEN = 30
# Who got, or may have got, the question.
ASKED = ("sent", "answered", "expired")
OBJECTIONS = [
    ("off", "Asking is switched off"),
    ("reopened", "Reopened since"),
    ("mistake", "Closed by mistake"),
    ("disqualified", "Disqualified"),
    ("no_mail", "No mail address"),
    ("opt_out", "The contact does not want to be asked"),
    ("blacklisted", "The address is blacklisted"),
    ("internal", "An address of your own"),
    ("asked_lately", "The contact was asked lately"),
    ("revoked", "Link taken back"),
]


class CrmLeadClosingQuestion(models.Model):
    """One customer is asked about one closing, at most once.

    A question is planned a day ahead at least, so that people can veto it. States change by
    the scheduled job, by the verbs below, and by the customer's answer; nobody creates, edits
    or deletes questions by hand. Whoever may read the lead may read its questions.
    """

    _name = "crm.lead.closing.question"
    _description = "Question to a customer"
    _order = "date_planned desc, id desc"
    _rec_name = "lead_id"
    _rec_names_search = ["lead_id.name", "partner_id.name"]

    closing_id = fields.Many2one(
        "crm.lead.closing", required=True, readonly=True, index=True, ondelete="cascade"
    )
    lead_id = fields.Many2one(
        "crm.lead",
        "Opportunity",
        related="closing_id.lead_id",
        store=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="Whose rules hold for this question.",
    )
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True, index="btree_not_null")
    email = fields.Char("Address", readonly=True, help="The address that is asked, normalized.")
    outcome = fields.Selection(related="closing_id.outcome", store=True)
    user_id = fields.Many2one(related="closing_id.user_id", store=True)
    team_id = fields.Many2one(related="closing_id.team_id", store=True)
    reason_id = fields.Many2one(related="closing_id.reason_id", string="We say")
    closing_date = fields.Datetime(related="closing_id.date", string="Closed Date", store=True)
    expected_revenue = fields.Monetary(
        related="closing_id.expected_revenue", currency_field="closing_currency_id"
    )
    closing_currency_id = fields.Many2one(related="closing_id.company_currency")
    state = fields.Selection(
        [
            ("planned", "To be asked"),
            ("vetoed", "Vetoed"),
            ("dropped", "Not asked"),
            ("sending", "Sending"),
            ("check", "To check"),
            ("sent", "Asked"),
            ("answered", "Answered"),
            ("expired", "Not answered"),
        ],
        default="planned",
        required=True,
        readonly=True,
        index=True,
        help="To be asked: the mail goes out on the day planned, unless somebody vetoes it.\n"
        "To check: the mail may not have gone out; somebody has to look.\n"
        "Asked: the link is open for 30 days. Not answered: it has ended without an answer.",
    )
    date_planned = fields.Date("To be asked on", required=True, readonly=True)
    date_sent = fields.Datetime("Asked on", readonly=True)
    date_reminded = fields.Datetime("Reminded on", readonly=True)
    date_end = fields.Datetime("Link ends on", readonly=True)
    date_answered = fields.Datetime("Answered on", readonly=True)
    vetoed_by_id = fields.Many2one("res.users", "Vetoed by", readonly=True)
    veto_reason = fields.Char("Why not", readonly=True)
    objection = fields.Selection(OBJECTIONS, "Why not asked", readonly=True)
    failure = fields.Text("What went wrong", readonly=True)
    feedback_ids = fields.One2many("crm.lead.closing.feedback", "question_id", readonly=True)
    is_asked = fields.Boolean(
        "Was asked",
        compute="_compute_is_asked",
        store=True,
        help="The base of the response rate: whoever was asked, answered or not.",
    )
    response_rate = OptionalInteger(
        "Response rate",
        compute="_compute_is_asked",
        store=True,
        aggregator="avg",
        help="Answers among the questions asked.",
    )

    _closing_uniq = models.UniqueIndex("(closing_id)", "A closing is asked about once.")

    @api.depends("state")
    def _compute_is_asked(self):
        for question in self:
            question.is_asked = question.state in ASKED
            question.response_rate = (
                int(question.state == "answered") if question.is_asked else None
            )

    # ------------------------------------------------------------
    # What people do
    # ------------------------------------------------------------

    def _check_may_act(self, states, managers=False):
        """Refuse what the user may not do with these questions.

        :param tuple states: in which a question has to be
        :param bool managers: only sales managers may
        :return: the questions as superuser: nobody has the right to write on them
        :raise AccessError: the leads are not the user's to change
        :raise UserError: a question is in another state
        """
        if managers and not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(self.env._("Only sales managers can do this."))
        self.check_access("read")
        self.lead_id.check_access("write")
        labels = dict(self._fields["state"]._description_selection(self.env))
        others = [
            f"– {question.lead_id.name}: {labels[question.state]}"
            for question in self
            if question.state not in states
        ]
        if others:
            raise UserError(
                self.env._(
                    "This cannot be done with these, as they stand:\n%(lines)s",
                    lines="\n".join(others),
                )
            )
        return self.sudo()

    def action_veto(self, reason=None):
        """Take these questions off the list, with a reason; without one, the window asks.

        :param str reason: why the customer is not to be asked
        :return: True, or the window action
        """
        questions = self._check_may_act(("planned", "check"))
        if not isinstance(reason, str) or not reason.strip():
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Do not ask"),
                "res_model": "crm.lead.closing.question.veto",
                "view_mode": "form",
                "views": [(False, "form")],
                "target": "new",
                "context": {"dialog_size": "medium", "default_question_ids": self.ids},
            }
        questions.write(
            {"state": "vetoed", "vetoed_by_id": self.env.uid, "veto_reason": reason.strip()[:500]}
        )
        return True

    def action_plan_again(self):
        """Ask after all: on the day planned, or tomorrow where that has passed.

        :return: True
        """
        questions = self._check_may_act(("vetoed", "check"))
        tomorrow = fields.Date.add(fields.Date.context_today(self), days=1)
        for question in questions:
            question.write(
                {
                    "state": "planned",
                    "date_planned": max(question.date_planned, tomorrow),
                    "vetoed_by_id": False,
                    "veto_reason": False,
                    "failure": False,
                }
            )
        return True

    def action_confirm_sent(self):
        """Say of questions to check that their mail did go out.

        :return: True
        """
        self._check_may_act(("check",))._set_sent()
        return True

    def action_revoke(self):
        """Take links back: they open nothing any more, what was answered stays.

        :return: True
        """
        questions = self._check_may_act(("planned", "check", "sent"), managers=True)
        questions.write({"state": "dropped", "objection": "revoked"})
        return True

    def action_hand_over_link(self):
        """Show the link, to be sent by hand where Odoo sends no mail.

        Only sales managers see it: whoever has it can answer in the customer's name. From
        then on the question counts as asked, and the lead's chatter says who took the link.

        :return: a window action
        """
        self.ensure_one()
        question = self._check_may_act(("planned", "check", "sent"), managers=True)
        if question.state != "sent":
            question._set_sent()
        question.lead_id.message_post(
            body=self.env._(
                "%(user)s took the link for the customer's feedback, to send it by hand.",
                user=self.env.user.name,
            )
        )
        link = self.env["crm.lead.closing.question.link"].create({"url": question._get_url()})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Link for the customer"),
            "res_model": link._name,
            "res_id": link.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def action_open_lead(self):
        """Open the lead this question is about.

        :return: a window action
        """
        self.ensure_one()
        return self.lead_id.get_formview_action()

    def _set_sent(self):
        now = fields.Datetime.now()
        self.write(
            {
                "state": "sent",
                "date_sent": now,
                "date_end": fields.Datetime.add(now, days=DAYS_OPEN),
                "failure": False,
            }
        )

    def _expire(self):
        """Links whose time is over end; what was not answered by then never was."""
        over = Domain("state", "=", "sent") & Domain("date_end", "<=", fields.Datetime.now())
        self.search(over).state = "expired"
