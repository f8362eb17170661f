from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

# What a change of these settings makes of answers that are there.
RECOUNTED = {"count_partial", "count_assisted", "satisfied_from"}
STRICTNESS = {"identified": 0, "confidential": 1, "anonymous": 2}
# Which dimensions a stratification shows.
STRATUM_KEEPERS = {
    "none": (),
    "tier": ("keeps_tier",),
    "branch": ("keeps_branch",),
    "tier_branch": ("keeps_tier", "keeps_branch"),
}


class BankSurveyProgram(models.Model):
    """What a programme's settings make of its answers: which of them count, and what stays of them."""

    _inherit = "bank.survey.program"

    retention_months = fields.Integer(
        string="Keep Answers (Months)",
        default=0,
        tracking=True,
        help="Older answers are made anonymous; their scores stay. 0: for as long as the customer's data is kept.",
    )
    burst_limit = fields.Integer(
        string="Answers of One Device per Day",
        default=20,
        help="More answers of one device at one branch on one day are set aside. 0: no limit.",
    )

    _retention_check = models.Constraint(
        "CHECK(retention_months >= 0)", "Keep Answers (Months): enter a number of months, or 0 for no limit."
    )
    _burst_check = models.Constraint(
        "CHECK(burst_limit >= 0)", "Answers of One Device per Day: enter a number, or 0 for no limit."
    )

    def write(self, vals):
        if "anonymity" in vals:
            self._check_anonymity(vals["anonymity"])
        changed = self.filtered(lambda program: any(program[name] != vals[name] for name in RECOUNTED & set(vals)))
        limits = {program.id: program.satisfied_from for program in changed}
        result = super().write(vals)
        for program in changed:
            program._recount_answers(buckets=program.satisfied_from != limits[program.id])
        return result

    def _check_anonymity(self, anonymity):
        """:raises ValidationError: answers were given under a stricter promise"""
        loosened = self.filtered(lambda program: STRICTNESS.get(anonymity, 0) < STRICTNESS[program.anonymity])
        if loosened and loosened._has_answers():
            raise ValidationError(
                self.env._(
                    "Anonymity: customers have answered under the promise that was made to them. It cannot be "
                    "loosened; make a new programme instead."
                )
            )

    def _has_answers(self):
        # sudo: survey.user_input - only whether there are any
        answers = self.env["survey.user_input"].sudo()
        return bool(answers.search_count([("bank_program_id", "in", self.ids), ("test_entry", "=", False)], limit=1))

    def _check_can_start(self):
        result = super()._check_can_start()
        self._check_no_question_for_a_name()
        return result

    @api.constrains("anonymity", "survey_id", "state")
    def _check_running_asks_no_name(self):
        self.filtered(lambda program: program.state != "draft")._check_no_question_for_a_name()

    def _check_no_question_for_a_name(self):
        """:raises ValidationError: an anonymous programme asks who answers"""
        # sudo: survey.question - which questions are asked, whoever changes the programme
        for question in self.filtered(lambda program: program.anonymity == "anonymous").sudo().survey_id.question_ids:
            if question.save_as_email or question.save_as_nickname:
                raise ValidationError(
                    self.env._(
                        "Anonymity: “%(question)s” asks for the customer's name or address, which an anonymous "
                        "programme must not. Take the question out, or choose another anonymity.",
                        question=question.title,
                    )
                )

    def _keeps_strata_of(self, wave):
        """Whether an anonymous answer may keep its stratum and weight: they say no more than what is kept anyway."""
        keepers = STRATUM_KEEPERS.get(wave.stratify_by or "none")
        return keepers is not None and all(self[name] for name in keepers)

    def _recount_answers(self, buckets=False):
        """Bring the scores of all answers up to date with the settings, in passes over the tables.

        :param buckets: the limit of satisfaction has changed as well
        """
        self.ensure_one()
        self.env.flush_all()
        if buckets:
            self._rewrite_buckets()
        # sudo: survey.user_input - the programme's settings hold for all its answers
        self.env["survey.user_input"].sudo()._rewrite_counted(SQL("answer.bank_program_id = %s", self.id))

    def _rewrite_buckets(self):
        # sudo: survey.question - all versions of the questionnaire that were ever asked
        questions = (
            self.env["survey.question"]
            .sudo()
            .search([("bank_metric", "=", "csat"), ("survey_id", "in", self._asked_survey_ids())])
        )
        facts = [
            (question.id, score, question._bank_bucket_of(score, self))
            for question in questions
            for score in range(question.scale_min, question.scale_max + 1)
        ]
        if not facts:
            return
        values = SQL(", ").join(SQL("(%s, %s, %s)", *fact) for fact in facts)
        self.env.execute_query(
            SQL(
                """UPDATE survey_user_input_line line SET bank_bucket = fact.bucket
                     FROM (VALUES %s) AS fact(question_id, score, bucket), survey_user_input answer
                    WHERE line.question_id = fact.question_id AND line.bank_score = fact.score
                      AND answer.id = line.user_input_id AND answer.bank_program_id = %s RETURNING 1""",
                values,
                self.id,
            )
        )
        self.env.execute_query(
            SQL(
                """UPDATE bank_survey_score score SET bucket = fact.bucket
                     FROM (VALUES %s) AS fact(question_id, score, bucket)
                    WHERE score.question_id = fact.question_id AND score.score = fact.score
                      AND score.program_id = %s RETURNING 1""",
                values,
                self.id,
            )
        )
        self.env["survey.user_input.line"].invalidate_model(["bank_bucket"], flush=False)
        self.env["bank.survey.score"].invalidate_model(["bucket"], flush=False)

    def _asked_survey_ids(self):
        rows = self.env.execute_query(
            SQL("SELECT DISTINCT survey_id FROM survey_user_input WHERE bank_program_id = %s", self.id)
        )
        return [survey_id for (survey_id,) in rows]
