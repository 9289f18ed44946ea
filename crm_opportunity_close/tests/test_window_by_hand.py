from odoo.tests import tagged

from .real_input_case import RealInput

ITEM = "[...document.querySelectorAll('.modal .o_closing_reasons .o_radio_item')]"
FORM = "!!document.querySelector('.o_form_view [data-hotkey=l]')"


class Windows(RealInput):
    def get_reason(self, reason, inside="label"):
        found = f"{ITEM}.find((e) => e.innerText.includes('{reason}'))"
        return f"{found}?.querySelector('{inside}')"

    def choose(self, reason):
        self.click(self.get_reason(reason))
        self.wait_for(f"{self.get_reason(reason, 'input')}?.checked")


@tagged("post_install", "-at_install")
class TestRequests(Windows):
    """What is known of the reasons is known in the browser."""

    def test_choosing_asks_the_server_nothing(self):
        self.reason_price.write(
            {"note_required": True, "competitor_required": True, "followup_days": 30}
        )

        def play():
            self.press("l", self.ALT)
            self.wait_for(f"{ITEM}.length > 1")
            self.evaluate(self.COUNT)
            self.choose("Budget was cut")
            self.choose("Beaten on price")
            self.wait_for("!!document.querySelector('.modal [name=competitor_id] input')")
            self.type("budg")
            self.press("Enter")
            self.wait_for(f"{self.get_reason('Budget was cut', 'input')}?.checked")
            self.press("1")
            self.wait_for(f"{self.get_reason('Beaten on price', 'input')}?.checked")
            self.assertEqual(self.evaluate(self.REQUESTS), "")
            # What a reason asks, and nobody answers, is said without the server as well.
            self.click("document.querySelector('.modal [name=action_lost_reason_apply]')")
            self.wait_for("!!document.querySelector('.modal .o_field_invalid')")
            self.assertEqual(self.evaluate(self.REQUESTS), "")

        self.in_browser(f"/odoo/crm/{self.deal_own.id}", FORM, play)
        self.assertOpen(self.deal_own)

    def test_choosing_a_reason_each_asks_the_server_nothing(self):
        self.deal_other.user_id = self.user_sales_salesman
        self.reason_price.write({"note_required": True, "followup_days": 30})
        select = "document.querySelectorAll('.modal .o_closing_line select')"

        def play():
            self.click("document.querySelector('thead .o_list_record_selector input')")
            self.click(
                "[...document.querySelectorAll('.o_control_panel button')]"
                ".find((e) => e.innerText === 'Mark Lost')"
            )
            self.click("document.querySelector('.modal [name=is_per_deal] input')")
            self.wait_for(f"{select}.length === 2 && {select}[1].options.length > 2")
            self.evaluate(self.COUNT)
            for line, letters in enumerate(("Beat", "Budg")):
                self.evaluate(f"{select}[{line}].focus()")
                self.type(letters)
                chosen = f"{select}[{line}].selectedOptions[0].innerText"
                self.wait_for(f"{chosen}.startsWith('{letters}')")
            self.wait_for("!!document.querySelector('.modal input[name=followup_date]')")
            self.assertEqual(self.evaluate(self.REQUESTS), "")

        url = "/odoo/action-crm.crm_lead_opportunities?view_type=list"
        self.in_browser(url, "!!document.querySelector('.o_list_view .o_data_row')", play)
        self.assertOpen(self.deals)


@tagged("post_install", "-at_install")
class TestThirteenReasonsOnPhone(Windows):
    browser_size = "390x844"
    touch_enabled = True

    def test_lost_with_thirteen_reasons(self):
        """All reasons within one and a half screens; the last one is found and taken."""
        reasons = self.env["crm.lost.reason"].search([("outcome", "=", "lost")])
        reasons = reasons.filtered(lambda reason: not reason.is_unspecified)
        types = ["competitor", "no_decision", "declined", "disqualified", "other"]
        (reasons - self.reason_price - self.reason_budget).active = False
        self.env["crm.lost.reason"].create(
            [
                {"name": f"Reason number {n}", "loss_type": types[n % 5], "sequence": 50 + n}
                for n in range(3, 14)
            ]
        )
        last = self.env["crm.lost.reason"].search([("name", "=", "Reason number 13")])
        last.note_required = True

        def tap(expression):
            point = self.find(expression)
            self.touch("touchStart", point)
            self.touch("touchEnd")

        def play():
            lost = "document.querySelector('.o_form_view [data-hotkey=l]')"
            if not self.evaluate(f"!!{lost}"):
                tap("document.querySelector('.o_statusbar_buttons .dropdown-toggle')")
            tap("document.querySelector('[data-hotkey=l]')")
            self.wait_for(f"{ITEM}.length === 13")
            body = "document.querySelector('.modal-body')"
            self.assertLessEqual(
                self.evaluate(f"{body}.scrollHeight / window.innerHeight"), 1.5, "screens"
            )
            tap(self.get_reason("Reason number 13"))
            self.wait_for(f"{self.get_reason('Reason number 13', 'input')}?.checked")
            tap("document.querySelector('.modal [name=action_lost_reason_apply]')")
            self.wait_for("document.activeElement.matches('.modal .odoo-editor-editable')")
            self.send("Input.insertText", text="They build it themselves")
            tap("document.querySelector('.modal [name=action_lost_reason_apply]')")
            self.wait_for("!document.querySelector('.modal')")

        form = "!!document.querySelector('.o_form_view .o_statusbar_buttons')"
        self.in_browser(f"/odoo/crm/{self.deal_own.id}", form, play)
        self.assertClosed(self.deal_own, "lost", last)
        self.assertIn("They build it themselves", self.deal_own.closing_note)
