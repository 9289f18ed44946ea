from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# How the reasons that everybody has are put to customers, until somebody words them better.
# What customers would not say themselves has no wording: not profitable for us, no response.
WORDINGS = {
    "crm.lost_reason_1": _lt("It was too expensive"),
    "crm_opportunity_close.lost_reason_competitor_better": _lt("Another offer suited us better"),
    "crm_opportunity_close.lost_reason_competitor_relation": _lt("We stayed with our supplier"),
    "crm_opportunity_close.lost_reason_no_budget": _lt("The budget was missing"),
    "crm_opportunity_close.lost_reason_no_decision": _lt("The project was put off or stopped"),
    "crm_opportunity_close.lost_reason_cannot_deliver": _lt("Something we needed was missing"),
    "crm_opportunity_close.lost_reason_other": _lt("Another reason"),
    "crm_opportunity_close.win_reason_fit": _lt("It fits our needs best"),
    "crm_opportunity_close.win_reason_price": _lt("The price"),
    "crm_opportunity_close.win_reason_relation": _lt("We know and trust you"),
    "crm_opportunity_close.win_reason_service": _lt("Service and support"),
    "crm_opportunity_close.win_reason_speed": _lt("You were fast"),
}


class CrmLostReason(models.Model):
    _inherit = "crm.lost.reason"

    customer_wording = fields.Char(
        "Wording for customers",
        translate=True,
        help="How this reason is put to customers, e.g. “The price was too high”. Without a "
        "wording it is not offered to them.",
    )

    @api.model
    def _get_customer_reasons(self, outcome, company, team):
        """The reasons a customer may choose from.

        :param str outcome: ``lost`` or ``won``
        :param res.company company: whose reasons
        :param crm.team team: the team of the closing, if any
        :rtype: crm.lost.reason
        """
        # sudo: a visitor has no rights on reasons; these are worded for visitors
        reasons = self.sudo()
        domain = reasons._get_fitting_domain(outcome, company, team)
        domain &= Domain("is_unspecified", "=", False)
        return reasons.search(domain).filtered("customer_wording")

    @api.model
    def _propose_customer_wordings(self):
        """Word the reasons that come with Odoo and with us, unless anything is worded already.

        Done when asking is switched on, in all installed languages; it can be changed.
        """
        # sudo: reasons of other companies count as worded, too
        reasons = self.sudo().with_context(active_test=False)
        if reasons.search_count([("customer_wording", "!=", False)], limit=1):
            return
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        for xmlid, wording in WORDINGS.items():
            reason = self.env.ref(xmlid, raise_if_not_found=False)
            for language in languages if reason else ():
                translated = reason.sudo().with_context(lang=language)
                translated.customer_wording = translated.env._(wording)

    def _relink_all(self, target):
        """Feedback follows a merge of reasons as well; who agrees is told anew."""
        # sudo: feedback of all companies, which nobody may change
        feedback = self.env["crm.lead.closing.feedback"].sudo()
        concerned = feedback.search(
            Domain("reason_ids", "in", self.ids)
            | Domain("seller_reason_id", "in", (self + target).ids)
            | Domain("closing_id.secondary_reason_ids", "in", self.ids)
        )
        answers = concerned.filtered(lambda each: each.reason_ids & self)
        result = super()._relink_all(target)
        self.env.invalidate_all(flush=False)
        unlinks = [Command.unlink(reason.id) for reason in self]
        answers.write({"reason_ids": [*unlinks, Command.link(target.id)]})
        concerned.closing_id.modified(["reason_id", "secondary_reason_ids"])
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_named_by_customers(self):
        # sudo: also those of other companies
        feedback = self.env["crm.lead.closing.feedback"].sudo()
        named = feedback.search([("reason_ids", "in", self.ids)]).reason_ids & self
        if named:
            raise UserError(
                self.env._(
                    "Customers have named these reasons: archive them instead.\n%(names)s",
                    names="\n".join(f"– {reason.name}" for reason in named),
                )
            )
