"""Scores of answers: their groups, which of them count, and what settings change."""

from odoo.tests import tagged

from ..tools.scoring import bucket_of
from .answer_case import AnswerCase


@tagged("post_install", "-at_install")
class TestSurveyScores(AnswerCase):
    def test_buckets(self):
        def groups(metric, low, high, limit=0):
            letters = {"promoter": "P", "passive": "-", "detractor": "D", "satisfied": "S", "neutral": "n"}
            return "".join(
                letters.get(bucket_of(metric, score, low, high, limit), "d") for score in range(low, high + 1)
            )

        self.assertEqual(groups("nps", 0, 10), "DDDDDDD--PP")
        self.assertEqual(groups("csat", 1, 5), "ddnSS")
        self.assertEqual(groups("csat", 1, 7), "ddnnnSS")
        self.assertEqual(groups("csat", 1, 10), "ddddnnnnSS")
        self.assertEqual(groups("csat", 1, 5, 3), "ddSSS")
        self.assertEqual(groups("ces", 1, 7), "ddnnSSS")
        self.assertEqual(groups("ces", 1, 5), "ddnSS")
        self.assertEqual(groups("driver", 0, 3), "dnSS")
        self.assertEqual(groups("csat", 0, 1), "SS")
        self.assertIsNone(bucket_of("nps", 11, 0, 10))
        self.assertIsNone(bucket_of("nps", None, 0, 10))
        self.assertIsNone(bucket_of("verbatim", 1, 0, 10))

    def test_zero_is_a_score(self):
        answer = self.begin()
        self.fill(answer, {self.nps: 0, self.csat: ""})
        nps, csat = answer.user_input_line_ids.sorted("question_sequence")
        self.assertFalse(nps.skipped)
        self.assertEqual((self.column(nps, "bank_score"), nps.bank_bucket), (0, "detractor"))
        self.assertTrue(csat.skipped)
        self.assertIsNone(self.column(csat, "bank_score"))
        answer._mark_done()
        self.assertEqual(self.scores(answer).mapped("score"), [0])

    def test_a_line_costs_few_statements(self):
        """Storing, masking and scoring line by line, as a page is sent by every customer."""
        answers = [self.begin(), self.begin(self.ben)]
        for answer in answers:  # the first one fills the caches
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            for question, value in ((self.nps, "9"), (self.csat, "4"), (self.about_manager, "5")):
                answer._save_lines(question, value)
            self.env.flush_all()
            count = self.env.cr.sql_log_count - before
        self.assertLessEqual(count, 10)
        lines = answers[1].user_input_line_ids
        self.assertEqual([self.column(line, "bank_score") for line in lines], [9, 4, 5])
        self.assertEqual([self.column(line, "bank_bucket") for line in lines], ["promoter", "satisfied", "satisfied"])

    def test_score_withdrawn_when_skipped_later(self):
        answer = self.begin()
        self.fill(answer, {self.csat: "5"})
        line = answer.user_input_line_ids
        self.assertEqual((line.bank_score, line.bank_bucket), (5, "satisfied"))
        self.fill(answer, {self.csat: ""})
        self.assertEqual(len(answer.user_input_line_ids), 1)
        self.assertIsNone(self.column(line, "bank_score"))
        self.assertFalse(line.bank_bucket)

    def test_sharp_nps(self):
        customers = [self.make_customer(f"Customer {index}") for index in range(7)]
        answers = self.env["survey.user_input"]
        for customer, value in zip(customers, ["10", "10", "9", "8", "7", "6", "0"], strict=True):
            answers |= self.answer(customer, value)
        scores = self.scores(answers)
        buckets = scores.mapped("bucket")
        self.assertEqual((buckets.count("promoter"), buckets.count("detractor"), len(scores)), (3, 2, 7))
        self.assertEqual(set(scores.mapped("is_counted")), {True})

    def test_row_of_a_score(self):
        answer = self.answer()
        score = self.scores(answer)
        self.assertEqual(score.partner_id, self.anna)
        self.assertEqual(score.branch_id, self.north_vip)
        self.assertEqual(score.manager_id, self.users["rm_north"])
        self.assertEqual((score.metric, score.metric_code, score.bucket), ("nps", "nps", "promoter"))
        self.assertEqual((score.channel, score.lang, score.weight), ("email", "en_US", 1.0))
        self.assertEqual(score.answered_on, self.env["bank.run"]._today())
        self.assertEqual(score.company_id, self.company)

    def test_rewriting_keeps_rows(self):
        answers = self.answer() | self.answer(self.ben, "3")
        before = self.scores(answers)
        answers._write_bank_scores()
        self.assertEqual(self.scores(answers), before)

    def test_assisted_counts_if_the_programme_says_so(self):
        invitation = self.make_invitation()
        answer = invitation._start(assisted_by=self.users["agent"])
        self.fill(answer, {self.nps: "9"})
        answer._mark_done()
        score = self.scores(answer)
        self.assertFalse(score.is_counted)
        self.program.count_assisted = True
        self.assertTrue(score.is_counted)
        self.program.count_assisted = False
        self.assertFalse(score.is_counted)

    def test_limit_of_satisfaction(self):
        answer = self.begin()
        self.fill(answer, {self.nps: "9", self.csat: "3", self.about_manager: "3"})
        answer._mark_done()
        csat = self.scores(answer).filtered(lambda score: score.metric == "csat")
        driver = self.scores(answer).filtered(lambda score: score.metric == "driver")
        self.assertEqual(csat.bucket, "neutral")
        self.program.satisfied_from = 3
        self.assertEqual((csat.bucket, driver.bucket), ("satisfied", "neutral"))
        line = answer.user_input_line_ids.filtered(lambda line: line.question_id == self.csat)
        self.assertEqual(line.bank_bucket, "satisfied")

    def test_recount_is_set_based(self):
        for index in range(12):
            self.answer(self.make_customer(f"Customer {index}"))
        self.env.flush_all()
        with self.assertQueryCount(12):
            self.program.count_assisted = True

    def test_scores_of_many_in_few_queries(self):
        answers = self.env["survey.user_input"].union(
            *(self.answer(self.make_customer(f"Customer {index}")) for index in range(12))
        )
        self.env.flush_all()
        with self.assertQueryCount(4):
            answers._write_bank_scores()
