"""What clients send: valid answers are stored, everything else is a validation error, never an exception."""

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .answer_case import AnswerCase


class InputCase(AnswerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.simple = cls.make_question("Which branch?", "simple_choice", comments_allowed=True)
        cls.multiple = cls.make_question("Which products?", "multiple_choice")
        cls.matrix = cls.make_question(
            "How do you rate",
            "matrix",
            matrix_subtype="simple",
            matrix_row_ids=[Command.create({"value": "Staff"}), Command.create({"value": "Rooms"})],
        )
        cls.number = cls.make_question("How often?", "numerical_box")
        cls.date = cls.make_question("When?", "date")
        cls.datetime = cls.make_question("When exactly?", "datetime")
        cls.char = cls.make_question("In a word?", "char_box")
        cls.foreign = cls.env["survey.question"].create(
            {
                "survey_id": cls.make_questionnaire("Another one").id,
                "title": "Foreign",
                "question_type": "simple_choice",
                "suggested_answer_ids": [Command.create({"value": "Foreign choice"})],
            }
        )

    @classmethod
    def make_question(cls, title, kind, **values):
        choices = kind in ("simple_choice", "multiple_choice", "matrix")
        return cls.env["survey.question"].create(
            {
                "survey_id": cls.questionnaire.id,
                "sequence": 50,
                "title": title,
                "question_type": kind,
                "suggested_answer_ids": [Command.create({"value": "First"}), Command.create({"value": "Second"})]
                if choices
                else [],
                **values,
            }
        )

    def good_and_bad(self):
        """Yield ``(question, valid values, invalid values)``."""
        one, two = self.simple.suggested_answer_ids.ids
        of_multiple = self.multiple.suggested_answer_ids.ids
        column, row = self.matrix.suggested_answer_ids.ids[0], str(self.matrix.matrix_row_ids.ids[0])
        foreign = self.foreign.suggested_answer_ids.id
        odd = [True, [1, 2], {"a": 1}, [[1]], {"comment": {}}, 1e400, float("nan")]
        yield (
            self.nps,
            [0, "0", "10", 7, " 8 "],
            [
                *odd,
                "11",
                "-1",
                -5,
                99,
                "99",
                "abc",
                "5.5",
                5.5,
                "1e1",
                "07",
                "٣",
                "+1",
                "None",
                "9" * 5000,
                2**70,
                False,
            ],
        )
        yield self.csat, ["1", 5, None, ""], [*odd, 0, "0", "6"]
        yield (
            self.simple,
            [one, str(two), [one], None],
            [*odd, foreign, "x", -1, 0, [one, one], [one, two], 1.0, str(2**40)],
        )
        yield (
            self.multiple,
            [of_multiple, [str(of_multiple[0])], []],
            [*odd, foreign, [of_multiple[0], foreign], [of_multiple[0], str(of_multiple[0])], one],
        )
        yield (
            self.matrix,
            [{row: [column]}, {}, None],
            [
                True,
                "x",
                [column],
                {row: column},
                {row: [foreign]},
                {str(foreign): [column]},
                {"x": [column]},
                {row: [column, column]},
                {row: {"a": 1}},
                {row: [[column]]},
                {row: self.matrix.suggested_answer_ids.ids},
            ],
        )
        yield self.number, [0, "0", 2.5, "-3", "12.75"], [*odd, "nan", "inf", "1e5", "1_0", "x", 1e300, "9" * 400]
        yield self.date, ["2026-03-31", None], [*odd, "31.3.2026", "2026-13-01", "2026-02-30", 20260331, "x" * 9000]
        yield self.datetime, ["2026-03-31 10:00:00", "2026-03-31"], [*odd, "2026-03-31 25:00:00", "now", 7]
        yield self.char, ["fine", ""], [*odd, 7, "a" * 5001, "null\0byte", "\ud800"]
        yield self.words, ["Fine\nreally", "a" * 5000], [*odd, 0, "a" * 5001, "null\0byte"]


@tagged("post_install", "-at_install")
class TestSurveyInput(InputCase):
    def test_valid_values_are_stored(self):
        answer = self.begin()
        for question, good, _bad in self.good_and_bad():
            for value in good:
                with self.subTest(question=question.title, value=value):
                    self.assertEqual(question.validate_question(value), {})
                    answer._save_lines(question, value)
                    lines = answer.user_input_line_ids.filtered(lambda line, asked=question: line.question_id == asked)
                    self.assertEqual(set(lines.mapped("skipped")), {value in (None, "", []) or value == {}})

    def test_invalid_values_are_errors(self):
        answer = self.begin()
        for question, _good, bad in self.good_and_bad():
            for value in bad:
                with self.subTest(question=question.title, value=str(value)[:40]):
                    self.assertEqual(set(question.validate_question(value)), {question.id})
                    with self.assertRaises(ValidationError):
                        answer._save_lines(question, value)
        self.assertFalse(answer.user_input_line_ids)

    def test_comments(self):
        choice = self.simple.suggested_answer_ids.ids[0]
        self.assertEqual(self.simple.validate_question(choice, "because"), {})
        for comment in (True, 7, {"a": 1}, ["x"], "a" * 5001, "null\0byte"):
            with self.subTest(comment=str(comment)[:20]):
                self.assertTrue(self.simple.validate_question(choice, comment))
        self.assertTrue(self.multiple.validate_question([], "no comment is asked for"))

    def test_mandatory(self):
        for value in (None, "", "  "):
            self.assertTrue(self.nps.validate_question(value), value)
        self.assertEqual(self.nps.validate_question(0), {})

    def test_zero_of_a_number_is_no_skipping(self):
        answer = self.begin()
        answer._save_lines(self.number, 0)
        self.assertFalse(answer.user_input_line_ids.skipped)

    def test_question_of_another_questionnaire(self):
        answer = self.begin()
        with self.assertRaises(ValidationError):
            answer._save_lines(self.foreign, self.foreign.suggested_answer_ids.id)

    def test_numbers_are_masked_before_they_are_stored(self):
        answer = self.begin()
        card = "4111 1111 1111 1111"
        answer._save_lines(self.words, f"My card {card} was refused")
        answer._save_lines(self.simple, self.simple.suggested_answer_ids.ids[0], f"card {card}")
        self.env.flush_all()
        self.env.cr.execute("SELECT concat_ws(' ', value_char_box, value_text_box) FROM survey_user_input_line")
        stored = " ".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("was refused", stored)
        self.assertNotIn("1111 1111 1111", stored)
        line = answer.user_input_line_ids.filtered("value_text_box")
        line.write({"value_text_box": f"again {card}"})
        self.assertNotIn(card, line.value_text_box)

    def test_ordinary_surveys_are_as_they_were(self):
        survey = self.env["survey.survey"].create({"title": "Party", "survey_type": "custom", "access_mode": "public"})
        question = self.env["survey.question"].create(
            {"survey_id": survey.id, "title": "Card?", "question_type": "char_box"}
        )
        answer = survey._create_answer(email="guest@example.com")
        answer._save_lines(question, "4111 1111 1111 1111")
        self.assertEqual(answer.user_input_line_ids.value_char_box, "4111 1111 1111 1111")
        answer._mark_done()
        self.assertFalse(answer.bank_disposition)


@tagged("post_install", "-at_install")
class TestSurveyMetric(AnswerCase):
    def test_recommendation_needs_0_to_10(self):
        for low, high in ((1, 10), (0, 9), (1, 5)):
            with self.subTest(low=low), self.assertRaisesRegex(ValidationError, "exactly 0 to 10"):
                self.nps.write({"scale_min": low, "scale_max": high})

    def test_metrics_need_a_scale(self):
        for metric in ("nps", "csat", "ces", "driver"):
            with self.subTest(metric=metric), self.assertRaisesRegex(ValidationError, "is no scale"):
                self.words.write({"bank_metric": metric, "bank_metric_code": "another"})

    def test_code_is_the_metric(self):
        survey = self.env["survey.survey"].create({"title": "New", "survey_type": "bank"})
        question = self.env["survey.question"].create(
            {
                "survey_id": survey.id,
                "title": "Easy?",
                "question_type": "scale",
                "scale_min": 1,
                "scale_max": 7,
                "bank_metric": "ces",
            }
        )
        self.assertEqual(question.bank_metric_code, "ces")
        question.write({"bank_metric": False, "bank_metric_code": False})
        question.bank_metric = "csat"
        self.assertEqual(question.bank_metric_code, "csat")
        with self.assertRaisesRegex(ValidationError, "two questions"):
            question.copy({"survey_id": survey.id})
        with self.assertRaisesRegex(ValidationError, "needs a code"):
            question.copy({"survey_id": survey.id, "bank_metric": "driver", "bank_metric_code": False})
