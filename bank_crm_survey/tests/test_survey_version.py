"""Questionnaires that customers have answered stay as they are; a change is a new version."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .answer_case import AnswerCase


@tagged("post_install", "-at_install")
class TestSurveyVersion(AnswerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.choice = cls.env["survey.question"].create(
            {
                "survey_id": cls.questionnaire.id,
                "sequence": 2,
                "title": "Which branch?",
                "question_type": "simple_choice",
                "suggested_answer_ids": [Command.create({"value": "North"}), Command.create({"value": "South"})],
            }
        )
        cls.words.write(
            {"sequence": 9, "triggering_answer_ids": [Command.link(cls.choice.suggested_answer_ids[0].id)]}
        )

    def changes(self, questionnaire=None):
        choice, survey = self.choice.suggested_answer_ids[0], self.questionnaire
        yield "title", lambda: self.nps.write({"title": "Another question"})
        yield "type", lambda: self.words.write({"question_type": "char_box"})
        yield "scale", lambda: self.csat.write({"scale_max": 7})
        yield "label", lambda: self.csat.write({"scale_max_label": "Worst"})
        yield "metric", lambda: self.csat.write({"bank_metric": "ces"})
        yield "code", lambda: self.csat.write({"bank_metric_code": "other"})
        yield "moved", lambda: self.csat.write({"survey_id": self.make_questionnaire("Other").id})
        yield "trigger", lambda: self.words.write({"triggering_answer_ids": [Command.clear()]})
        yield "choices", lambda: self.choice.write({"suggested_answer_ids": [Command.create({"value": "East"})]})
        yield "choice by itself", lambda: choice.write({"value": "East"})
        yield (
            "choice by its question",
            lambda: self.choice.write({"suggested_answer_ids": [Command.update(choice.id, {"value": "East"})]}),
        )
        yield "new choice", lambda: choice.copy()
        yield "choice deleted", lambda: choice.unlink()
        yield "translation", lambda: self.nps.update_field_translations("title", {"en_US": "Another question"})
        yield "choice translated", lambda: choice.update_field_translations("value", {"en_US": "East"})
        yield "deleted", lambda: self.words.unlink()
        yield "added", lambda: self.nps.copy({"bank_metric_code": "second"})
        yield (
            "added by the survey",
            lambda: survey.write(
                {"question_and_page_ids": [Command.create({"title": "More", "question_type": "text_box"})]}
            ),
        )
        yield "survey deleted", lambda: survey.unlink()
        yield "survey of another type", lambda: survey.write({"survey_type": "custom"})

    def test_locked_after_the_first_answer(self):
        self.answer()
        for name, change in self.changes():
            with self.subTest(change=name), self.assertRaisesRegex(ValidationError, r"^\[questionnaire_locked\]"):
                change()
            self.env.invalidate_all()
        self.assertTrue(self.questionnaire.bank_is_locked)

    def test_no_answer_no_lock(self):
        self.begin()
        user = self.users["satisfaction"]
        test = self.questionnaire._create_answer(user=user, test_entry=True)
        test._mark_done()
        self.assertFalse(self.questionnaire.bank_is_locked)
        self.nps.write({"title": "Another question"})
        self.choice.write({"suggested_answer_ids": [Command.create({"value": "East"})]})

    def test_what_changes_no_meaning(self):
        self.answer()
        self.nps.write({"title": self.nps.title, "constr_error_msg": "Please answer"})
        self.csat.write({"scale_min": 1, "scale_max": 5, "bank_metric": "csat"})
        self.choice.write({"suggested_answer_ids": [Command.link(self.choice.suggested_answer_ids[0].id)]})
        self.questionnaire.write({"title": "Another name"})

    def test_ordinary_surveys_are_not_locked(self):
        survey = self.env["survey.survey"].create({"title": "Party", "survey_type": "custom", "access_mode": "public"})
        question = self.env["survey.question"].create(
            {"survey_id": survey.id, "title": "Come?", "question_type": "char_box"}
        )
        survey._create_answer(email="guest@example.com")._mark_done()
        question.title = "Do you come?"
        survey.unlink()

    def test_new_version(self):
        self.answer()
        mine = self.as_user("satisfaction", self.questionnaire)
        action = mine.action_bank_new_version()
        version = self.env["survey.survey"].browse(action["res_id"])
        self.assertEqual((version.bank_version, version.bank_previous_id), (2, self.questionnaire))
        self.assertEqual(version.title, self.questionnaire.title)
        self.assertEqual(
            version.question_ids.mapped("bank_metric_code"), self.questionnaire.question_ids.mapped("bank_metric_code")
        )
        self.assertFalse(version.bank_is_locked)
        triggers = version.question_ids.triggering_answer_ids
        self.assertEqual(triggers.mapped("value"), ["North"])
        self.assertEqual(triggers.question_id.survey_id, version)
        version.question_ids[0].title = "How likely, from 0 to 10?"
        with self.assertRaisesRegex(UserError, "newer_version"):
            mine.action_bank_new_version()

    def test_programmes_take_it_over_when_told_to(self):
        self.answer()
        sent = self.make_invitation(self.ben)
        other = self.make_program("OTHER", "Other", survey=self.make_questionnaire("Other"))
        version = self.env["survey.survey"].browse(self.questionnaire.action_bank_new_version()["res_id"])
        self.assertEqual(self.program.survey_id, self.questionnaire)
        self.assertEqual(version.bank_earlier_program_count, 1)
        self.as_user("satisfaction", version).action_bank_adopt()
        self.assertEqual(self.program.survey_id, version)
        self.assertNotEqual(other.survey_id, version)
        self.assertEqual(sent._start().survey_id, self.questionnaire)
        answer = self.answer(self.carl)
        self.assertEqual(answer.survey_id, version)
        codes = self.env["bank.survey.score"].search([("program_id", "=", self.program.id)]).mapped("metric_code")
        self.assertEqual(codes, ["nps", "nps"])

    def test_programmes_of_other_companies_stay(self):
        self.answer()
        other = self.env["res.company"].create({"name": "Other Bank"})
        foreign = self.make_program("ELSEWHERE", "Elsewhere", company_id=other.id)
        version = self.env["survey.survey"].browse(self.questionnaire.action_bank_new_version()["res_id"])
        mine = self.as_user("satisfaction", version)
        self.assertEqual(mine.bank_earlier_program_count, 1)
        mine.action_bank_adopt()
        self.assertEqual((self.program.survey_id, foreign.survey_id), (version, self.questionnaire))

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_versions_are_of_who_runs_surveys(self):
        self.answer()
        for role in ("survey_user", "rm_north", "compliance", "auditor", "employee", "portal"):
            mine = self.as_user(role, self.questionnaire)
            for call in (mine.action_bank_new_version, mine.action_bank_adopt):
                with self.subTest(role=role), self.assertRaises(AccessError):
                    call()


@tagged("post_install", "-at_install")
class TestSurveyIsolation(AnswerCase):
    """Who sees and changes the bank's questionnaires and answers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.done = cls.begin()
        cls.fill(cls.done, {cls.nps: "9", cls.words: "Fine"})
        cls.done._mark_done()
        cls.env.flush_all()

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_strangers(self):
        records = (self.questionnaire, self.nps, self.done.with_env(self.env), self.done.user_input_line_ids)
        for role in ("survey_user", "employee", "portal"):
            for record in records:
                mine = self.as_user(role, record.with_env(self.env))
                with self.subTest(role=role, model=record._name), self.assertRaises(AccessError):
                    mine.check_access("read")
                with self.subTest(role=role, model=record._name), self.assertRaises(AccessError):
                    mine.check_access("write")
            if role == "survey_user":
                found = self.env["survey.survey"].with_user(self.users[role]).search([])
                self.assertNotIn("bank", found.mapped("survey_type"))

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_managers_of_customers_see_scores_not_answers(self):
        for role in ("rm_north", "manager_north"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_user(role, self.done.with_env(self.env)).check_access("read")
            self.assertEqual(self.as_user(role, self.scores(self.done)).mapped("score"), [9])
        with self.assertRaises(AccessError):
            self.as_user("rm_south", self.scores(self.done)).read(["score"])

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_confidential_scores_are_for_who_sees_all(self):
        self.program.anonymity = "confidential"
        with self.assertRaises(AccessError):
            self.as_user("rm_north", self.scores(self.done)).read(["score"])
        self.assertEqual(self.as_user("satisfaction", self.scores(self.done)).mapped("score"), [9])

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_answers_are_read_not_written(self):
        for role in ("satisfaction", "compliance", "auditor"):
            mine = self.as_user(role, self.done.with_env(self.env))
            self.assertEqual(mine.partner_id, self.anna)
            for operation in ("write", "unlink", "create"):
                with self.subTest(role=role, operation=operation), self.assertRaises(AccessError):
                    mine.check_access(operation)

    def test_own_words_by_right(self):
        lines = self.done.user_input_line_ids.with_env(self.env)
        with_right = self.as_user("satisfaction", self.done.with_env(self.env)).user_input_line_ids
        self.assertEqual(len(with_right), len(lines))
        without = self.as_user("compliance", self.done.with_env(self.env)).user_input_line_ids
        self.assertEqual(without.question_id.ids, self.nps.ids)

    def test_views_open(self):
        user = self.users["satisfaction"]
        for xmlid in ("survey_user_input_view_list", "survey_user_input_view_form", "survey_user_input_view_search"):
            view = self.env.ref(f"bank_crm_survey.{xmlid}")
            self.env["survey.user_input"].with_user(user).get_view(view.id, view.type)
        for model in ("survey.question", "survey.survey"):
            self.env[model].with_user(user).get_view(view_type="form")
