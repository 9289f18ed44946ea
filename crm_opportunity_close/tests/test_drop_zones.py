import time

from odoo.tests import tagged

from .real_input_case import RealInput

NAMED = "[...document.querySelectorAll('%s')].find((e) => e.innerText.includes('%%s'))"
CARD = NAMED % ".o_kanban_record"
COLUMN = NAMED % ".o_kanban_group"
ZONE = "document.querySelector('.o_closing_zones_risen [data-outcome=%s]')"
ANY_ZONE = "document.querySelector('.o_closing_zones')"
RAINBOW = "!!document.querySelector('.o_reward_rainbow')"
WINDOW = ".modal .o_field_closing_reason[name=%s] .o_radio_item"


class DropZones(RealInput):
    def in_pipeline(self, play, url="/odoo/crm"):
        self.in_browser(url, f"!!({CARD % 'Own deal'})", play)

    def answer(self, field, reason, submit):
        item = f"[...document.querySelectorAll('{WINDOW % field}')]"
        label = f"{item}.find((e) => e.innerText.includes('{reason}'))?.querySelector('label')"
        self.click(label)
        self.click(f"document.querySelector('.modal [name={submit}]')")
        self.wait_for("!document.querySelector('.modal')")


@tagged("post_install", "-at_install")
class TestDropZones(DropZones):
    """Cards dragged by mouse onto Won and Lost."""

    def lift(self, name):
        start = self.find(CARD % name)
        self.assertFalse(self.evaluate(f"!!{ANY_ZONE}"), "nothing is there before")
        self.mouse("mouseMoved", start)
        self.mouse("mousePressed", start)
        return self.carry(start, {"x": start["x"] + 30, "y": start["y"] + 20})

    def carry(self, start, end):
        for point in self.between(start, end):
            self.mouse("mouseMoved", point)
        return end

    def drop(self, name, outcome):
        point = self.lift(name)
        point = self.carry(point, self.find(ZONE % outcome))
        self.wait_for(f"{ZONE % outcome}.matches('.text-bg-success, .text-bg-danger')")
        self.mouse("mouseReleased", point)
        self.wait_for(f"!{ANY_ZONE}", "the zones are gone")

    def test_dropped_on_won(self):
        def play():
            self.drop("Own deal", "won")
            self.wait_for(RAINBOW)

        self.in_pipeline(play)
        self.assertClosed(self.deal_own, "won")
        self.assertEqual(self.deal_own.stage_id, self.stage_team1_won)
        self.assertEqual(self.deal_own.closing_count, 1)

    def test_dropped_on_won_where_a_reason_is_asked(self):
        self.env.company.close_require_win_reason = True

        def play():
            self.drop("Own deal", "won")
            self.answer("win_reason_id", "The only one that fits", "action_win_apply")
            self.wait_for(RAINBOW)

        self.in_pipeline(play)
        self.assertClosed(self.deal_own, "won", self.reason_fit)

    def test_dropped_on_lost(self):
        def play():
            self.drop("Own deal", "lost")
            self.answer("lost_reason_id", "Budget was cut", "action_lost_reason_apply")
            self.wait_for(f"!({CARD % 'Own deal'})", "the card has left the pipeline")

        self.in_pipeline(play)
        self.assertClosed(self.deal_own, "lost", self.reason_budget)
        self.assertEqual(self.deal_own.stage_id, self.stage_team1_1, "it went to no column")

    def test_discarded_after_the_drop(self):
        def play():
            self.drop("Own deal", "lost")
            self.click("document.querySelector('.modal [special=cancel]')")
            self.wait_for(f"!document.querySelector('.modal') && !!({CARD % 'Own deal'})")

        self.in_pipeline(play)
        self.assertOpen(self.deal_own)
        self.assertEqual(self.deal_own.stage_id, self.stage_team1_1)

    def test_given_up_by_escape(self):
        def play():
            point = self.lift("Own deal")
            self.carry(point, self.find(ZONE % "won"))
            self.press("Escape")
            self.wait_for(f"!{ANY_ZONE}")
            self.mouse("mouseReleased", point)
            time.sleep(0.5)

        self.in_pipeline(play)
        self.assertOpen(self.deal_own)

    def test_dropped_on_a_column_as_ever(self):
        other = self.stage_gen_1
        column = COLUMN % other.name

        def play():
            point = self.lift("Own deal")
            header = f"({column}).querySelector('.o_kanban_header')"
            self.mouse("mouseReleased", self.carry(point, self.find(header)))
            self.wait_for(f"({column}).innerText.includes('Own deal')")

        self.in_pipeline(play)
        self.assertOpen(self.deal_own)
        self.assertEqual(self.deal_own.stage_id, other)

    def test_zones_follow_what_the_buttons_offer(self):
        """A stage that allows no Won shows Lost alone; a won card shows neither."""
        self.deal_own.stage_id.allow_won = False
        won = self.deal_own.copy({"name": "Signed already", "stage_id": self.stage_team1_won.id})
        self.assertClosed(won, "won")

        def play():
            point = self.lift("Own deal")
            self.wait_for(f"!!{ZONE % 'lost'}")
            self.assertFalse(self.evaluate(f"!!{ZONE % 'won'}"))
            self.mouse("mouseReleased", point)
            self.wait_for(f"!{ANY_ZONE}")
            point = self.lift("Signed already")
            self.wait_for("!!document.querySelector('.o_dragged')")
            self.assertFalse(self.evaluate(f"!!{ANY_ZONE}"))
            self.mouse("mouseReleased", point)

        self.in_pipeline(play)

    def test_a_lead_can_be_lost_only(self):
        self.env.ref("base.group_user").implied_ids += self.env.ref("crm.group_use_lead")
        lead = self.env["crm.lead"].create(
            {"name": "Own lead", "type": "lead", "user_id": self.user_sales_salesman.id}
        )
        leads = self.env.ref("crm.crm_lead_all_leads")
        self.env["ir.filters"].create(
            {
                "name": "By salesperson",
                "model_id": "crm.lead",
                "action_id": leads.id,
                "domain": f"[('id', '=', {lead.id})]",
                "context": "{'group_by': ['user_id']}",
                "user_ids": self.user_sales_salesman.ids,
                "is_default": True,
            }
        )

        def play():
            point = self.lift("Own lead")
            self.wait_for(f"!!{ZONE % 'lost'}")
            self.assertFalse(self.evaluate(f"!!{ZONE % 'won'}"))
            self.mouse("mouseReleased", self.carry(point, self.find(ZONE % "lost")))
            self.answer("lost_reason_id", "Budget was cut", "action_lost_reason_apply")

        url = f"/odoo/action-{leads.id}?view_type=kanban"
        self.in_browser(url, f"!!({CARD % 'Own lead'})", play)
        self.assertClosed(lead, "lost", self.reason_budget)

    def test_a_card_at_the_lower_edge_does_not_fall_into_a_zone(self):
        """Where the zones are to be, they rise only when the pointer has left the place."""
        many = [{"name": f"Filling {n}"} for n in range(12)]
        defaults = {"user_id": self.user_sales_salesman.id, "stage_id": self.stage_team1_1.id}
        defaults |= {"type": "opportunity", "team_id": self.deal_own.team_id.id}
        self.env["crm.lead"].create([defaults | values for values in many])

        def play():
            x = self.find(CARD % "Filling")["x"]
            start = {"x": x, "y": self.evaluate("window.innerHeight - 30")}
            here = f"document.elementFromPoint({start['x']}, {start['y']})"
            self.wait_for(f"!!{here}.closest('.o_kanban_record')")
            self.mouse("mouseMoved", start)
            self.mouse("mousePressed", start)
            point = self.carry(start, {**start, "x": start["x"] + 40})
            self.wait_for(f"!!{ANY_ZONE}")
            self.assertFalse(self.evaluate(f"!!{ZONE % 'won'}"), "it has not risen")
            point = self.carry(point, {**point, "y": point["y"] - 250})
            self.wait_for(f"!!{ZONE % 'won'}")
            self.mouse("mouseReleased", point)
            self.wait_for(f"!{ANY_ZONE}")

        self.in_pipeline(play)
        leads = self.env["crm.lead"].search([("name", "like", "Filling")])
        self.assertEqual(set(leads.mapped("won_status")), {"pending"})


@tagged("post_install", "-at_install")
class TestDropZonesOnPhone(DropZones):
    """Cards taken up by a long press."""

    browser_size = "390x844"
    touch_enabled = True

    def drop(self, name, outcome):
        start = self.find(CARD % name)
        self.touch("touchStart", start)
        time.sleep(0.45)
        point = {"x": start["x"] + 5, "y": start["y"] + 40}
        for step in self.between(start, point):
            self.touch("touchMove", step)
        end = self.find(ZONE % outcome)
        for step in self.between(point, end):
            self.touch("touchMove", step)
        self.wait_for(f"{ZONE % outcome}.matches('.text-bg-success, .text-bg-danger')")
        self.touch("touchEnd")
        self.wait_for(f"!{ANY_ZONE}", "the zones are gone")

    def test_dropped_on_won(self):
        def play():
            self.drop("Own deal", "won")
            self.wait_for(RAINBOW)

        self.in_pipeline(play)
        self.assertClosed(self.deal_own, "won")

    def test_dropped_on_lost(self):
        def play():
            self.drop("Own deal", "lost")
            self.answer("lost_reason_id", "Budget was cut", "action_lost_reason_apply")

        self.in_pipeline(play)
        self.assertClosed(self.deal_own, "lost", self.reason_budget)
