from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


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
