from datetime import datetime, timedelta
from random import Random

from odoo.exceptions import UserError
from odoo.tests import tagged, users

from .funnel_case import EXITS, PERIOD, FunnelCase

SEEDS = range(3)


def day(month, number):
    return datetime(2024, month, number, 9)


@tagged("post_install", "-at_install")
class TestFunnel(FunnelCase):
    def _open(self, stage=0, team=0):
        stages = self.stages + self.won_stage
        return {
            "stage_id": stages[stage].id,
            "team_id": self.teams[team].id,
            "won_status": "pending",
        }

    def _move(self, before, after):
        return {"stage_id": (self.stages[before].id, self.stages[after].id)}

    def _close(self, before, after):
        """A status that changes; winning leads to the Won stage."""
        return {"won_status": (before, after)}

    def test_each_entry_has_one_exit(self):
        messages = [
            (day(4, 5), self._move(0, 1)),
            (day(4, 9), self._move(1, 0)),
            (day(4, 10), self._move(0, 2)),
            (day(4, 20), self._close("pending", "lost")),
        ]
        self._write_lead(day(4, 1), {**self._open(2), "won_status": "lost"}, messages)
        self.assertEqual(self._get_exits(self.stages[0]), {"entered": 2, "advanced": 2})
        self.assertEqual(self._get_exits(self.stages[1]), {"entered": 1, "back": 1})
        self.assertEqual(self._get_exits(self.stages[2]), {"entered": 1, "lost": 1})
        row = self._get()[self.stages[0].id]
        self.assertEqual((row["days_lost"], row["count_lost"]), (2.5, 2))

    def test_coming_back_is_a_new_entry(self):
        messages = [
            (day(4, 5), self._close("pending", "lost")),
            (day(4, 9), self._close("lost", "pending")),
        ]
        self._write_lead(day(4, 1), self._open(), messages)
        self.assertEqual(self._get_exits(self.stages[0]), {"entered": 2, "lost": 1, "still": 1})

    def test_what_leaves_after_the_period_is_still_there(self):
        self._write_lead(day(6, 1), self._open(1), [(day(7, 1), self._move(0, 1))])
        self.assertEqual(self._get_exits(self.stages[0]), {"entered": 1, "still": 1})
        self.assertFalse(self._get_exits(self.stages[1]))
        self.assertEqual(
            self._get_exits(self.stages[0], date_to="2024-07-01"), {"entered": 1, "advanced": 1}
        )

    def test_the_day_is_that_of_the_user(self):
        self._write_lead(datetime(2024, 6, 30, 23), self._open(), [])
        self.assertTrue(self._get())
        thai = self.env["crm.lead.closing"].with_context(tz="Asia/Bangkok")
        self.assertFalse(thai.get_funnel(PERIOD)["stages"])

    def test_another_team(self):
        moved = {"team_id": (self.teams[0].id, self.teams[1].id), **self._move(0, 1)}
        self._write_lead(day(4, 1), self._open(1, 1), [(day(5, 1), moved)])
        self.assertEqual(self._get_exits(self.stages[0]), {"entered": 1, "team": 1})
        self.assertEqual(self._get_exits(self.stages[1]), {"entered": 1, "still": 1})
        north, south = ({"team_id": team.id} for team in self.teams)
        self.assertEqual(self._get_exits(self.stages[0], **north), {"entered": 1, "team": 1})
        self.assertFalse(self._get_exits(self.stages[1], **north))
        self.assertEqual(self._get_exits(self.stages[1], **south), {"entered": 1, "still": 1})

    def test_a_closing_by_mistake_is_no_exit(self):
        won, back = (
            {"stage_id": stages, **self._close(*statuses)}
            for stages, statuses in (
                ((self.stages[0].id, self.won_stage.id), ("pending", "won")),
                ((self.won_stage.id, self.stages[0].id), ("won", "pending")),
            )
        )
        messages = [(day(4, 5), won), (day(4, 6), back), (day(4, 11), self._move(0, 1))]
        self._write_lead(day(4, 1), self._open(1), messages, [(day(4, 5), "won", True)])
        self.assertEqual(self._get_exits(self.stages[0]), {"entered": 1, "advanced": 1})
        self.assertFalse(self._get_exits(self.won_stage))

    def test_unknown_where_a_change_was_not_tracked(self):
        """Moved from A to B by hand, then by an import to C, and on to D."""
        messages = [(day(4, 5), self._move(0, 1)), (day(4, 9), self._move(2, 3))]
        self._write_lead(day(4, 1), self._open(3), messages)
        self.assertEqual(self._get_exits(self.stages[0]), {"entered": 1, "advanced": 1})
        self.assertEqual(self._get_exits(self.stages[1]), {"entered": 1, "unknown": 1})
        self.assertFalse(self._get_exits(self.stages[2]))
        self.assertEqual(self._get_exits(self.stages[3]), {"entered": 1, "still": 1})

    def test_unknown_where_it_is_elsewhere_today(self):
        self._write_lead(day(4, 1), self._open(2), [(day(4, 5), self._move(0, 1))])
        self.assertEqual(self._get_exits(self.stages[1]), {"entered": 1, "unknown": 1})

    def test_unknown_stage_where_none_of_its_changes_was_tracked(self):
        today = {**self._open(2), "date_last_stage_update": day(5, 1)}
        self._write_lead(day(4, 1), today, [])
        self.assertFalse(self._get_exits(self.stages[2]))
        self.assertEqual(self._get()[-1]["unknown"], 1)
        self.assertEqual(self._get()[-1]["name"], "Unknown stage")

    def test_unknown_where_the_closing_was_not_tracked(self):
        today = {**self._open(0), "won_status": "lost"}
        self._write_lead(day(4, 1), today, [], [(day(5, 1), "lost", False)])
        self.assertEqual(self._get_exits(self.stages[0]), {"entered": 1, "unknown": 1})

    def test_imported_as_closed_enters_no_stage(self):
        today = {**self._open(0), "won_status": "lost"}
        self._write_lead(day(4, 1), today, [], [(day(3, 1), "lost", False)])
        self.assertFalse(self._get())

    def test_deleted_stages_keep_their_names(self):
        gone = self.env["crm.stage"].create({"name": "Gone"})
        change = {"stage_id": (gone.id, self.stages[0].id)}
        lead = self._write_lead(day(4, 1), self._open(0), [(day(4, 5), change)])
        value = self.env["mail.tracking.value"].search([("mail_message_id.res_id", "=", lead.id)])
        self._set(value, old_value_char="Gone")
        stage_id = gone.id
        gone.unlink()
        row = self._get()[stage_id]
        self.assertEqual((row["name"], row["is_deleted"], row["unknown"]), ("Gone", True, 1))

    def test_what_odoo_itself_records(self):
        """An opportunity that is created, moved, won and reopened by Odoo."""
        self._set(self.env["crm.stage"].search([]) - self.stages - self.won_stage, sequence=200)
        lead = self.env["crm.lead"].create(
            {
                "name": "Real",
                "type": "opportunity",
                "stage_id": self.stages[0].id,
                "user_id": self.user_sales_leads.id,
                "team_id": self.teams[0].id,
            }
        )
        self.flush_tracking()
        lead.stage_id = self.stages[1]
        self.flush_tracking()
        lead.action_set_won()
        self.flush_tracking()
        lead.action_reopen()
        self.flush_tracking()
        today = str(lead.create_date.date())
        period = {"date_from": "2024-01-01", "date_to": today}
        self.assertEqual(self._get_exits(self.stages[0], **period), {"entered": 1, "advanced": 1})
        self.assertEqual(
            self._get_exits(self.stages[1], **period), {"entered": 2, "won": 1, "still": 1}
        )

    def test_entries_are_the_sum_of_exits_and_equal_a_walk_through_the_chatter(self):
        for seed in SEEDS:
            random = Random(seed)
            leads = self.env["crm.lead"].concat(
                *(self._write_random_lead(random) for __ in range(50))
            )
            for team in (None, self.teams[0]):
                with self.subTest(seed=seed, team=team and team.name):
                    expected = self._walk_all(leads, team)
                    found = self._get(team_id=team and team.id)
                    self.assertEqual(found.keys(), expected.keys())
                    for stage_id, row in expected.items():
                        for name, value in row.items():
                            self.assertAlmostEqual(found[stage_id][name], value, 5, name)
                        exits = sum(found[stage_id][name] for name in EXITS)
                        self.assertEqual(found[stage_id]["entered"], exits)
            self.env["crm.lead"].with_context(active_test=False).browse(leads.ids).unlink()

    def _write_random_lead(self, random):
        """Any number of moves, closings and reopenings, some of them told to nobody."""
        state = self._open(random.randrange(4), random.randrange(2))
        created = date = datetime(2024, 2, 1) + timedelta(hours=random.randrange(3000))
        if random.random() < 0.1:
            state["won_status"] = "lost"
        messages, closings, moved = [], [], created
        for __ in range(random.randrange(8)):
            date += timedelta(hours=random.randrange(1, 900))
            after = self._get_random_state(random, state)
            changes = {
                name: (state[name], value)
                for name, value in after.items()
                if state[name] != value and random.random() < 0.97
            }
            if changes and random.random() < 0.9:
                messages.append((date, changes))
            if after["won_status"] != "pending" != state["won_status"] or (
                state["won_status"] == "pending" != after["won_status"]
            ):
                closings.append((date, after["won_status"], random.random() < 0.3))
            if after["stage_id"] != state["stage_id"]:
                moved = date
            state = after
        today = {**state, "date_last_stage_update": moved}
        return self._write_lead(created, today, messages, closings)

    def _get_random_state(self, random, state):
        """What an opportunity may become next."""
        status = state["won_status"]
        stages = self.stages.ids
        what = random.choice(["stage", "stage", "stage", "team", "close"])
        if status != "pending" or what == "close":
            status = "pending" if status != "pending" else random.choice(["won", "lost"])
        after = {**state, "won_status": status}
        if what == "stage" or state["stage_id"] == self.won_stage.id:
            after["stage_id"] = random.choice(stages)
        if status == "won":
            after["stage_id"] = self.won_stage.id
        if what == "team":
            after["team_id"] = random.choice([0, *self.teams.ids])
        return after

    @users("user_sales_salesman")
    def test_own_opportunities_only(self):
        for user in (self.user_sales_salesman, self.user_sales_leads, self.env["res.users"]):
            self._write_lead(day(4, 1), self._open(), [], user_id=user.id)
        self.assertEqual(self._get_exits(self.stages[0]), {"entered": 1, "still": 1})

    @users("user_sales_manager")
    def test_companies_not_chosen_are_not_seen(self):
        self._activate_multi_company()
        self._write_lead(
            day(4, 1), self._open(), [], company_id=self.company_2.id, user_id=False, team_id=False
        )
        self.assertFalse(self._get())

    def test_leads_where_they_are_asked_for(self):
        self._write_lead(day(4, 1), self._open(), [], type="lead")
        self.assertFalse(self._get())
        exits = self._get_exits(self.stages[0], lead_type="lead")
        self.assertEqual(exits, {"entered": 1, "still": 1})

    def test_filters_take_opportunities_as_they_are_today(self):
        tag = self.env["crm.tag"].create({"name": "Renewal"})
        source = self.env["utm.source"].create({"name": "Fair"})
        country = self.env.ref("base.th")
        vals = {"tag_ids": [tag.id], "source_id": source.id, "country_id": country.id}
        self._write_lead(day(4, 1), self._open(), [], expected_revenue=500, **vals)
        self._write_lead(day(4, 1), self._open(), [], user_id=False, expected_revenue=90)
        self.assertEqual(self._get_exits(self.stages[0]), {"entered": 2, "still": 2})
        for options in (
            {"user_id": self.user_sales_leads.id},
            {"source_id": source.id},
            {"country_id": country.id},
            {"tag_id": tag.id},
            {"amount_from": 100},
            {"amount_to": 100},
        ):
            with self.subTest(options):
                exits = self._get_exits(self.stages[0], **options)
                self.assertEqual(exits, {"entered": 1, "still": 1})

    def test_a_number_opens_what_it_counts(self):
        closings = self.env["crm.lead.closing"]
        lost = self._write_lead(
            day(4, 1),
            {**self._open(), "won_status": "lost"},
            [(day(4, 5), self._close("pending", "lost"))],
        )
        still = self._write_lead(day(4, 1), self._open(), [])
        for exit, leads in (("lost", lost), ("still", still), (None, lost + still), ("won", [])):
            action = closings.get_funnel_action(PERIOD, self.stages[0].id, exit)
            found = self.env["crm.lead"].with_context(**action["context"]).search(action["domain"])
            self.assertEqual(set(found), set(leads), exit)
        for wrong in ((self.stages[0].id, "x"), ("x", None), (None, None)):
            with self.assertRaisesRegex(UserError, "not a number of the funnel"):
                closings.get_funnel_action(PERIOD, *wrong)
