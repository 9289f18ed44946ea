from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from odoo.addons.crm_opportunity_close.models.crm_lead_closing import OptionalInteger

MAX_REASONS = 2
HAPPENED = [
    ("other", "We chose another"),
    ("nothing", "We did nothing"),
    ("deciding", "Still deciding"),
    ("else", "Something else"),
]


class CrmLeadClosingFeedback(models.Model):
    """What one side other than the salesperson says about a closing.

    A customer's answer is written by the public page and changed by the customer alone; what
    was said in a call, and what a manager thinks, is written by a window. It stands beside
    the salesperson's reason and never changes it. People read it where they read the lead;
    they only say which competitor the customer meant.
    """

    _name = "crm.lead.closing.feedback"
    _description = "Feedback on a closing"
    _order = "date desc, id desc"
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
    question_id = fields.Many2one(
        "crm.lead.closing.question", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    source = fields.Selection(
        [("customer", "Customer"), ("call", "Call"), ("manager", "Manager")],
        required=True,
        readonly=True,
        help="Customer: answered on the page. Call: told on the phone, written down by a "
        "colleague. Manager: what the team leader thinks.",
    )
    date = fields.Datetime("Given on", default=fields.Datetime.now, required=True, readonly=True)
    recorded_by_id = fields.Many2one("res.users", "Recorded by", readonly=True)
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True, index="btree_not_null")
    outcome = fields.Selection(related="closing_id.outcome", store=True)
    company_id = fields.Many2one(related="closing_id.company_id", store=True)
    user_id = fields.Many2one(related="closing_id.user_id", store=True)
    team_id = fields.Many2one(related="closing_id.team_id", store=True)
    seller_reason_id = fields.Many2one(
        related="closing_id.reason_id", store=True, string="We say", index="btree_not_null"
    )
    seller_note = fields.Html(related="closing_id.note", string="Our closing note")
    happened = fields.Selection(HAPPENED, "What happened", readonly=True)
    reason_ids = fields.Many2many(
        "crm.lost.reason",
        "crm_lead_closing_feedback_reason_rel",
        "feedback_id",
        "reason_id",
        "They say",
        readonly=True,
        context={"active_test": False},
        help="Up to two reasons. In figures by reason, an answer with two counts under both.",
    )
    competitor_text = fields.Char("Chosen instead", readonly=True, help="In the customer's words.")
    competitor_id = fields.Many2one(
        "crm.competitor",
        index="btree_not_null",
        ondelete="restrict",
        help="Which of your competitors the customer means.",
    )
    comment = fields.Text(readonly=True)
    may_call = fields.Boolean("May be called", readonly=True)
    was_offered = fields.Boolean(
        "Our reason was offered",
        readonly=True,
        help="Whether the salesperson's reason was among those to choose from: without a wording "
        "for customers it is not, and then nothing can be said about agreement.",
    )
    agreement = fields.Selection(
        [("agree", "Agrees"), ("partly", "In part"), ("disagree", "Disagrees")],
        compute="_compute_agreement",
        store=True,
        help="Agrees: our main reason is among theirs. In part: one of our further reasons is. "
        "Empty: they named none, we named none, or ours could not be chosen.",
    )
    agreement_rate = OptionalInteger(
        "Agreement rate",
        compute="_compute_agreement",
        store=True,
        aggregator="avg",
        help="How often our main reason is among theirs, where both sides named one.",
    )

    _question_uniq = models.UniqueIndex(
        "(question_id) WHERE question_id IS NOT NULL", "There is an answer already. Reload it."
    )

    @api.depends(
        "closing_id.reason_id", "closing_id.secondary_reason_ids", "reason_ids", "was_offered"
    )
    def _compute_agreement(self):
        for feedback in self:
            closing, theirs = feedback.closing_id, feedback.reason_ids
            ours = closing.reason_id
            agreement = False
            if ours and not ours.is_unspecified and theirs and feedback.was_offered:
                in_part = "partly" if theirs & closing.secondary_reason_ids else "disagree"
                agreement = "agree" if ours in theirs else in_part
            feedback.agreement = agreement
            feedback.agreement_rate = int(agreement == "agree") if agreement else None

    @api.constrains("reason_ids")
    def _check_reasons(self):
        for feedback in self:
            if len(feedback.reason_ids) > MAX_REASONS:
                raise ValidationError(self.env._("Two reasons at most can be named."))

    def write(self, vals):
        if not self.env.su and set(vals) - {"competitor_id"}:
            raise AccessError(
                self.env._(
                    "What was said is not changed afterwards. You can name the competitor that "
                    "was meant."
                )
            )
        return super().write(vals)

    def _match_competitor(self):
        """Name the competitor whose name the customer wrote, letter by letter; else nobody."""
        # sudo: visitors know no competitors
        competitors = self.env["crm.competitor"].sudo()
        for feedback in self.filtered(lambda each: each.competitor_text):
            text = feedback.competitor_text.strip()
            feedback.competitor_id = competitors.search([("name", "=ilike", text)], limit=1)

    def _anonymise(self):
        """What was answered in words goes; what was chosen stays for the figures."""
        self.write(
            {"partner_id": False, "comment": False, "competitor_text": False, "may_call": False}
        )

    def action_open_lead(self):
        """Open the lead this feedback is about.

        :return: a window action
        """
        self.ensure_one()
        return self.lead_id.get_formview_action()

    # ------------------------------------------------------------
    # On the lead's timeline
    # ------------------------------------------------------------

    def _post_on_leads(self):
        """Show both sides in the chatter: what was chosen, not the words, which stay here."""
        for feedback in self:
            # In the language of those who read the lead, not in the customer's.
            reader = feedback.lead_id.user_id or feedback.company_id.partner_id
            feedback.with_context(lang=reader.lang or "en_US")._post_on_lead()

    def _post_on_lead(self):
        source = dict(self._fields["source"]._description_selection(self.env))[self.source]
        happened = dict(self._fields["happened"]._description_selection(self.env))
        theirs = self.reason_ids.mapped("name")
        if self.happened:
            theirs.append(happened[self.happened])
        self.lead_id.message_post(
            body=Markup("<b>%s</b><br/>%s<br/>%s")
            % (
                self.env._("Feedback: %(who)s", who=source),
                self.env._("We say: %(ours)s", ours=self.seller_reason_id.name or "–"),
                self.env._("They say: %(theirs)s", theirs=", ".join(theirs) or "–"),
            ),
            subtype_xmlid="mail.mt_note",
        )
