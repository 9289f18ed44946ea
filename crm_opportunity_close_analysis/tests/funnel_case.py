from collections import Counter, defaultdict
from datetime import datetime
from statistics import median

from odoo.addons.crm_opportunity_close.tests.common import TestCloseCommon

PERIOD = {"date_from": "2024-04-01", "date_to": "2024-06-30"}
START, END = datetime(2024, 4, 1), datetime(2024, 7, 1)
LABELS = {"pending": "Pending", "won": "Won", "lost": "Lost"}
EXITS = ("advanced", "won", "lost", "back", "team", "still", "unknown")


class FunnelCase(TestCloseCommon):
    """Opportunities with a chatter that is written here, and a walk through it in Python."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.lead"].with_context(active_test=False).search([]).unlink()
        cls.stages = cls.env["crm.stage"].create(
            [{"name": name, "sequence": 100 + place} for place, name in enumerate("ABCD")]
        )
        cls.won_stage = cls.env["crm.stage"].create(
            {"name": "Signed off", "sequence": 110, "is_won": True}
        )
        cls.teams = cls.env["crm.team"].create([{"name": "North"}, {"name": "South"}])
        fields = cls.env["ir.model.fields"]
        cls.field_ids = {
            name: fields._get("crm.lead", name).id for name in ("stage_id", "team_id", "won_status")
        }

    @classmethod
    def _write_lead(cls, created, today, messages, closings=(), **vals):
        """Make an opportunity with a history.

        :param datetime created: when it was created
        :param dict today: its ``stage_id``, ``team_id`` and ``won_status``
        :param list messages: date and, for each field that changed, its value before and after
        :param list closings: date, outcome, whether it was a mistake
        """
        lead = (
            cls.env["crm.lead"]
            .with_context(tracking_disable=True)
            .create(
                {
                    "name": "History",
                    "type": "opportunity",
                    "user_id": cls.user_sales_leads.id,
                    **vals,
                }
            )
        )
        lead.message_ids.unlink()
        cls.env["mail.tracking.value"].flush_model()
        for date, changes in messages:
            cls._write_message(lead, date, changes)
        for date, outcome, is_mistake in closings:
            closing = cls.env["crm.lead.closing"].create(
                {"lead_id": lead.id, "outcome": outcome, "date": date, "is_mistake": is_mistake}
            )
            cls._set(closing, create_date=date)
        latest = max([created, *(date for date, __ in messages)])
        cls._set(
            lead,
            **{"date_last_stage_update": created, **today},
            create_date=created,
            write_date=latest,
            active=today["won_status"] != "lost",
        )
        return lead

    @classmethod
    def _write_message(cls, lead, date, changes):
        message = cls.env["mail.message"].create(
            {"model": "crm.lead", "res_id": lead.id, "date": date, "message_type": "notification"}
        )
        values = []
        for name, (before, after) in changes.items():
            column = "char" if name == "won_status" else "integer"
            names = LABELS if name == "won_status" else {}
            values.append(
                {
                    "mail_message_id": message.id,
                    "field_id": cls.field_ids[name],
                    f"old_value_{column}": names.get(before, before),
                    f"new_value_{column}": names.get(after, after),
                }
            )
        cls._set(cls.env["mail.tracking.value"].create(values), create_date=date)

    @classmethod
    def _set(cls, records, **columns):
        """Write past Odoo."""
        cls.env.flush_all()
        names = ", ".join(f'"{name}" = %s' for name in columns)
        query = f'UPDATE "{records._table}" SET {names} WHERE id = ANY(%s)'
        cls.env.cr.execute(query, [*(value or None for value in columns.values()), records.ids])
        records.invalidate_recordset()

    def _get(self, **options):
        closings = self.env["crm.lead.closing"].with_context(tz="UTC")
        stages = closings.get_funnel({**PERIOD, **options})["stages"]
        return {stage["id"]: stage for stage in stages}

    def _get_exits(self, stage, **options):
        """The exits of a stage that there are, and how many entered."""
        row = self._get(**options).get(stage.id, {})
        return {name: row[name] for name in ("entered", *EXITS) if row.get(name)}

    # ------------------------------------------------------------
    # The same by hand, from docs/analysis.md
    # ------------------------------------------------------------

    def _walk_all(self, leads, team=None):
        """The funnel of some leads: stage → entered, exits, days before winning and losing."""
        counts = defaultdict(Counter)
        days = defaultdict(lambda: {"won": [], "lost": []})
        for lead in leads:
            for entry in self._walk(lead):
                if team and entry["team_id"] != team.id:
                    continue
                if START <= entry["date"] < END:
                    exit, left = entry["exit"], entry.get("left")
                    is_there = exit != "unknown" and (not left or left >= END)
                    counts[entry["stage_id"]]["entered"] += 1
                    counts[entry["stage_id"]]["still" if is_there else exit] += 1
                outcome, closed = entry.get("closing", (None, END))
                if entry["exit"] != "unknown" and START <= closed < END:
                    spent = max((entry["left"] - entry["date"]).total_seconds(), 0) / 86400
                    days[entry["stage_id"]][outcome].append(spent)
        return {
            stage_id: {
                **{name: counts[stage_id][name] for name in ("entered", *EXITS)},
                **{
                    f"days_{outcome}": median(spent) if spent else None
                    for outcome, spent in days[stage_id].items()
                },
                **{f"count_{outcome}": len(spent) for outcome, spent in days[stage_id].items()},
            }
            for stage_id in {*counts, *days}
        }

    def _walk(self, lead):
        """The entries of a lead, from its first to its last."""
        steps = self._leave_out_mistakes(lead, self._get_steps(lead))
        entries = []
        for place, (date, state, is_gap) in enumerate(steps):
            following = steps[place + 1 :]
            if state["won_status"] != "pending":
                continue
            entry = {**state, "date": date}
            if following:
                entry["left"], after, is_gap = following[0]
                entry["exit"] = "unknown" if is_gap else self._get_exit(state, after)
            else:
                today = {
                    "stage_id": lead.stage_id.id or 0,
                    "team_id": lead.team_id.id or 0,
                    "won_status": lead.won_status,
                }
                entry["exit"] = "still" if state == today else "unknown"
            for closed, after, __ in following:
                if after["won_status"] in ("won", "lost"):
                    entry["closing"] = (after["won_status"], closed)
                    break
            entries.append(entry)
        return entries

    def _get_steps(self, lead):
        """Date, what the lead was since, whether something before was not told, and the fields."""
        messages = self._read_messages(lead)
        state = self._get_first_state(lead, messages)
        steps = [(lead.create_date, state, False, ())]
        for date, changes in messages:
            is_gap = any(before != state[name] for name, (before, __) in changes.items())
            state = state | {name: after for name, (__, after) in changes.items()}
            steps.append((date, state, is_gap, changes.keys()))
        return steps

    def _read_messages(self, lead):
        names = {id_: name for name, id_ in self.field_ids.items()}
        statuses = {label: status for status, label in LABELS.items()}
        values = self.env["mail.tracking.value"].search(
            [
                ("mail_message_id.model", "=", "crm.lead"),
                ("mail_message_id.res_id", "=", lead.id),
                ("field_id", "in", list(names)),
            ],
            order="id",
        )
        messages = []
        for message, tracked in sorted(
            values.grouped("mail_message_id").items(), key=lambda item: item[0].id
        ):
            changes = {}
            for value in tracked:
                name = names[value.field_id.id]
                changes[name] = (
                    (statuses.get(value.old_value_char), statuses.get(value.new_value_char))
                    if name == "won_status"
                    else (value.old_value_integer, value.new_value_integer)
                )
            messages.append((message.date, changes))
        return messages

    def _get_first_state(self, lead, messages):
        first = {}
        for __, changes in messages:
            for name, (before, __) in changes.items():
                first.setdefault(name, before)
        was_moved = lead.date_last_stage_update > lead.create_date
        was_open = lead.won_status != "pending" and any(
            min(closing.create_date, closing.date) > lead.create_date
            for closing in lead.closing_ids
        )
        return {
            "stage_id": -1 if was_moved else lead.stage_id.id or 0,
            "team_id": lead.team_id.id or 0,
            "won_status": "pending" if was_open else lead.won_status,
            **first,
        }

    def _leave_out_mistakes(self, lead, steps):
        """Only the steps that lead to another state, or whose past is not known."""
        mistakes = {
            (closing.create_date, closing.outcome)
            for closing in lead.closing_ids
            if closing.is_mistake
        }
        kept, is_mistaken = [], False
        for date, state, is_gap, names in steps:
            if "won_status" in names:
                is_mistaken = (date, state["won_status"]) in mistakes
            if is_mistaken:
                continue
            if not kept or is_gap or state != kept[-1][1]:
                kept.append((date, state, is_gap))
        return kept

    def _get_exit(self, state, after):
        if after["won_status"] != "pending":
            return after["won_status"] or "unknown"
        if after["team_id"] != state["team_id"]:
            return "team"
        order = {stage.id: (stage.sequence, stage.id) for stage in self.env["crm.stage"].search([])}
        places = [order.get(each["stage_id"]) for each in (state, after)]
        if None in places or places[0] == places[1]:
            return "unknown"
        return "advanced" if places[0] < places[1] else "back"
