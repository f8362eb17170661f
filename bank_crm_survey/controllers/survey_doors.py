from odoo import SUPERUSER_ID
from odoo.http import request, route

from odoo.addons.survey.controllers.main import Survey

from . import door

# What a post names pages and questions by, under the layouts that need it.
NEEDED_ID = {"page_per_section": "page_id", "page_per_question": "question_id"}


class SurveyDoors(Survey):
    """Odoo's own doors to surveys: of the bank's, only the page with the questions of a valid answer is open.

    Nothing here makes an answer: the links of invitations and points do. Whatever is in a post, what comes back is a
    page or a validation error.
    """

    def _fetch_from_access_token(self, survey_token, answer_token):
        survey, answer = super()._fetch_from_access_token(survey_token, answer_token)
        if answer and survey.survey_type == "bank" and not answer.partner_id:
            # sudo: survey.user_input - who is logged in leaves no trace on an answer without a name
            answer = answer.with_user(SUPERUSER_ID)
        return survey, answer

    def _may_test(self):
        return request.env.user._runs_bank_surveys()

    @route()
    def survey_test(self, survey_token, **kwargs):
        if self._bank_survey(survey_token) and not self._may_test():
            return door.notice("closed_door")
        return super().survey_test(survey_token, **kwargs)

    @route()
    def survey_retry(self, survey_token, answer_token, **post):
        if self._bank_survey(survey_token):
            return door.notice("closed_door")
        return super().survey_retry(survey_token, answer_token, **post)

    @route()
    def survey_start(self, survey_token, answer_token=None, email=False, **post):
        # Odoo would take an answer from the cookie of the browser, or make one.
        if self._bank_survey(survey_token) and not self._open_answer(survey_token, answer_token):
            return door.notice("closed_door")
        return super().survey_start(survey_token, answer_token=answer_token, email=email, **post)

    @route()
    def survey_print(self, survey_token, review=False, answer_token=None, **post):
        """Only staff who may read questionnaire and answer print them: a link is no right to read answers again."""
        survey, answer = self._fetch_from_access_token(survey_token, answer_token)
        if survey.survey_type == "bank":
            user = request.env.user
            may_read = survey.with_user(user).has_access("read")
            if answer_token:  # what is printed holds the customer's own words
                may_read &= bool(answer) and answer.with_user(user).has_access("read")
                may_read &= user.has_group("bank_crm_survey.group_survey_verbatim")
            if not may_read:
                return door.notice("closed_door")
        return super().survey_print(survey_token, review=review, answer_token=answer_token, **post)

    @route()
    def survey_report(self, survey, answer_token=None, **post):
        """The page of Odoo shows single answers and the smallest groups: the bank's figures are on its own board."""
        if survey.survey_type == "bank":
            return request.redirect("/odoo/action-bank_crm_survey.bank_survey_board_action")
        return super().survey_report(survey, answer_token=answer_token, **post)

    @route()
    def survey_begin(self, survey_token, answer_token, **post):
        return super().survey_begin(survey_token, answer_token, **self._sound_steps(survey_token, post))

    @route()
    def survey_next_question(self, survey_token, answer_token, **post):
        return super().survey_next_question(survey_token, answer_token, **self._sound_steps(survey_token, post))

    @route()
    def survey_display_page(self, survey_token, answer_token, **post):
        response = super().survey_display_page(survey_token, answer_token, **self._sound_steps(survey_token, post))
        if self._bank_survey(survey_token):
            response.headers.update(door.HEADERS)
        return response

    @route()
    def survey_submit(self, survey_token, answer_token, **post):
        if not self._bank_survey(survey_token):
            return super().survey_submit(survey_token, answer_token, **post)
        _survey, answer = self._fetch_from_access_token(survey_token, answer_token)
        if reason := answer and answer._door_closed():
            return {}, self._closed_content(reason)
        if not self._is_sound_post(survey_token, post):
            return {}, {"error": "validation", "fields": {}}
        if answer:
            answer._mark_assisted(request.env.user)
        result = super().survey_submit(survey_token, answer_token, **self._without_way_back(survey_token, post))
        answer.env.flush_all()  # now: at the end of the request it would be the visitor who wrote nameless answers
        return result

    # ------------------------------------------------------------------

    def _open_answer(self, survey_token, answer_token):
        if not answer_token:
            return None
        _survey, answer = self._fetch_from_access_token(survey_token, answer_token)
        return answer

    def _check_validity(self, survey_sudo, answer_sudo, answer_token, ensure_token=True, check_partner=True):
        """The secret of the answer beats whoever is logged in: families share browsers, and staff help customers."""
        if survey_sudo.survey_type != "bank":
            return super()._check_validity(
                survey_sudo, answer_sudo, answer_token, ensure_token=ensure_token, check_partner=check_partner
            )
        code = super()._check_validity(
            survey_sudo, answer_sudo, answer_token, ensure_token=ensure_token, check_partner=False
        )
        if code is True and answer_sudo and answer_sudo._door_closed():
            return "answer_deadline"
        return code

    def _redirect_with_error(self, access_data, error_key):
        survey, answer = access_data["survey_sudo"], access_data["answer_sudo"]
        if survey.survey_type != "bank":
            return super()._redirect_with_error(access_data, error_key)
        if error_key in ("answer_deadline", "survey_closed", "survey_void") and answer:
            return door.notice(answer._door_closed() or "expired", answer.bank_program_id.company_id)
        if error_key == "token_wrong":
            return door.wrong_link()
        return door.notice("closed_door")

    def _closed_content(self, reason):
        """Return what takes the place of the questions when a survey closed while the customer answered."""
        _status, heading, text = door.NOTICES[reason if reason in door.NOTICES else "expired"]
        translate = request.env._
        values = {
            "heading": translate(heading),  # pylint: disable=prefer-env-translation
            "text": translate(text),  # pylint: disable=prefer-env-translation
        }
        content = request.env["ir.qweb"]._render("bank_crm_survey.feedback_closed_content", values)
        return {
            "has_skipped_questions": False,
            "survey_content": content,
            "survey_progress": False,
            "survey_navigation": "",
            "background_image_url": False,
            "bank_closed": reason,
        }

    def _prepare_survey_data(self, survey_sudo, answer_sudo, **post):
        data = super()._prepare_survey_data(survey_sudo, answer_sudo, **post)
        if survey_sudo.survey_type == "bank" and answer_sudo.state == "in_progress":
            score = survey_sudo._door_score(post.get("score"))
            data["bank_proposed"] = {} if score is None else {survey_sudo._bank_main_question().id: score}
        return data

    def _prepare_survey_finished_values(self, survey, answer, token=False):
        values = super()._prepare_survey_finished_values(survey, answer, token=token)
        if survey.survey_type == "bank":
            values["bank_thanks"] = self._thanks(answer)
        return values

    def _thanks(self, answer):
        """Return what the customer is told at the end, by his score and by whether he has a name."""
        program, has_name = answer.bank_program_id, bool(answer.partner_id)
        has_portal = has_name and "bank.ticket" in request.env
        contact = door.nonce(f"contact {program.id}") if program and not has_name else ""
        return {
            "mood": answer._mood(),
            "is_followed_up": answer._is_followed_up(),
            "complaint_url": "/my/tickets/new" if has_portal else "",
            "contact_url": f"/feedback/contact/{program.id}/{contact}" if contact else "",
        }

    # ------------------------------------------------------------------
    # What clients post
    # ------------------------------------------------------------------

    def _bank_survey(self, survey_token):
        """Return the bank's questionnaire of a token, archived or not, or none."""
        survey, _answer = self._fetch_from_access_token(survey_token, False)
        return survey.filtered(lambda survey: survey.survey_type == "bank")

    def _is_sound_post(self, survey_token, post):
        """Whether the pages and questions that a post names are of its questionnaire."""
        survey = self._bank_survey(survey_token)
        if not survey:
            return True
        known = set(survey.question_and_page_ids.ids)
        needed = NEEDED_ID.get(survey.questions_layout)
        named = [post[name] for name in ("previous_page_id", needed) if name in post]
        return (not needed or needed in post) and all(survey.question_ids._bank_id(value) in known for value in named)

    def _sound_steps(self, survey_token, post):
        """Return ``post`` without a step back to a page that there is not, and without an unknown language."""
        if not self._bank_survey(survey_token):
            return post
        post = self._without_way_back(survey_token, post)
        dropped = set() if self._is_sound_step(survey_token, post) else {"previous_page_id"}
        lang_code = post.get("lang_code")
        if lang_code is not None and not (isinstance(lang_code, str) and lang_code in self._installed_langs()):
            dropped.add("lang_code")
        return {name: value for name, value in post.items() if name not in dropped}

    def _without_way_back(self, survey_token, post):
        """Return ``post`` without a step back where the questionnaire knows none: it would show what was answered."""
        survey = self._bank_survey(survey_token)
        if not survey or survey.users_can_go_back:
            return post
        return {name: value for name, value in post.items() if name != "previous_page_id"}

    def _installed_langs(self):
        return dict(self.env["res.lang"].get_installed())

    def _is_sound_step(self, survey_token, post):
        survey = self._bank_survey(survey_token)
        page = survey.question_ids._bank_id(post.get("previous_page_id"))
        return "previous_page_id" not in post or page in survey.question_and_page_ids.ids

    def _extract_comment_from_answers(self, question, answers):
        """Part comment and answer, of any type; a zero is an answer."""
        if question.survey_id.survey_type != "bank":
            return super()._extract_comment_from_answers(question, answers)
        return question._bank_parted(answers)
