from odoo import models
from odoo.tools import SQL

# Whether an answer counts; `answer` and `program` are the rows.
COUNTED = SQL(
    """(answer.bank_duplicate_of_id IS NULL AND answer.bank_kpi_ok IS TRUE AND answer.test_entry IS NOT TRUE
        AND (answer.bank_assisted_by_id IS NULL OR program.count_assisted IS TRUE)
        AND (answer.bank_disposition = 'complete'
             OR answer.bank_disposition = 'partial' AND program.count_partial IS TRUE))"""
)
# Columns of a score and where each comes from.
COLUMNS = {
    "user_input_id": "answer.id",
    "question_id": "line.question_id",
    "program_id": "program.id",
    "wave_id": "answer.bank_wave_id",
    "stratum_id": "answer.bank_stratum_id",
    "company_id": "program.company_id",
    "partner_id": "CASE WHEN answer.bank_is_anonymous IS TRUE THEN NULL ELSE answer.partner_id END",
    "metric": "question.bank_metric",
    "metric_code": "question.bank_metric_code",
    "score": "line.bank_score",
    "bucket": "line.bank_bucket",
    "answered_on": "answer.bank_answered_on",
    "channel": "answer.bank_channel",
    "lang": "lang.code",
    "tier_id": "answer.bank_tier_id",
    "branch_id": "answer.bank_branch_id",
    "manager_id": "answer.bank_manager_id",
    "value_class": "answer.bank_value_class",
    "product_id": "answer.bank_product_id",
    "weight": "COALESCE(answer.bank_weight, 1.0)",
}


class SurveyUserInput(models.Model):
    """The scores of answers (``bank.survey.score``), written in passes over many answers."""

    _inherit = "survey.user_input"

    def _write_bank_scores(self):
        """Write the score rows of these answers anew: of those that are ended; the others have none."""
        self.env.flush_all()
        ids = self.ids
        if not ids:
            return
        columns = {**COLUMNS, "is_counted": None}
        sources = [SQL(source) if source else COUNTED for source in columns.values()]
        names = [SQL.identifier(name) for name in columns]
        self.env.execute_query(
            SQL(
                """
                WITH fresh AS (
                    INSERT INTO bank_survey_score (%(names)s)
                    SELECT DISTINCT ON (answer.id, line.question_id) %(sources)s
                      FROM survey_user_input answer
                      JOIN bank_survey_program program ON program.id = answer.bank_program_id
                      JOIN survey_user_input_line line ON line.user_input_id = answer.id
                      JOIN survey_question question ON question.id = line.question_id
                 LEFT JOIN res_lang lang ON lang.id = answer.lang_id
                     WHERE answer.id = ANY(%(ids)s) AND answer.bank_disposition IS NOT NULL
                       AND answer.test_entry IS NOT TRUE AND line.bank_score IS NOT NULL
                       AND question.bank_metric IN ('nps', 'csat', 'ces', 'driver')
                  ORDER BY answer.id, line.question_id, line.id DESC
               ON CONFLICT (user_input_id, question_id) DO UPDATE SET (%(names)s) = ROW(%(excluded)s)
                 RETURNING id
                )
                DELETE FROM bank_survey_score score
                 WHERE score.user_input_id = ANY(%(ids)s) AND score.id NOT IN (SELECT id FROM fresh)
             RETURNING 1
                """,
                names=SQL(", ").join(names),
                sources=SQL(", ").join(sources),
                excluded=SQL(", ").join(SQL("EXCLUDED.%s", name) for name in names),
                ids=ids,
            )
        )
        self.env["bank.survey.score"].invalidate_model(flush=False)

    def _rewrite_counted(self, condition):
        """Decide anew which scores count.

        :param condition: :class:`odoo.tools.SQL` on ``answer``
        """
        self.env.execute_query(
            SQL(
                """UPDATE bank_survey_score score SET is_counted = %(counted)s
                     FROM survey_user_input answer, bank_survey_program program
                    WHERE answer.id = score.user_input_id AND program.id = answer.bank_program_id AND %(condition)s
                      AND score.is_counted IS DISTINCT FROM %(counted)s RETURNING 1""",
                counted=COUNTED,
                condition=condition,
            )
        )
        self.env["bank.survey.score"].invalidate_model(["is_counted"], flush=False)
