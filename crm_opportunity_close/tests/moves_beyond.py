from contextlib import suppress
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command

LEFT_NOTE = "<p>Left by code</p>"
REFUSAL = "An add-on refuses"


class MovesBeyond:
    """What administrators, code and other add-ons do while people close leads.

    Like :class:`DealMoves`; with a database of several companies and currencies.
    """

    # Moves that may close and reopen the same lead within one call.
    UNDOING = frozenset({"undo_at_once", "undo_by_writes", "close_and_undo"})

    # ------------------------------------------------------------
    # Companies, owners, stages, teams
    # ------------------------------------------------------------

    def move_change_company(self, deal, other, n):
        deal.company_id = self.companies[n % 2] if n % 3 else False

    def move_change_currency(self, deal, other, n):
        self.companies[n % 2].currency_id = self.currencies[n // 2 % 2]
        deal.sudo().invalidate_model(["company_currency"])

    def move_hand_over(self, deal, other, n):
        if "crm.handover" in deal.env:
            leads = deal | other if n % 2 else deal
            leads.action_hand_over(
                self.salespeople[n % len(self.salespeople)].id, note=f"To you {n}"
            )

    def move_take_back(self, deal, other, n):
        if "crm.handover" in deal.env:
            handovers = deal.env["crm.handover"]
            handovers = handovers.search([("line_ids.lead_id", "in", (deal | other).ids)], limit=1)
            if handovers:
                handovers.action_take_back()

    def move_delete_stage(self, deal, other, n):
        """Its leads are moved first, as the web client asks for; closed ones keep it."""
        stages = self.stages.exists().with_env(deal.env)
        stage = stages[n % len(stages)]
        elsewhere = (stages - stage).filtered(lambda each: each.is_won == stage.is_won)[:1]
        leads = deal.sudo().with_context(active_test=False).search([("stage_id", "=", stage.id)])
        if elsewhere and not leads._filter_closed():
            leads.stage_id = elsewhere
            stage.unlink()

    def move_delete_team(self, deal, other, n):
        """Its stages become those of all teams; a database keeps no stage of a deleted team."""
        teams = self.teams.exists().with_env(deal.env)
        if n % 3 == 0 and len(teams) > 1:
            team = teams[n % len(teams)]
            self.stages.exists().with_env(deal.env).write({"team_ids": [Command.unlink(team.id)]})
            team.unlink()

    def move_delete_kept(self, deal, other, n):
        """What a merge has kept is deleted later on."""
        kept = deal.sudo().with_context(active_test=False).search([("merged_into_id", "!=", False)])
        kept[:1].unlink()

    # ------------------------------------------------------------
    # What other code does
    # ------------------------------------------------------------

    def move_hook_raises(self, deal, other, n):
        """An add-on has the last word; its caller may take the refusal lightly."""

        def refuse(leads, closings):
            raise UserError(REFUSAL)

        hook = ("_post_close", "_post_reopen")[n % 2]
        with patch.object(self.registry["crm.lead"], hook, refuse):
            self.move_lose(deal, other, 1)
            self.move_win(deal, other, 1)
            deal.action_restore()

    def move_roll_back(self, deal, other, n):
        """What is rolled back has never been; what follows starts from where it was."""
        with suppress(UserError), self.env.cr.savepoint():
            self.move_lose(deal, other, n)
            other.action_set_won()
            raise UserError(REFUSAL)
        (self.move_win, self.move_restore, self.move_drag)[n % 3](deal, other, n)

    def move_answer_open_lead(self, deal, other, n):
        """A person is refused; what code leaves answers no closing of a person."""
        if deal.won_status == "pending":
            answers = {
                "lost_reason_id": self.reason_left.id,
                "competitor_id": self.competitor_left.id,
                "closing_note": LEFT_NOTE,
            }
            fname = list(answers)[n % 3]
            deal.write(answers if n % 2 else {fname: answers[fname]})
            self.assertTrue(deal.env.su, "A person answered for an open lead")

    # ------------------------------------------------------------
    # Several things in one call
    # ------------------------------------------------------------

    def move_name_twice(self, deal, other, n):
        leads = deal.browse([deal.id, other.id, deal.id])
        acts = (
            lambda: leads.action_set_lost(lost_reason_id=self.lost_reasons[0].id),
            lambda: leads.action_set_won(),
            lambda: leads.action_reopen(note="Twice"),
            lambda: leads._filter_closed().write({"closing_note": "<p>Twice</p>"}),
            lambda: leads.action_archive(),
            lambda: leads.action_restore(),
        )
        acts[n % len(acts)]()

    def move_undo_at_once(self, deal, other, n):
        if deal.won_status == "pending":
            answers = {**self._get_answers(1), "closing_note": f"<p>Slip {n}</p>"}
            deal.action_set_lost(**answers) if n % 2 else deal.action_set_won()
            deal.action_reopen(note=f"Undone {n}", is_mistake=n % 3 == 0)
            if n % 4 == 0:
                deal.action_set_lost(**answers)

    def move_undo_by_writes(self, deal, other, n):
        """As code does that knows no actions, without a savepoint in between."""
        if deal.won_status == "pending":
            stage = deal.stage_id
            deal.write({"active": False, "probability": 0, **self._get_answers(1)})
            deal.write({"active": True, "probability": 10})
            if n % 2:
                deal.stage_id = self.stages.exists().filtered("is_won")[:1]
                deal.stage_id = stage
