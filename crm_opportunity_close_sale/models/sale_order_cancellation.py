from odoo import api, fields, models
from odoo.exceptions import ValidationError

# What is known of a cancellation; it goes when the order is taken up again.
CANCELLATION_FIELDS = ("close_reason_id", "is_declined", "decline_message")


class SaleOrder(models.Model):
    """Why a quotation was cancelled, as the salesperson says, and what the customer wrote.

    Its opportunity goes on: closings and their figures know nothing of it. A quotation that
    is cancelled with its opportunity takes the lost reason, and nobody is asked.
    """

    _inherit = "sale.order"

    close_reason_id = fields.Many2one(
        "crm.lost.reason",
        "Cancellation reason",
        domain="[('outcome', '=', 'lost')]",
        check_company=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Why this quotation was cancelled. Its opportunity has a reason of its own when it "
        "is lost.",
    )
    close_reason_domain = fields.Binary("Reasons offered", compute="_compute_close_reason_domain")
    is_declined = fields.Boolean(
        "Declined by the customer",
        readonly=True,
        copy=False,
        help="The customer declined this quotation in the portal.",
    )
    decline_message = fields.Text(
        "The customer wrote",
        readonly=True,
        copy=False,
        help="What the customer wrote when declining this quotation in the portal.",
    )

    @api.depends("company_id", "team_id")
    def _compute_close_reason_domain(self):
        reasons = self.env["crm.lost.reason"]
        unspecified = reasons._get_unspecified("lost")
        for order in self:
            domain = reasons._get_fitting_domain("lost", order.company_id, order.team_id)
            order.close_reason_domain = [*domain, ("id", "not in", unspecified.ids)]

    @api.constrains("close_reason_id")
    def _check_close_reason_id(self):
        for order in self.filtered("close_reason_id"):
            if order.state != "cancel":
                raise ValidationError(
                    self.env._(
                        "%(order)s is not cancelled: only what is cancelled has a reason for it.",
                        order=order.name,
                    )
                )
            # sudo: a reason that somebody else may not see still has an outcome
            if order.close_reason_id.sudo().outcome != "lost":
                raise ValidationError(
                    self.env._(
                        "“%(reason)s” explains what was won. Choose a lost reason.",
                        reason=order.close_reason_id.name,
                    )
                )

    def write(self, vals):
        if vals.get("state", "cancel") != "cancel":
            vals = {**vals, **dict.fromkeys(CANCELLATION_FIELDS, False)}
        return super().write(vals)

    def _take_reason_of_lead(self):
        """Give cancelled quotations the lost reasons of their opportunities, where they fit."""
        unspecified = self.env["crm.lost.reason"]._get_unspecified("lost")
        for (reason, company), orders in self.grouped(
            lambda order: (order.opportunity_id.lost_reason_id, order.company_id)
        ).items():
            if reason and reason != unspecified and reason.company_id <= company:
                orders.close_reason_id = reason
