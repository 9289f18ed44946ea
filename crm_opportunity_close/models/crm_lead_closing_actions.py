from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .closing_refusal import describe_missing_answers

TO_COMPLETE = [("is_current", "=", True), ("is_complete", "=", False)]


class CrmLeadClosing(models.Model):
    """What opens from a closing, where closings are listed, and what they still lack."""

    _inherit = "crm.lead.closing"

    missing_message = fields.Char("What is missing", compute="_compute_missing_message")

    @api.depends("is_current", "is_complete", "reason_id", "competitor_id", "winning_price", "note")
    @api.depends_context("lang")
    def _compute_missing_message(self):
        """What the rules still ask of current closings, in words; empty where nothing is."""
        incomplete = self.filtered(lambda closing: closing.is_current and not closing.is_complete)
        (self - incomplete).missing_message = False
        for outcome, closings in incomplete.grouped("outcome").items():
            words = describe_missing_answers(closings.lead_id, outcome)
            for closing in closings:
                closing.missing_message = words.get(closing.lead_id)

    @api.model
    def action_view_to_complete(self):
        """Open the closings that lack an answer: a manager's own, and everybody else's.

        :return: a window action
        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_opportunity_close.crm_lead_closing_action_complete"
        )
        if self.env.user.has_group("sales_team.group_sale_manager"):
            action["context"] = {}
        return action

    @api.model
    @api.readonly
    def get_to_complete_count(self):
        """How many closings the menu *To complete* lists for the user.

        :return: one's own, or those of everybody for a manager; 0 for whoever has no such menu
        :rtype: int
        """
        if not self.has_access("read"):
            return 0
        domain = list(TO_COMPLETE)
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            domain.append(("lead_id.user_id", "=", self.env.uid))
        return self.search_count(domain)

    @api.model
    def _get_closings_action(self, domain):
        """The list of closings, and nothing but those of a domain.

        :param list domain: which closings
        :return: a window action
        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_opportunity_close.crm_lead_closing_action"
        )
        return {**action, "domain": domain, "context": {}}

    def action_open_lead(self):
        """Open the lead of this closing.

        :return: a window action
        :rtype: dict
        """
        self.ensure_one()
        return self.lead_id.get_formview_action()

    def action_complete(self):
        """Open the window that asks for what these closings still lack.

        Of a selection of both, the lost ones are asked about, and the window names the others.

        :return: a window action
        :rtype: dict
        :raise UserError: the opportunities were reopened in the meantime
        """
        closings = self.filtered("is_current")
        if not closings:
            raise UserError(
                self.env._("There is nothing to complete: what was closed has been reopened.")
            )
        outcome = "lost" if "lost" in closings.mapped("outcome") else "won"
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"crm_opportunity_close.crm_lead_{outcome}_action_complete"
        )
        context = {
            "dialog_size": "medium",
            "default_lead_ids": [Command.set(closings.lead_id.ids)],
            "default_is_completing": True,
        }
        return {**action, "context": context}
