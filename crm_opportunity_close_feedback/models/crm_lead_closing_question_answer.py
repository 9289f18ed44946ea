import secrets

from odoo import api, fields, models
from odoo.fields import NO_ACCESS, Command
from odoo.tools import consteq, format_date

from .crm_lead_closing_feedback import HAPPENED, MAX_REASONS

MAX_COMMENT, MAX_COMPETITOR = 2000, 100


class CrmLeadClosingQuestion(models.Model):
    """The customer's link, which a token opens that nobody can read over RPC, and the answer:
    read from a form that anybody may have sent, then recorded.
    """

    _inherit = "crm.lead.closing.question"

    access_token = fields.Char(
        default=lambda self: secrets.token_urlsafe(32), groups=NO_ACCESS, copy=False
    )

    # ------------------------------------------------------------
    # The link
    # ------------------------------------------------------------

    def _get_url(self, page=""):
        """The link of this question, for its customer alone.

        :param str page: ``/stop`` for the page of "don't ask me again"
        :rtype: str
        """
        self.ensure_one()
        base = self.get_base_url()
        if self.env.context.get("feedback_preview"):
            return f"{base}/closing-feedback/preview/{self.outcome}"
        # sudo: nobody reads the token but the code that writes the mail
        return f"{base}/closing-feedback/{self.id}/{self.sudo().access_token}{page}"

    @api.model
    def _find_by_token(self, question_id, token):
        """The question a link belongs to, whatever its state.

        :param int question_id: as the link has it
        :param str token: as the link has it
        :return: one question as superuser, or none
        :rtype: crm.lead.closing.question
        """
        # sudo: the token is the right to see this question
        question = self.sudo().browse(question_id if question_id < 2**31 else ()).exists()
        known = question.access_token or secrets.token_urlsafe(32)
        is_same = consteq(known.encode(), token.encode(errors="replace"))
        return question if question and is_same else self.sudo()

    def _is_open(self):
        """Whether the customer may answer this question, or change the answer."""
        return (
            self.state in ("sent", "answered", "check", "sending")
            and bool(self.date_end)
            and self.date_end > fields.Datetime.now()
            and not self.closing_id.is_mistake
        )

    # ------------------------------------------------------------
    # The answer
    # ------------------------------------------------------------

    def _get_page_texts(self, company=None):
        """What the page says about this question: its occasion, and what the answer is for.

        :param res.company company: who asks, where there is no question, in the preview
        :rtype: dict
        """
        company = company or self.company_id
        purpose = self.env._(
            "Your answer is read by the sales team of %(company)s that served you and by its "
            "managers, with your name. It is used to do better next time, for nothing else.",
            company=company.name,
        )
        day = self.closing_id.date or fields.Datetime.now()
        day = format_date(self.env, day, lang_code=self.env.lang)
        occasion = self.env._("It is about your decision of %(day)s.", day=day)
        return {"purpose": purpose, "occasion": occasion}

    def _get_answer(self):
        """The answer given, or an empty one.

        :return: values as :meth:`_parse_answer` gives them
        :rtype: dict
        """
        feedback = self.feedback_ids
        return {
            "happened": feedback.happened or "",
            "reason_ids": feedback.reason_ids.ids,
            "competitor_text": feedback.competitor_text or "",
            "comment": feedback.comment or "",
            "may_call": feedback.may_call,
        }

    def _parse_answer(self, form, offered):
        """Read an answer from what was posted; nothing is trusted, nothing written is lost.

        :param form: a werkzeug MultiDict
        :param crm.lost.reason offered: the reasons that could be chosen
        :return: the values, and what the customer is to be told, if anything
        :rtype: tuple[dict, list[str]]
        """
        problems = []
        chosen = {value for value in form.getlist("reason") if value.isdecimal()}
        reasons = offered.filtered(lambda reason: str(reason.id) in chosen)
        if len(reasons) > MAX_REASONS:
            problems.append(self.env._("Please choose two reasons at most."))
        texts = {}
        for name, limit in (("comment", MAX_COMMENT), ("competitor_text", MAX_COMPETITOR)):
            # PostgreSQL keeps no zero bytes.
            text = form.get(name, "").replace("\x00", "").replace("\r\n", "\n").strip()
            texts[name] = text[:limit]
            if len(text) > limit:
                problems.append(
                    self.env._(
                        "Your text was too long: its first %(limit)s characters are below. "
                        "Please shorten it, or send it as it is.",
                        limit=limit,
                    )
                )
        is_known = self.outcome == "lost" and form.get("happened") in dict(HAPPENED)
        answer = {
            **texts,
            "happened": form.get("happened") if is_known else "",
            "reason_ids": reasons.ids,
            "may_call": form.get("may_call") == "1",
        }
        if not problems and not any(answer.values()):
            problems.append(self.env._("Please choose an answer, or write a few words."))
        return answer, problems

    def _record_answer(self, answer, offered):
        """Record an answer, or change the one given before.

        The question is written first: of two posts at once, the second waits here, and Odoo
        repeats it on what the first left.

        :param dict answer: as :meth:`_parse_answer` gives it
        :param crm.lost.reason offered: the reasons that could be chosen
        """
        self.ensure_one()
        now = fields.Datetime.now()
        self.write({"state": "answered", "date_answered": now})
        self.flush_recordset()
        if answer == self._get_answer() and self.feedback_ids:
            return
        wanted_call = self.feedback_ids.may_call
        vals = {
            "date": now,
            "partner_id": self.partner_id.id,
            "happened": answer["happened"] or False,
            "reason_ids": [Command.set(answer["reason_ids"])],
            "competitor_text": answer["competitor_text"] or False,
            "comment": answer["comment"] or False,
            "may_call": answer["may_call"],
            "was_offered": self.closing_id.reason_id in offered,
        }
        feedback = self.feedback_ids
        if feedback:
            feedback.write(vals)
        else:
            feedback = feedback.create(
                {
                    **vals,
                    "closing_id": self.closing_id.id,
                    "question_id": self.id,
                    "source": "customer",
                }
            )
        feedback._match_competitor()
        feedback._post_on_leads()
        if answer["may_call"] and not wanted_call:
            self._plan_call()

    def _plan_call(self):
        """Whoever leads the team, or else the salesperson, is to call a customer who offered it."""
        user = self.team_id.user_id or self.lead_id.user_id
        if user:
            self.lead_id.activity_schedule(
                "mail.mail_activity_data_call",
                summary=self.env._("The customer may be called about the feedback"),
                user_id=user.id,
            )
