from odoo import api, fields, models

from ..models.crm_lead_closing_question import ASKED

MONTHS = 12


class CrmLostReason(models.Model):
    """How often customers name a reason, with the base, how sure it is, and who answered."""

    _inherit = "crm.lost.reason"

    customer_share_label = fields.Char(
        "Named by customers",
        compute="_compute_customer_shares",
        help="Of the customers who named a reason on the page in the last twelve months, how many "
        "named this one. Most may name two, so that the shares sum up to more than 100 %.",
    )
    customer_share_interval = fields.Char(
        "95% interval of the share",
        compute="_compute_customer_shares",
        help="Where the share may be, considering how few or many answers it is made of.",
    )
    customer_response_label = fields.Char(
        "Answered, of those asked",
        compute="_compute_customer_shares",
        help="The response rate of the last twelve months. Who answers is not everybody.",
    )

    @api.depends("outcome")
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_customer_shares(self):
        since = fields.Datetime.subtract(fields.Datetime.now(), months=MONTHS)
        closings = self.env["crm.lead.closing"]
        answers = self.env["crm.lead.closing.feedback"]
        domain = [("source", "=", "customer"), ("date", ">=", since), ("reason_ids", "!=", False)]
        named = dict(answers._read_group(domain, ["reason_ids"], ["__count"]))
        bases = dict(answers._read_group(domain, ["outcome"], ["__count"]))
        asked, answered = self._count_questions(since)
        for reason in self:
            outcome, count = reason.outcome, named.get(reason._origin, 0)
            base = bases.get(outcome, 0)
            reason.customer_share_label = closings._format_rate(count, base)
            reason.customer_share_interval = closings._format_interval(count, base)
            reason.customer_response_label = closings._format_rate(
                answered.get(outcome, 0), asked.get(outcome, 0)
            )

    @api.model
    def _count_questions(self, since):
        """How many customers were asked since then, and how many of them answered.

        :return: twice: outcome → number
        :rtype: tuple[dict[str, int], dict[str, int]]
        """
        questions = self.env["crm.lead.closing.question"]
        domain = [("state", "in", ASKED), ("date_sent", ">=", since)]
        groups = questions._read_group(domain, ["outcome", "state"], ["__count"])
        asked, answered = {}, {}
        for outcome, state, count in groups:
            asked[outcome] = asked.get(outcome, 0) + count
            if state == "answered":
                answered[outcome] = count
        return asked, answered
