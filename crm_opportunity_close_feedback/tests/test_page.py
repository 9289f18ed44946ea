from unittest.mock import patch

from lxml import html as lxml_html

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.crm_opportunity_close_feedback.models import crm_feedback_attempt

from .common import FeedbackCommon

PLAIN = "This link leads nowhere"


@tagged("post_install", "-at_install")
class TestPage(HttpCase, FeedbackCommon):
    """The customer's page, over real HTTP and without a line of JavaScript."""

    def setUp(self):
        super().setUp()
        self.question = self._ask(self.deal_own)
        self.path = self._get_path(self.question)
        self.authenticate(None, None)

    def _get_path(self, question):
        return f"/closing-feedback/{question.id}/{question.access_token}"

    def _parse(self, response):
        return lxml_html.fromstring(response.text)

    def _get_csrf(self, page=""):
        opened = self._parse(self.url_open(self.path + page))
        return opened.xpath("//input[@name='csrf_token']/@value")[:1]

    def _post(self, page="", **values):
        """Post the form as a browser would: with what the page that was opened says."""
        data = {"csrf_token": self._get_csrf(page), **values}
        return self.url_open(self.path + page, data=data)

    def _read(self):
        self.env.invalidate_all()
        return self.question.feedback_ids

    # ------------------------------------------------------------
    # Answering
    # ------------------------------------------------------------

    def test_opening_records_nothing(self):
        for _time in range(3):
            self.assertEqual(self.url_open(self.path).status_code, 200)
        self.assertEqual(self.url_open(self.path, method="HEAD").status_code, 200)
        self.assertFalse(self._read())
        self.assertEqual(self.question.state, "sent")

    def test_answering_and_changing_the_answer(self):
        response = self._post(
            happened="other",
            reason=[str(self.reason_budget.id), str(self.reason_price.id)],
            competitor_text="Initech",
            comment="Thank you & <b>goodbye</b>",
            may_call="1",
        )
        self.assertEqual(response.status_code, 200)
        self.assertIn("Thank you, your answer is saved", response.text)
        self.assertRecordValues(
            self._read(),
            [
                {
                    "source": "customer",
                    "happened": "other",
                    "reason_ids": (self.reason_price + self.reason_budget).ids,
                    "competitor_text": "Initech",
                    "competitor_id": False,
                    "comment": "Thank you & <b>goodbye</b>",
                    "may_call": True,
                    "agreement": "agree",
                    "partner_id": self.ana.id,
                }
            ],
        )
        page = self._parse(self.url_open(self.path))
        self.assertIn("This is what you answered", page.text_content())
        self.assertEqual(page.xpath("//textarea")[0].text, "Thank you & <b>goodbye</b>")
        self.assertEqual(page.xpath("//input[@type='radio'][@checked]/@value"), ["other"])
        self.assertEqual(len(page.xpath("//input[@name='reason'][@checked]")), 2)
        self._post(happened="deciding")
        self.assertRecordValues(
            self._read(), [{"happened": "deciding", "reason_ids": [], "comment": False}]
        )
        self.assertEqual(self.question.state, "answered")

    def test_won(self):
        self.deal_other.action_set_won()
        question = self._ask(self.deal_other)
        page = self._parse(self.url_open(self._get_path(question)))
        self.assertIn("Why did you choose us?", page.text_content())
        self.assertIn("It fits best", page.text_content())
        self.assertFalse(page.xpath("//input[@name='happened']"))
        self.assertFalse(page.xpath("//input[@name='competitor_text']"))

    def test_posting_needs_the_page(self):
        """Another site cannot post in the customer's name."""
        response = self.url_open(self.path, data={"happened": "other"})
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self._read())

    # ------------------------------------------------------------
    # Links that lead nowhere
    # ------------------------------------------------------------

    def test_one_plain_page_for_all_of_them(self):
        csrf = self._get_csrf()
        other = self._ask(self.deal_other)
        token = self.question.access_token
        paths = [
            f"/closing-feedback/{self.question.id}/{'x' * len(token)}",
            f"/closing-feedback/{self.question.id}/{token[:-1]}",
            f"/closing-feedback/{self.question.id}/' OR 1=1 --",
            f"/closing-feedback/{self.question.id}/ü%00",
            f"/closing-feedback/{other.id}/{token}",
            f"/closing-feedback/{2**40}/{token}",
            f"/closing-feedback/{2**31 - 1}/{token}",
        ]
        pages = set()
        for path in paths:
            with self.subTest(path):
                response = self.url_open(path)
                self.assertEqual(response.status_code, 404)
                self.assertIn(PLAIN, response.text)
                pages.add(response.text)
        for change in (
            {"state": "dropped", "objection": "revoked"},
            {"state": "expired"},
            {"state": "planned", "date_end": False},
            {"date_end": fields.Datetime.subtract(fields.Datetime.now(), days=1)},
        ):
            with self.subTest(change):
                before = self.question.read([*change])[0]
                self.question.write(change)
                data = {"csrf_token": csrf, "happened": "other"}
                response = self.url_open(self.path, data=data)
                self.assertEqual(response.status_code, 404)
                pages |= {response.text, self.url_open(self.path).text}
                self.question.write({name: before[name] for name in change})
        self.assertEqual(len(pages), 1)
        self.assertIn(PLAIN, pages.pop())
        self.assertFalse(self._read())

    def test_closing_marked_as_a_mistake_while_the_page_is_open(self):
        self.deal_own.action_reopen(is_mistake=True)
        self.assertIn(PLAIN, self.url_open(self.path).text)

    def test_reopened_while_the_page_is_open(self):
        """The answer is about the closing, which was one; nothing is lost."""
        token = self._get_csrf()
        self.deal_own.action_reopen(note="Goes on")
        data = {"csrf_token": token, "comment": "Too late?"}
        self.assertIn("your answer is saved", self.url_open(self.path, data=data).text)
        self.assertEqual(self._read().comment, "Too late?")

    def test_deleted_while_the_page_is_open(self):
        token = self._get_csrf()
        self.deal_own.unlink()
        response = self.url_open(self.path, data={"csrf_token": token, "comment": "Hello?"})
        self.assertEqual(response.status_code, 404)
        self.assertIn(PLAIN, response.text)

    def test_contact_merged_while_the_page_is_open(self):
        merge = self.env["base.partner.merge.automatic.wizard"]
        merge._merge((self.ana + self.bo).ids, self.bo)
        self.env.invalidate_all()
        self.assertIn("your answer is saved", self._post(happened="nothing").text)
        self.assertEqual(self._read().partner_id, self.bo)

    # ------------------------------------------------------------
    # Bad input
    # ------------------------------------------------------------

    def test_a_long_text_is_cut_and_nothing_is_recorded_unseen(self):
        response = self._post(comment="x" * 2**20, happened="other")
        self.assertEqual(response.status_code, 422)
        self.assertIn("Your text was too long", response.text)
        page = self._parse(response)
        self.assertEqual(len(page.xpath("//textarea")[0].text), 2000)
        self.assertEqual(page.xpath("//input[@type='radio'][@checked]/@value"), ["other"])
        self.assertFalse(self._read())

    def test_too_many_reasons(self):
        third = self.reason_price.copy({"customer_wording": "A third one"})
        chosen = [str(each.id) for each in self.reason_price + self.reason_budget + third]
        response = self._post(reason=chosen, comment="Kept")
        self.assertEqual(response.status_code, 422)
        self.assertIn("Please choose two reasons at most", response.text)
        self.assertIn("Kept", response.text)

    def test_nonsense(self):
        for values in (
            {"reason": ["0", "-1", "x", str(2**70), "²"]},
            {"happened": "hacked"},
            {"comment": "\x00 \r\n", "may_call": "yes"},
            {},
        ):
            with self.subTest(values):
                response = self._post(**values)
                self.assertEqual(response.status_code, 422)
                self.assertIn("Please choose an answer", response.text)
        self._post(reason=[str(self.reason_fit.id), str(self.reason_unworded.id)], comment="a")
        self.assertFalse(self._read().reason_ids, "only what was offered can be chosen")

    def test_scripts_are_text(self):
        script = "<script>alert(1)</script>"
        self.reason_price.customer_wording = script
        response = self._post(comment=f"</textarea>{script}", competitor_text=f'"{script}')
        self.assertEqual(response.status_code, 200)
        self.assertNotIn("<script", response.text)
        self.assertNotIn("<script", self.deal_own.message_ids[0].body)

    def test_too_many_requests_from_one_address(self):
        wrong = f"/closing-feedback/{self.question.id}/wrong"
        with patch.object(crm_feedback_attempt, "MAX_ATTEMPTS", 5):
            for _time in range(6):
                self.url_open(wrong)
            response = self._post(happened="other")
        self.assertEqual(response.status_code, 429)
        self.assertIn("Please try again later", response.text)
        self.assertFalse(self._read())
        attempts = self.env["crm.feedback.attempt"].search([])
        self.assertNotIn("127.0.0.1", attempts.mapped("address_hash"))
        self.assertEqual(len(attempts), 5, "what is refused is not counted any more")

    # ------------------------------------------------------------
    # Don't ask me again
    # ------------------------------------------------------------

    def test_do_not_ask_again(self):
        twin = self.env["res.partner"].create({"name": "Twin", "email": self.ana.email})
        page = self._parse(self.url_open(f"{self.path}/stop"))
        self.assertTrue(page.xpath("//form[@method='post']//button"))
        self.assertFalse(self.ana.feedback_opt_out, "opening the link changes nothing")
        response = self._post(page="/stop")
        self.assertIn("We will not ask you for feedback again", response.text)
        self.env.invalidate_all()
        self.assertEqual((self.ana + twin).mapped("feedback_opt_out"), [True, True])
        self.assertFalse(self.ana.is_blacklisted, "newsletters are another matter")

    def test_do_not_ask_again_by_a_link_that_has_ended(self):
        self.question.state = "expired"
        self.assertIn("will not ask you", self._post(page="/stop").text)
        self.env.invalidate_all()
        self.assertTrue(self.ana.feedback_opt_out)

    # ------------------------------------------------------------
    # The page itself
    # ------------------------------------------------------------

    def test_light_private_and_in_the_customer_s_language(self):
        lang = self.env["res.lang"]._activate_lang("ar_001")
        self.reason_price.with_context(lang=lang.code).customer_wording = "السعر"
        self.ana.lang = lang.code
        response = self.url_open(self.path)
        page = self._parse(response)
        self.assertEqual(page.get("dir"), "rtl")
        self.assertEqual(page.get("lang"), "ar-001")
        self.assertIn("السعر", page.text_content())
        self.assertLess(len(response.content), 100_000)
        self.assertFalse(page.xpath("//script | //img | //link"))
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertNotIn("Own deal", response.text, "what we call the deal is ours")

    def test_every_field_has_a_label(self):
        page = self._parse(self.url_open(self.path))
        for element in page.xpath("//input[not(@type='hidden')] | //textarea"):
            by_id = page.xpath("//label[@for=$id]", id=element.get("id") or "-")
            self.assertTrue(by_id or element.xpath("ancestor::label"), element.get("name"))
        self.assertEqual(len(page.xpath("//h1")), 1)
        self.assertEqual(len(page.xpath("//fieldset")), len(page.xpath("//fieldset/legend")))

    # ------------------------------------------------------------
    # Preview
    # ------------------------------------------------------------

    def test_preview_for_managers(self):
        self.user_sales_manager.password = self.user_sales_salesman.password = "a-long-password"
        count = self.questions.search_count([])
        self.authenticate("user_sales_manager", "a-long-password")
        for kind, text in (
            ("lost", "The price was too high"),
            ("won", "It fits best"),
            ("mail", "May we ask why?"),
        ):
            with self.subTest(kind):
                response = self.url_open(f"/closing-feedback/preview/{kind}")
                self.assertIn("This is a preview", response.text)
                self.assertIn(text, response.text)
        self.assertEqual(self.questions.search_count([]), count)
        self.authenticate("user_sales_salesman", "a-long-password")
        response = self.url_open("/closing-feedback/preview/mail")
        self.assertNotIn("May we ask why?", response.text)
