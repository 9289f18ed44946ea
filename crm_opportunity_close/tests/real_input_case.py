import time
from unittest.mock import patch

from odoo.tests.common import ChromeBrowser

from .test_tours import ClosingTours


class RealInput(ClosingTours):
    """Keys, mouse and fingers as the browser gets them: a tour's own are heard by scripts alone."""

    KEYS = {"Enter": 13, "Tab": 9, "Escape": 27, "ArrowDown": 40, " ": 32}
    ALT = 1
    SHIFT = 8
    # What the page asks of the server from now on.
    COUNT = "performance.clearResourceTimings()"
    REQUESTS = (
        "performance.getEntriesByType('resource').map((entry) => entry.name)"
        ".filter((url) => /web.dataset|web.action/.test(url)).join(' ')"
    )

    def in_browser(self, url, ready, play, user=None):
        """Open a page, and do something there by hand.

        :param str ready: a condition in JavaScript
        :param play: called without arguments
        """

        def take(browser, *args, **kwargs):
            self.page = browser
            self.wait_for(ready)
            play()
            if browser._result.done():
                browser._result.result()  # raises what the page complained about

        with patch.object(ChromeBrowser, "_wait_code_ok", take):
            login = (user or self.user_sales_salesman).login
            self.browser_js(url, "", ready="!!document.querySelector('.o_action')", login=login)
        self.env.invalidate_all()

    def send(self, method, **params):
        return self.page._websocket_request(method, params=params)

    def evaluate(self, expression):
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True)
        return answer["result"].get("value")

    def wait_for(self, condition, message=""):
        for _attempt in range(75):
            if self.evaluate(condition):
                return
            time.sleep(0.2)
        focused = self.evaluate("document.activeElement.outerHTML.slice(0, 300)")
        self.page.take_screenshot()
        self.fail(f"{message}: {condition} – the focus is on {focused}")

    # ------------------------------------------------------------
    # Keys
    # ------------------------------------------------------------

    def press(self, key, modifiers=0):
        event = {
            "key": key,
            "code": key if len(key) > 1 else f"Key{key.upper()}",
            "windowsVirtualKeyCode": self.KEYS.get(key) or ord(key.upper()),
            "modifiers": modifiers,
        }
        text = "" if modifiers else {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
        down = {"type": "keyDown", "text": text} if text else {"type": "rawKeyDown"}
        for kind in (down, {"type": "keyUp"}):
            self.send("Input.dispatchKeyEvent", **event, **kind)

    def type(self, text):
        for key in text:
            self.press(key)

    # ------------------------------------------------------------
    # Pointers
    # ------------------------------------------------------------

    def find(self, expression):
        """The middle of an element on the screen.

        :param str expression: JavaScript that gives the element
        """
        self.wait_for(f"!!({expression})")
        self.evaluate(f"({expression}).scrollIntoView({{block: 'nearest', inline: 'nearest'}})")
        point = None
        while point != (point := self.get_middle(expression)):
            time.sleep(0.1)  # it still moves
        return point

    def get_middle(self, expression):
        return self.evaluate(
            f"(() => {{ const {{x, y, width, height}} = ({expression}).getBoundingClientRect();"
            "return {x: x + width / 2, y: y + height / 2}; })()"
        )

    def click(self, expression):
        point = self.find(expression)
        self.mouse("mousePressed", point)
        self.mouse("mouseReleased", point)

    def mouse(self, kind, point):
        button = {"button": "left", "buttons": 1, "clickCount": 1}
        self.send("Input.dispatchMouseEvent", type=kind, **point, **button)

    def touch(self, kind, *points):
        self.send("Input.dispatchTouchEvent", type=kind, touchPoints=list(points))

    def between(self, start, end, steps=8):
        """The points on the way, which takes a third of a second."""
        for step in range(1, steps + 1):
            time.sleep(0.04)
            yield {at: start[at] + (end[at] - start[at]) * step / steps for at in "xy"}
