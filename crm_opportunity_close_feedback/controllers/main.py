from odoo import SUPERUSER_ID, http
from odoo.exceptions import AccessError
from odoo.http import request

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; "
        "form-action 'self'; frame-ancestors 'self'; base-uri 'none'"
    ),
}
ADDON = "crm_opportunity_close_feedback"
LINK = "/closing-feedback/<int:question_id>/<string:token>"


class FeedbackPage(http.Controller):
    """The page a customer answers on: shown by GET, recorded by POST alone.

    Mail scanners open links, so opening one never records anything. Whatever is wrong with
    a link, the visitor sees one and the same page.
    """

    @http.route(LINK, type="http", auth="public", methods=["GET"], sitemap=False)
    def show(self, question_id, token, **kwargs):
        question = self._find_question(question_id, token)
        if not question or not question._is_open():
            return self._show_gone()
        is_answered = question.state == "answered"
        return self._show_form(question, question._get_answer(), is_answered=is_answered)

    @http.route(LINK, type="http", auth="public", methods=["POST"], sitemap=False)
    def answer(self, question_id, token, **kwargs):
        if not self._is_allowed():
            return self._show_busy()
        question = self._find_question(question_id, token, is_counted=False)
        if not question or not question._is_open():
            return self._show_gone()
        offered = question.closing_id._get_offered_reasons()
        answer, problems = question._parse_answer(request.httprequest.form, offered)
        if problems:
            return self._show_form(question, answer, problems=problems, status=422)
        question._record_answer(answer, offered)
        return self._show_form(question, question._get_answer(), is_saved=True, is_answered=True)

    @http.route(f"{LINK}/stop", type="http", auth="public", methods=["GET"], sitemap=False)
    def show_stop(self, question_id, token, **kwargs):
        question = self._find_question(question_id, token)
        return self._show_stop(question) if question else self._show_gone()

    @http.route(f"{LINK}/stop", type="http", auth="public", methods=["POST"], sitemap=False)
    def stop(self, question_id, token, **kwargs):
        """Nobody asks this contact again; also by a link that has ended."""
        if not self._is_allowed():
            return self._show_busy()
        question = self._find_question(question_id, token, is_counted=False)
        if not question:
            return self._show_gone()
        question.partner_id._set_feedback_opt_out()
        return self._show_stop(question, is_stopped=True)

    # ------------------------------------------------------------
    # Preview, for those who may change the settings
    # ------------------------------------------------------------

    @http.route(
        "/closing-feedback/preview/<string:outcome>", type="http", auth="user", methods=["GET"]
    )
    def preview(self, outcome, **kwargs):
        if not request.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(request.env._("Only sales managers can do this."))
        if outcome == "mail":
            return self._preview_mail()
        if outcome not in ("won", "lost"):
            return self._show_gone()
        company, team = request.env.company, request.env["crm.team"]
        questions = request.env["crm.lead.closing.question"]
        values = {
            "question": questions,
            "company": company,
            "outcome": outcome,
            **questions._get_page_texts(company),
            "offered": request.env["crm.lost.reason"]._get_customer_reasons(outcome, company, team),
            "answer": {"reason_ids": []},
            "is_preview": True,
        }
        return self._render("page_form", values, lang=request.env.lang)

    def _preview_mail(self):
        """The mail about one of the manager's own closings; nothing of it stays."""
        lang = request.env.lang
        closing = request.env["crm.lead.closing"].search(
            [("partner_id.email_normalized", "!=", False)], limit=1
        )
        mail = closing.sudo()._preview_mail(lang) if closing else None
        return self._render("page_mail_preview", {"mail": mail}, lang=lang)

    # ------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------

    def _is_allowed(self):
        address = request.httprequest.remote_addr
        return request.env["crm.feedback.attempt"]._is_allowed(address)

    def _find_question(self, question_id, token, is_counted=True):
        """The question of a link, in its customer's language; none for a wrong link.

        :param bool is_counted: a wrong link counts as an attempt of this address
        """
        questions = request.env["crm.lead.closing.question"].with_user(SUPERUSER_ID)
        question = questions._find_by_token(question_id, token)
        if not question and is_counted:
            self._is_allowed()
        return question.with_context(lang=question.lang) if question else question

    def _show_form(self, question, answer, status=200, **values):
        values = {
            "question": question,
            "company": question.company_id,
            "outcome": question.outcome,
            "offered": question.closing_id._get_offered_reasons(),
            "answer": answer,
            **question._get_page_texts(),
            **values,
        }
        return self._render("page_form", values, lang=question.lang, status=status)

    def _show_stop(self, question, is_stopped=False):
        values = {"question": question, "company": question.company_id, "is_stopped": is_stopped}
        return self._render("page_stop", values, lang=question.lang)

    def _show_gone(self):
        return self._render("page_gone", {}, status=404)

    def _show_busy(self):
        return self._render("page_busy", {}, status=429)

    def _render(self, template, values, lang=None, status=200):
        """Render one of the pages, which needs neither scripts nor bundles.

        :param str lang: the code of an installed language; else that of the browser
        """
        context = {"lang": lang or request.env.context.get("lang") or "en_US"}
        env = request.env(user=SUPERUSER_ID, context=context)
        language = env["res.lang"]._lang_get(context["lang"])
        values = {
            "problems": [],
            "is_answered": False,
            "is_saved": False,
            "is_preview": False,
            "is_stopped": False,
            "company": env["res.company"],
            **values,
            "html_lang": context["lang"].replace("_", "-").partition("@")[0],
            "html_dir": language.direction or "ltr",
            "csrf_token": request.csrf_token,
        }
        html = env["ir.qweb"]._render(f"{ADDON}.{template}", values)
        response = request.make_response(html, headers=list(HEADERS.items()))
        response.status_code = status
        return response
