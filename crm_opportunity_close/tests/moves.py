from datetime import timedelta

from odoo.fields import Command

PROBABILITIES = (0, 40, 100)


class DealMoves:
    """What people do to deals, good and bad, one method a move.

    Each takes a deal and another one, both in the environment of whoever acts, and a number
    that chooses among the variants of the move. A move may be refused.
    """

    @classmethod
    def get_moves(cls):
        """:return: the names of all moves, sorted"""
        prefix = "move_"
        return sorted(name[len(prefix) :] for name in dir(cls) if name.startswith(prefix))

    def _pick(self, records, n):
        """One of the records, or none: every fourth time an answer is left out."""
        return records[n % len(records)] if n % 4 else records.browse()

    def _choose(self, records, n):
        """One of the records that are still there."""
        records = records.exists()
        return records[n % len(records)]

    def _get_answers(self, n):
        return {
            "lost_reason_id": self._pick(self.lost_reasons, n).id,
            "secondary_reason_ids": [Command.set(self.lost_reasons[n % 2 :].ids)],
            "competitor_id": self.competitor.id if n % 3 else False,
            "winning_price": n,
            "closing_note": f"<p>Note {n}</p>" if n % 2 else False,
        }

    # ------------------------------------------------------------
    # Closing
    # ------------------------------------------------------------

    def move_lose(self, deal, other, n):
        deal.action_set_lost(**self._get_answers(n) if n % 3 else {})

    def move_lose_window(self, deal, other, n):
        values = self._get_answers(n)
        note = values.pop("closing_note")
        values.update(lead_ids=(deal | other).ids, lost_feedback=note)
        deal.env["crm.lead.lost"].create(values).action_lost_reason_apply()

    def move_lose_by_write(self, deal, other, n):
        values = {"active": False, "probability": 0}
        (deal | other).write(values | {"lost_reason_id": self._pick(self.lost_reasons, n).id})

    def move_win(self, deal, other, n):
        answers = {"win_reason_id": self.reason_fit.id, "closed_revenue": n, "closing_note": "W"}
        deal.action_set_won(**answers if n % 2 else {})

    def move_win_button(self, deal, other, n):
        deal.action_set_won_rainbowman()

    def move_win_window(self, deal, other, n):
        values = {
            "lead_ids": (deal | other if n % 2 else deal).ids,
            "win_reason_id": self.reason_fit.id if n % 3 else False,
            "closed_revenue": n,
        }
        deal.env["crm.lead.win"].create(values).action_win_apply()

    def move_drag(self, deal, other, n):
        deal.stage_id = self._choose(self.stages, n)

    def move_drag_selection(self, deal, other, n):
        (deal | other).write({"stage_id": self._choose(self.stages, n).id})

    def move_drag_and_answer(self, deal, other, n):
        stage = self.stages.exists().filtered("is_won")[0]
        reason = self._pick(self.lost_reasons, n)
        deal.write({"stage_id": stage.id, "lost_reason_id": reason.id, "competitor_id": False})

    def move_archive(self, deal, other, n):
        (deal | other if n % 3 == 2 else deal).action_archive()

    def move_type_probability(self, deal, other, n):
        deal.probability = PROBABILITIES[n % len(PROBABILITIES)]

    def move_automate_probability(self, deal, other, n):
        deal.action_set_automated_probability()

    # ------------------------------------------------------------
    # Reopening
    # ------------------------------------------------------------

    def move_reopen_window(self, deal, other, n):
        window = deal.env["crm.lead.reopen"].create(
            {
                "lead_ids": (deal | other if n % 2 else deal).ids,
                "note": f"Again {n}",
                "is_mistake": n % 3 == 0,
            }
        )
        if n % 4 == 3:
            window.stage_id = self._choose(self.stages, n)
        window.action_reopen_apply()

    def move_restore(self, deal, other, n):
        deal.action_restore()

    def move_unarchive(self, deal, other, n):
        (deal | other if n % 3 == 2 else deal).action_unarchive()

    def move_write_active(self, deal, other, n):
        deal.active = bool(n % 2)

    def move_undo(self, deal, other, n):
        leads = deal | other if n % 2 else deal
        leads._get_current_closings().with_env(deal.env).action_undo()

    def move_close_and_undo(self, deal, other, n):
        """Where Undo is not refused, nothing but mistakes differs from before."""
        leads = deal | other
        before = {lead: self._read_rows(lead) for lead in leads}
        known = leads._get_current_closings()
        closing = (
            "lose",
            "lose_window",
            "lose_by_write",
            "win",
            "win_button",
            "win_window",
            "drag",
        )
        getattr(self, f"move_{closing[n % len(closing)]}")(deal, other, n)
        self.flush_tracking()
        closings = (leads._get_current_closings() - known).with_env(deal.env)
        closings.action_undo()
        self.flush_tracking()
        self.env.invalidate_all()
        for row in closings.sudo().filtered("is_mistake"):
            lead = row.lead_id
            self._check_same(before[lead.with_env(deal.env)], self._read_rows(lead))

    # ------------------------------------------------------------
    # Correcting a closed deal
    # ------------------------------------------------------------

    def move_correct(self, deal, other, n):
        if deal.won_status == "lost":
            values = self._get_answers(n)
            fname = list(values)[n % len(values)]
            deal.write({fname: values[fname]})
        elif deal.won_status == "won":
            deal.write({"closed_revenue": n, "win_reason_id": self.reason_fit.id})

    def move_clear_reason(self, deal, other, n):
        (deal | other).filtered(lambda lead: lead.won_status == "lost").write(
            {"lost_reason_id": False}
        )

    def move_correct_date(self, deal, other, n):
        if deal.won_status != "pending":
            deal.date_closed = deal.create_date.replace(microsecond=0) + timedelta(days=n % 3 - 1)

    # ------------------------------------------------------------
    # Everything else that touches a deal
    # ------------------------------------------------------------

    def move_change_team(self, deal, other, n):
        deal.team_id = self._choose(self.teams, n)

    def move_change_salesperson(self, deal, other, n):
        deal.user_id = self.salespeople[n % len(self.salespeople)]

    def move_change_type(self, deal, other, n):
        deal.type = ("lead", "opportunity")[n % 2]

    def move_change_revenue(self, deal, other, n):
        deal.expected_revenue = n

    def move_merge(self, deal, other, n):
        team = self._choose(self.teams, n).id if n % 2 else False
        (deal | other).merge_opportunity(team_id=team, auto_unlink=n % 5 > 0)

    def move_convert_and_merge(self, deal, other, n):
        context = {"active_model": "crm.lead", "active_id": deal.id, "active_ids": deal.ids}
        deal.env["crm.lead2opportunity.partner"].with_context(**context).create(
            {"name": "merge", "duplicated_lead_ids": (deal | other).ids}
        ).action_apply()

    def move_copy(self, deal, other, n):
        deal.copy()

    def move_delete(self, deal, other, n):
        deal.unlink()

    def move_create_closed(self, deal, other, n):
        values = {"name": "New", "type": "opportunity", "team_id": self.teams.exists()[0].id}
        closed = {"active": False, "probability": 0}
        won = {"stage_id": self.stages.exists().filtered("is_won")[0].id}
        lost = closed | {"lost_reason_id": self._pick(self.lost_reasons, n).id}
        deal.create([values | won, values | lost] if n % 2 else [values | lost])

    def move_import_closed(self, deal, other, n):
        reason = self.lost_reasons[0].name if n % 2 else ""
        result = deal.load(
            ["name", "type", "active", "probability", "lost_reason_id", "date_closed"],
            [["Imported", "opportunity", "0", "0", reason, "2019-05-06 07:08:09"]],
        )
        if not reason and not deal.env.su:
            self.assertFalse(result["ids"], "imported as lost without a reason")

    def move_flip_stage(self, deal, other, n):
        stage = self._choose(self.stages, n).with_env(deal.env)
        stage.is_won = not stage.is_won
