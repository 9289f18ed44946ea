from contextlib import suppress

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .crm_lead import ORDER_CONFIRMED


class SaleOrder(models.Model):
    _inherit = "sale.order"

    won_question_id = fields.Many2one(
        "mail.activity",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=fields.NO_ACCESS,
        help="Asks the salesperson whether the opportunity is won, now that this order is "
        "confirmed.",
    )

    state_before_closing = fields.Char(
        "State before the closing",
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        help="What this quotation was before it was cancelled with its opportunity's closing.",
    )

    def action_confirm(self):
        """Confirm these orders; win their opportunities, or ask, as the company has set it.

        :return: the Won window where the button of the form was pressed and the setting is to
            ask, else core's result
        """
        result = super().action_confirm()
        orders = self.filtered(
            lambda order: order.opportunity_id and order.opportunity_id.won_status != "won"
        )
        # sudo: salespeople may not read the settings of every company
        by_setting = orders.grouped(lambda order: order.company_id.sudo().close_won_on_order)
        by_setting.get("always", self.browse())._win_opportunities()
        asked = by_setting.get("ask", self.browse())
        if result is True and asked._is_confirmed_at_the_form():
            return asked._action_ask_won()
        asked._schedule_question()
        return result

    def _action_cancel(self):
        """Remove the question that the confirmation left."""
        result = super()._action_cancel()
        # sudo: the question may be somebody else's; one that was answered stays in the history
        self.sudo().won_question_id.filtered("active").unlink()
        # sudo: nobody's to write; a closing says it after it has cancelled
        self.sudo().state_before_closing = False
        return result

    def _restore_before_closing(self):
        """Let a cancelled quotation be what it was before the closing, or else a draft.

        :return: what it is now
        :rtype: str
        """
        self.ensure_one()
        state, self.state_before_closing = self.state_before_closing, False
        self.action_draft()
        if state != "draft":
            # What another add-on asks of a quotation that is sent, this one may not fulfil.
            with suppress(UserError), self.env.cr.savepoint():
                self.state = state
        return self.state

    def _get_state_label(self, state):
        return dict(self._fields["state"]._description_selection(self.env)).get(state, state)

    def _describe_quotation(self):
        """This quotation, its date, whether it was sent, and whether it has expired.

        :rtype: str
        """
        values = {"order": self.name, "date": format_date(self.env, self.date_order)}
        if self.state != "sent":
            return self.env._("%(order)s of %(date)s, not sent", **values)
        if self.validity_date and self.validity_date < fields.Date.context_today(self):
            return self.env._("%(order)s of %(date)s, sent, expired", **values)
        return self.env._("%(order)s of %(date)s, sent", **values)

    def _is_confirmed_at_the_form(self):
        """Whether the Confirm button of the form was pressed: its context tells."""
        return (
            len(self) == 1
            and not self.env.su
            and "validate_analytic" in self.env.context
            and self.opportunity_id.has_access("write")
        )

    def _win_opportunities(self):
        # sudo: the company's setting wins the opportunity, whoever confirms the order. Where the
        # rules ask for a reason, the closing is incomplete until its salesperson answers.
        for lead in self.opportunity_id.sudo():
            lead.action_set_won(closed_revenue=lead.sale_amount_total)

    def _action_ask_won(self):
        self.ensure_one()
        action = self.opportunity_id._action_open_closing_window("won")
        name = self.env._("%(order)s is confirmed: is the opportunity won?", order=self.name)
        # The window answers the question: its buttons are Won and Not yet.
        context = {**action["context"], "closing_order_confirmed": True}
        return {**action, "name": name, "context": context}

    def _schedule_question(self):
        """Plan an activity an order for the salesperson, where nobody can be asked now."""
        # sudo: the customer may confirm the order online
        for order in self.sudo().filtered(lambda order: not order.won_question_id.active):
            lead = order.opportunity_id
            users = lead.user_id + order.user_id + self.env.user
            user = users.filtered(lambda user: user.active and not user.share)[:1]
            env = self.with_context(lang=user.lang or self.env.lang).env
            order.won_question_id = lead.activity_schedule(
                ORDER_CONFIRMED,
                summary=env._("%(order)s is confirmed: is the opportunity won?", order=order.name),
                user_id=user.id,
            )
