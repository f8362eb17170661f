"""The questionnaires and programmes that are shipped."""

from odoo.exceptions import AccessError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import file_open
from odoo.tools.safe_eval import safe_eval
from odoo.tools.translate import PoFileReader

from .common import SurveyCase

CHINESE = "bank_crm_survey/i18n/zh_CN.po"
SHIPPED = ("relationship", "complaint", "visit", "opening", "seminar", "poll_hours", "poll_services")
MAIN_METRICS = ("nps", "csat", "ces")
SCALES = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7), "driver": (1, 5)}
PROGRAMS = {
    "relationship": ("REL", "relationship"),
    "complaint": ("CPL", "transactional"),
    "visit": ("VISIT", "transactional"),
    "opening": ("OPEN", "transactional"),
    "seminar": ("SEM", "transactional"),
    "poll": ("POLL", "poll"),
    "poll_services": ("POLL2", "poll"),
}


@tagged("post_install", "-at_install")
class TestShippedQuestionnaires(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.questionnaires = cls.env["survey.survey"].union(
            *(cls.env.ref(f"bank_crm_survey.questionnaire_{name}") for name in SHIPPED)
        )
        cls.programs = {
            name: cls.env.ref(f"bank_crm_survey.bank_survey_program_{name}").with_context(lang="en_US")
            for name in PROGRAMS
        }

    def test_nothing_that_is_shipped_is_missing_here(self):
        data = self.env["ir.model.data"].search([("module", "=", "bank_crm_survey"), ("model", "=", "survey.survey")])
        self.assertEqual(set(data.mapped("res_id")), set(self.questionnaires.ids))

    def test_one_main_figure_each_asked_first_and_not_to_be_skipped(self):
        for survey in self.questionnaires:
            with self.subTest(survey=survey.title):
                mandatory = survey.question_ids.filtered("constr_mandatory")
                self.assertEqual(mandatory, survey.question_ids[0])
                self.assertIn(mandatory.bank_metric, MAIN_METRICS)
                self.assertTrue(mandatory.constr_error_msg)
                # with going back, Odoo would not insist on an answer page by page
                self.assertFalse(survey.users_can_go_back)
                metrics = [metric for metric in survey.question_ids.mapped("bank_metric") if metric in MAIN_METRICS]
                self.assertEqual(len(metrics), len(set(metrics)))

    def test_scales(self):
        for question in self.questionnaires.question_ids.filtered(lambda question: question.bank_metric in SCALES):
            with self.subTest(question=question.title):
                self.assertEqual(question.question_type, "scale")
                self.assertEqual((question.scale_min, question.scale_max), SCALES[question.bank_metric])
                self.assertTrue(question.scale_min_label and question.scale_max_label, "both ends are named")

    def test_codes(self):
        for survey in self.questionnaires:
            with self.subTest(survey=survey.title):
                codes = survey.question_ids.mapped("bank_metric_code")
                self.assertTrue(all(codes))
                self.assertEqual(len(codes), len(set(codes)))
                self.assertEqual(len(survey.question_ids.filtered(lambda q: q.bank_metric == "verbatim")), 1)
        by_code = {}
        for question in self.questionnaires.question_ids:
            by_code.setdefault(question.bank_metric_code, set()).add((question.bank_metric, question.question_type))
        self.assertEqual({code: kinds for code, kinds in by_code.items() if len(kinds) > 1}, {})

    def test_criticism_of_the_manager_is_known_as_such(self):
        about = self.questionnaires.question_ids.filtered("bank_about_manager")
        self.assertEqual(about, self.env.ref("bank_crm_survey.question_relationship_manager"))

    def test_short_enough_for_a_phone(self):
        for survey in self.questionnaires:
            with self.subTest(survey=survey.title):
                self.assertEqual(survey.questions_layout, "page_per_section")
                self.assertLessEqual(len(survey.question_ids), 6)
                self.assertLessEqual(max(len(page.question_ids) for page in survey.page_ids), 4)
                self.assertFalse(survey.question_ids.filtered(lambda question: not question.page_id))

    def test_closed_to_the_public_and_in_all_languages(self):
        for survey in self.questionnaires:
            with self.subTest(survey=survey.title):
                self.assertEqual((survey.survey_type, survey.access_mode), ("bank", "token"))
                self.assertFalse(survey.users_login_required)
                installed = [code for code, _name in self.env["res.lang"].get_installed()]
                self.assertEqual(survey._get_supported_lang_codes(), installed)

    def test_programs_are_drafts_that_could_be_started(self):
        for name, program in self.programs.items():
            with self.subTest(program=name):
                self.assertEqual((program.code, program.kind), PROGRAMS[name])
                self.assertEqual(program.state, "draft")
                self.assertEqual(program.company_id, self.env.ref("base.main_company"))
                self.assertFalse(program.invitation_ids)
                program._check_can_start()

    def test_polls_are_anonymous(self):
        for program in self.programs.values():
            self.assertEqual(program.anonymity == "anonymous", program.kind == "poll", program.name)


@tagged("post_install", "-at_install")
class TestChinese(TransactionCase):
    """Every term of the shipped questionnaires is translated; the file is read, so no language need be installed."""

    TERMS = {
        "survey.survey": ("title", "description", "description_done"),
        "survey.question": (
            "title", "description", "question_placeholder", "scale_min_label", "scale_max_label", "constr_error_msg",
        ),
        "survey.question.answer": ("value",),
        "bank.survey.program": ("name", "description"),
    }  # fmt: skip

    def terms(self):
        for model, names in self.TERMS.items():
            data = self.env["ir.model.data"].search([("module", "=", "bank_crm_survey"), ("model", "=", model)])
            records = self.env[model].with_context(lang="en_US", active_test=False).browse(data.mapped("res_id"))
            for name in names:
                for value in filter(None, records.exists().mapped(name)):
                    yield name, str(value).removeprefix("<p>").removesuffix("</p>")

    def chinese(self):
        with file_open(CHINESE, "rb") as file:
            return {row["src"]: row["value"] for row in PoFileReader(file)}

    def test_complete(self):
        terms = list(self.terms())
        self.assertGreater(len(terms), 100)
        chinese = self.chinese()
        self.assertEqual({term for _name, term in terms if not chinese.get(term)}, set())

    def test_polite_and_in_the_words_of_the_trade(self):
        chinese = self.chinese()
        questions = [chinese.get(term, "") for name, term in self.terms() if name == "title" and term.endswith("?")]
        self.assertFalse([text for text in questions if "你" in text])
        self.assertIn("推荐", chinese["How likely are you to recommend us to a friend, relative or colleague?"])


class TestLanguageOfTheRespondent(SurveyCase):
    def test_a_question_in_two_languages(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        question = self.env.ref("bank_crm_survey.question_visit_csat")
        question.with_context(lang="zh_CN").title = "您对本次到访网点的体验是否满意？"
        self.assertIn("zh_CN", question.survey_id._get_supported_lang_codes())
        self.assertTrue(question.with_context(lang="en_US").title.startswith("How satisfied"))
        self.assertTrue(question.with_context(lang="zh_CN").title.startswith("您对"))


class TestMakingOne(SurveyCase):
    def new_form(self, user):
        action = self.env.ref("bank_crm_survey.bank_survey_questionnaire_action")
        context = safe_eval(action.context)
        return Form(
            self.env["survey.survey"].with_user(user).with_context(**context), "survey.survey_survey_view_form"
        )

    def test_a_satisfaction_manager_makes_a_questionnaire(self):
        user = self.users["satisfaction"]
        with self.new_form(user) as form:
            form.title = "Of our own"
        survey = form.record
        self.assertEqual((survey.survey_type, survey.access_mode), ("bank", "token"))
        self.assertFalse(survey.lang_ids, "in all languages")
        question = (
            self.env["survey.question"]
            .with_user(user)
            .create({**self.question_vals("How satisfied are you?", "csat", 1, 5), "survey_id": survey.id})
        )
        self.assertEqual(question.survey_id, survey)
        action = self.env.ref("bank_crm_survey.bank_survey_questionnaire_action")
        found = self.env["survey.survey"].with_user(user).search(safe_eval(action.domain))
        self.assertIn(survey, found)

    def test_nobody_else_does(self):
        for name in ("rm_north", "agent", "auditor", "survey_user"):
            with self.subTest(user=name), self.assertRaises(AccessError):
                self.env["survey.survey"].with_user(self.users[name]).create(
                    {"title": "Of our own", "survey_type": "bank", "access_mode": "token"}
                )
