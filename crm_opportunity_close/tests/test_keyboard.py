from odoo.tests import tagged

from .real_input_case import RealInput

FOCUSED = "document.activeElement.matches('.modal %s')"
CHOSEN = (
    FOCUSED % "input[type=radio]:checked"
    + " && document.activeElement.parentElement.innerText.includes('%s')"
)


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

    def test_menu_of_a_card_without_a_mouse(self):
        """Who cannot drag finds Won and Lost in the menu of the card."""
        card = "[...document.querySelectorAll('.o_kanban_record')]"
        card += ".find((e) => e.innerText.includes('Own deal'))"
        entry = "document.activeElement.matches('.o-dropdown--menu [role=menuitem]') && "
        entry += "document.activeElement.innerText.trim() === 'Lost'"

        def press():
            self.evaluate(f"({card}).focus()")
            for _attempt in range(10):
                self.press("Tab")
                if self.evaluate("document.activeElement.matches('.o_dropdown_kanban button')"):
                    break
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
