from odoo.tests import tagged

from .real_input_case import RealInput

FOCUSED = "document.activeElement.matches('.modal %s')"
CHOSEN = (
    FOCUSED % "input[type=radio]:checked"
    + " && document.activeElement.parentElement.innerText.includes('%s')"
)
PROBLEM = "document.querySelector('.modal .o_field_closing_note [role=alert]')?.innerText"


@tagged("post_install", "-at_install")
class TestKeyboard(RealInput):
    """The windows by the keyboard alone."""

    def play(self, lead, moves):
        """Open a deal, then press keys and wait for what they do.

        :param crm.lead lead: the deal
        :param list moves: (key, modifiers, condition in JavaScript)
        """

        def press():
            for key, modifiers, condition in moves:
                self.press(key, modifiers)
                self.wait_for(condition, f"after {key}")

        ready = "!!document.querySelector('.o_form_view [data-hotkey=l]')"
        self.in_browser(f"/odoo/crm/{lead.id}", ready, press)

    def test_lost_without_a_mouse(self):
        """Typing finds the reason, Enter takes it, and Tab goes through the note to Submit."""
        self.play(
            self.deal_own,
            [
                ("l", self.ALT, FOCUSED % "input[type=search]"),
                ("1", 0, CHOSEN % "Beaten on price"),
                ("b", 0, FOCUSED % "input[type=search]"),
                ("u", 0, FOCUSED % "input[type=search]"),
                ("Enter", 0, CHOSEN % "Budget was cut"),
                ("Tab", 0, FOCUSED % ".odoo-editor-editable"),
                ("Tab", 0, FOCUSED % "summary"),
                ("Tab", 0, FOCUSED % "[name=action_lost_reason_apply]"),
                ("Enter", 0, "!!document.querySelector('[name=action_restore]')"),
            ],
        )
        self.assertClosed(self.deal_own, "lost", self.reason_budget)

    def test_won_without_a_mouse(self):
        rainbow = "!!document.querySelector('.o_reward_rainbow')"
        self.play(self.deal_own, [("w", self.ALT, rainbow)])
        self.assertClosed(self.deal_own, "won")

    def test_won_with_a_reason_without_a_mouse(self):
        """A note that says nothing is answered in the window, beneath the reason."""
        self.env.company.close_require_win_reason = True
        self.reason_fit.note_required = True
        editor = FOCUSED % ".odoo-editor-editable"

        def press():
            self.press("w", self.ALT)
            self.wait_for(FOCUSED % "input[type=search], .modal input[type=radio]")
            self.type("only")
            self.press("Enter")
            self.wait_for(CHOSEN % "The only one that fits")
            self.go_to(".modal .odoo-editor-editable")
            self.type("-")
            self.press("q", self.ALT)
            self.wait_for(PROBLEM + "?.includes('at least 3 letters')")
            self.wait_for(f"{editor} && document.querySelectorAll('.modal').length === 1")
            self.type(" They trust us")
            self.go_to(".modal .o_field_widget[name=closed_revenue] input")
            self.type("90")
            self.go_to(".modal [name=action_win_apply]")
            self.press("Enter")
            self.wait_for("!!document.querySelector('.o_reward_rainbow')")

        ready = "!!document.querySelector('.o_form_view [data-hotkey=w]')"
        self.in_browser(f"/odoo/crm/{self.deal_own.id}", ready, press)
        self.assertClosed(self.deal_own, "won", self.reason_fit)
        self.assertIn("They trust us", self.deal_own.closing_note)
        self.assertEqual(self.deal_own.closed_revenue, 90)

    def test_a_reason_each_without_a_mouse(self):
        self.deal_other.user_id = self.user_sales_salesman
        self.reason_price.note_required = True
        line = ".modal .o_closing_line[aria-label='%s'] "

        def press():
            self.click("document.querySelector('thead .o_list_record_selector input')")
            self.click(
                "[...document.querySelectorAll('.o_control_panel button')]"
                ".find((e) => e.innerText === 'Mark Lost')"
            )
            self.wait_for(FOCUSED % "input")
            self.go_to(".modal .o_field_widget[name=is_per_deal] input", modifiers=self.SHIFT)
            self.press(" ")
            own, other = line % "Own deal", line % "Other deal"
            self.wait_for(f"!!document.querySelector(`{other}select`)")
            for deal, letters, reason in (
                (own, "Beat", "Beaten on price"),
                (other, "Budg", "Budget was cut"),
            ):
                self.go_to(f"{deal}select")
                self.type(letters)
                chosen = f"document.querySelector(`{deal}select`).selectedOptions[0].innerText"
                self.wait_for(f"{chosen} === '{reason}'")
            self.go_to(".modal [name=action_lost_reason_apply]")
            self.press("Enter")
            # The note that is missing is gone to, and what is one is said there.
            self.wait_for(f"document.activeElement.matches(`{own}input[name=note]`)")
            self.type("-")
            self.go_to(".modal [name=action_lost_reason_apply]")
            self.press("Enter")
            self.wait_for(f"document.querySelector(`{own}`).innerText.includes('at least 3')")
            self.wait_for(f"document.activeElement.matches(`{own}input[name=note]`)")
            self.type(" Half of our offer")
            self.go_to(".modal [name=action_lost_reason_apply]")
            self.press("Enter")
            self.wait_for("!document.querySelector('.modal')")

        url = "/odoo/action-crm.crm_lead_opportunities?view_type=list"
        self.in_browser(url, "!!document.querySelector('.o_list_view .o_data_row')", press)
        self.assertClosed(self.deal_own, "lost", self.reason_price)
        self.assertIn("Half of our offer", self.deal_own.closing_note)
        self.assertClosed(self.deal_other, "lost", self.reason_budget)

    def go_to(self, selector, modifiers=0):
        """Go from field to field until this one has the focus."""
        for _attempt in range(40):
            if self.evaluate(f"document.activeElement.matches(`{selector}`)"):
                return
            self.press("Tab", modifiers)
        self.fail(f"the keyboard does not reach {selector}")

    def test_menu_of_a_card_without_a_mouse(self):
        """Who cannot drag finds Won and Lost in the menu of the card."""
        card = "[...document.querySelectorAll('.o_kanban_record')]"
        card += ".find((e) => e.innerText.includes('Own deal'))"
        entry = "document.activeElement.matches('.o-dropdown--menu [role=menuitem]') && "
        entry += "document.activeElement.innerText.trim() === 'Lost'"

        def press():
            self.evaluate(f"({card}).focus()")
            self.go_to(".o_dropdown_kanban button")
            self.press("Enter")
            self.wait_for("!!document.querySelector('.o-dropdown--kanban-record-menu')")
            for _attempt in range(6):
                self.press("ArrowDown")
                if self.evaluate(entry):
                    break
            self.press("Enter")
            self.wait_for(FOCUSED % "input[type=search]")
            self.type("bu")
            self.press("Enter")
            self.wait_for(CHOSEN % "Budget was cut")
            self.press("q", self.ALT)
            self.wait_for(f"!document.querySelector('.modal') && !({card})")

        self.in_browser("/odoo/crm", f"!!({card})", press)
        self.assertClosed(self.deal_own, "lost", self.reason_budget)
