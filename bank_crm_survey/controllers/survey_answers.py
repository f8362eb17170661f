from odoo.http import route

from odoo.addons.survey.controllers.main import Survey

# What a post names pages and questions by, under the layouts that need it.
NEEDED_ID = {"page_per_section": "page_id", "page_per_question": "question_id"}


class SurveyAnswers(Survey):
    """Posts to the bank's questionnaires: whatever is in them, the answer is a page or a validation error."""

    @route()
    def survey_submit(self, survey_token, answer_token, **post):
        if not self._is_sound_post(survey_token, post):
            return {}, {"error": "validation", "fields": {}}
        return super().survey_submit(survey_token, answer_token, **self._without_way_back(survey_token, post))

    @route()
    def survey_begin(self, survey_token, answer_token, **post):
        return super().survey_begin(survey_token, answer_token, **self._sound_steps(survey_token, post))

    @route()
    def survey_next_question(self, survey_token, answer_token, **post):
        return super().survey_next_question(survey_token, answer_token, **self._sound_steps(survey_token, post))

    @route()
    def survey_display_page(self, survey_token, answer_token, **post):
        return super().survey_display_page(survey_token, answer_token, **self._sound_steps(survey_token, post))

    def _bank_survey(self, survey_token):
        """Return the bank's questionnaire of a token, or none."""
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
        if "lang_code" in post and post["lang_code"] not in dict(self.env["res.lang"].get_installed()):
            dropped.add("lang_code")
        return {name: value for name, value in post.items() if name not in dropped}

    def _without_way_back(self, survey_token, post):
        """Return ``post`` without a step back where the questionnaire knows none: it would show what was answered."""
        survey = self._bank_survey(survey_token)
        if not survey or survey.users_can_go_back:
            return post
        return {name: value for name, value in post.items() if name != "previous_page_id"}

    def _is_sound_step(self, survey_token, post):
        survey = self._bank_survey(survey_token)
        page = survey.question_ids._bank_id(post.get("previous_page_id"))
        return "previous_page_id" not in post or page in survey.question_and_page_ids.ids

    def _extract_comment_from_answers(self, question, answers):
        """Part comment and answer, of any type; a zero is an answer."""
        if question.survey_id.survey_type != "bank":
            return super()._extract_comment_from_answers(question, answers)
        return question._bank_parted(answers)
