from odoo.tests import HttpCase, tagged

from .common import FeedbackCommon

# The page allows no scripts, so it is used from outside: in a frame as wide as a phone.
TAPS = """
(async () => {
    const frame = document.createElement("iframe");
    frame.style.cssText = "position:fixed;inset:0;width:390px;height:844px;border:0;z-index:9999";
    document.body.append(frame);
    const load = (act) => new Promise((resolve) => {
        frame.addEventListener("load", resolve, { once: true });
        act();
    });
    const started = performance.now();
    await load(() => (frame.src = "%(path)s"));
    const page = () => frame.contentDocument;
    const wide = page().documentElement.scrollWidth;
    if (wide > 390) throw new Error(`wider than the phone: ${wide}`);
    const small = [...page().querySelectorAll(".choice, button")].filter(
        (element) => element.getBoundingClientRect().height < 44);
    if (small.length) throw new Error("too small to tap");
    const tap = (text) => {
        const found = [...page().querySelectorAll("label.choice, button")].find(
            (element) => element.textContent.trim() === text);
        if (!found) throw new Error(`not there: ${text}`);
        found.click();
    };
    tap("We chose another");
    tap("The price was too high");
    tap("We had no budget");
    tap("You may call me about it");
    await load(() => tap("Send"));
    if (!page().body.textContent.includes("your answer is saved")) throw new Error("not saved");
    if (performance.now() - started > 30000) throw new Error("too slow");
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""


@tagged("post_install", "-at_install")
class TestPagePhone(HttpCase, FeedbackCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_five_taps(self):
        question = self._ask(self.deal_own)
        path = f"/closing-feedback/{question.id}/{question.access_token}"
        self.browser_js("/web/login", TAPS % {"path": path}, "document.readyState === 'complete'")
        self.env.invalidate_all()
        self.assertRecordValues(
            question.feedback_ids,
            [
                {
                    "happened": "other",
                    "reason_ids": (self.reason_price + self.reason_budget).ids,
                    "may_call": True,
                }
            ],
        )
