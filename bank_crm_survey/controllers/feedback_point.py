from odoo import fields
from odoo.exceptions import UserError
from odoo.http import Controller, request, route

from ..tools import attempts, door_nonce
from . import door

DAY = 24 * 3600
# Answers begun from one address within ten minutes: more than visitors of a branch that share its network begin.
MOST_ANSWERS = 60


class FeedbackPoint(Controller):
    """The QR code at a branch: an answer without a name, one for each browser and day."""

    @route("/feedback/p/<string:token>", type="http", auth="public", website=True, multilang=False, sitemap=False,
           methods=["GET"])  # fmt: skip
    def point(self, token, lang=None, score=None, **_params):
        """The page that asks; nothing begins yet."""
        point = self._point(token)
        return self._landing(point, lang, score) if point else door.wrong_link()

    @route("/feedback/p/<string:token>/start", type="http", auth="public", website=True, multilang=False,
           sitemap=False, methods=["POST"])  # fmt: skip
    def start(self, token, lang=None, score=None, **post):
        """Begin an answer, or go on with the one that this browser began today."""
        point = self._point(token)
        if not point:
            return door.wrong_link()
        if not door.is_sent_by_a_person(point.token, post):
            return self._landing(point, lang, score, is_again=True)
        languages = point.program_id.survey_id._door_langs()
        lang_code = door.speak(lang, languages)
        answer, was_here = self._answer_of_today(point)
        if was_here and not answer:
            return door.notice("completed", point.company_id, languages, lang_code=lang_code)
        if not answer:
            if attempts.count("point", request.httprequest.remote_addr) > MOST_ANSWERS:
                return door.notice("too_often", point.company_id, languages, lang_code=lang_code)
            try:
                answer = point._start(lang_code)
                answer.env.flush_all()  # now: at the end of the request it would be the visitor who wrote it
            except UserError:
                return self._landing(point, lang, score)
        response = request.redirect(answer._door_url(lang_code, answer.survey_id._door_score(score)))
        response.headers.update(door.HEADERS)
        if not was_here:
            self._remember(response, point, answer)
        return response

    # ------------------------------------------------------------------

    def _point(self, token):
        points = request.env["bank.survey.point"]
        return points if door.is_slowed_down() else points._find_by_token(token)

    def _landing(self, point, lang, score, is_again=False):
        survey = point.program_id.survey_id
        languages = survey._door_langs()
        lang_code = door.speak(lang, languages)
        point = point.with_context(lang=lang_code)
        answer, was_here = self._answer_of_today(point)
        state = "open" if point._is_open() else "expired"
        if was_here and not answer:
            state = "completed"
        if state != "open":
            return door.notice(state, point.company_id, languages, lang_code=lang_code)
        survey, program = point.program_id.survey_id, point.program_id
        values = {
            **door.bank_values(point.company_id, languages, lang_code),
            "token": f"p/{point.token}",
            "survey": survey,
            "program": program,
            "branch": point.branch_id,
            "minutes": survey._door_minutes(),
            "anonymity_words": program.with_context(lang=lang_code)._nameless_words(),
            "score": survey._door_score(score),
            "main_question": survey._bank_main_question(),
            "is_begun": was_here,
            "is_again": is_again,
            "nonce": door.nonce(point.token),
            "is_point": True,
        }
        return door.page("bank_crm_survey.feedback_landing", values)

    def _cookie(self, point):
        return f"bank_feedback_{point.id}"

    def _purpose(self, point):
        # sudo: bank.run - the time zone of the bank
        today = request.env["bank.run"].sudo().with_company(point.company_id)._today()
        return f"point {point.id} {fields.Date.to_string(today)}"

    def _answer_of_today(self, point):
        """Return the answer that this browser can go on with, and whether it began one here today."""
        # sudo: survey.user_input - the signed cookie holds the answer's own secret
        answers = request.env["survey.user_input"].sudo()
        token = door_nonce.unsign(request.env, self._purpose(point), request.cookies.get(self._cookie(point)))
        if not token:
            return answers, False
        survey = point.program_id.survey_id
        domain = [("access_token", "=", token), ("survey_id", "=", survey.id), ("state", "!=", "done")]
        return answers.search(domain, limit=1), True

    def _remember(self, response, point, answer):
        value = door_nonce.sign(request.env, self._purpose(point), answer.access_token)
        secure = request.httprequest.scheme == "https"
        response.set_cookie(
            self._cookie(point), value, max_age=DAY, httponly=True, secure=secure, samesite="Lax", path="/feedback/p"
        )
