from odoo import models
from odoo.tools import SQL

from ..tools.loop import LoopAnswer
from .bank_survey_followup import OPEN_STATES
from .survey_question_metric import MAIN


class SurveyUserInput(models.Model):
    """A finished answer is followed up where a rule says so."""

    _inherit = "survey.user_input"

    def _after_bank_answers(self):
        result = super()._after_bank_answers()
        # sudo: bank.survey.followup - made by the bank's rules, whoever enters the answer
        self.env["bank.survey.followup"].sudo()._follow_up(self._loop_answers())
        return result

    def _decide(self, counts, reason):
        result = super()._decide(counts, reason)
        if not counts:
            # sudo: bank.survey.followup - whoever sets an answer aside decides that nobody calls because of it
            followups = self.env["bank.survey.followup"].sudo()
            open_ones = followups.search([("user_input_id", "in", self.ids), ("state", "in", OPEN_STATES)])
            if open_ones:
                open_ones._cancel(self.env._("The answer was set aside."))
        return result

    def _bank_anonymize(self, keeps_dims=False):
        # sudo: bank.survey.followup - it would tell whose the answer was
        followups = self.env["bank.survey.followup"].sudo().search([("user_input_id", "in", self.ids)])
        followups._forget()
        return super()._bank_anonymize(keeps_dims)

    def _loop_answers(self):
        """Return what rules look at of those among these answers that may be followed up, in one query.

        Not: anonymous ones, tests, duplicates, what was set aside, and what has no score of a main figure: the first
        one answered, in the order of ``survey.survey._bank_main_question``.
        """
        if not self.ids:
            return []
        self.flush_recordset()
        self.env["survey.user_input.line"].flush_model()
        self.env["bank.survey.score"].flush_model()
        self.env["res.partner"].flush_model(["relationship_manager_id", "branch_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT answer.id, program.id, program.company_id, answer.bank_invitation_id, answer.partner_id,
                          answer.bank_branch_id, answer.bank_manager_id, partner.relationship_manager_id,
                          partner.branch_id, answer.bank_tier_id,
                          COALESCE(answer.end_datetime, now() AT TIME ZONE 'UTC'),
                          program.anonymity = 'confidential', main.score, main.bucket,
                          COALESCE(about.is_low, FALSE), words.text
                     FROM survey_user_input AS answer
                     JOIN bank_survey_program AS program ON program.id = answer.bank_program_id
                     JOIN res_partner AS partner ON partner.id = answer.partner_id
                     JOIN LATERAL (SELECT score.score, score.bucket FROM bank_survey_score AS score
                                     JOIN survey_question AS question ON question.id = score.question_id
                                    WHERE score.user_input_id = answer.id AND score.metric = ANY(%(main)s)
                                    ORDER BY array_position(%(main)s, score.metric::text), question.sequence,
                                             question.id
                                    LIMIT 1) AS main ON TRUE
                LEFT JOIN LATERAL (SELECT bool_or(%(is_low)s) AS is_low
                                     FROM bank_survey_score AS score
                                     JOIN survey_question AS question ON question.id = score.question_id
                                    WHERE score.user_input_id = answer.id AND question.bank_about_manager IS TRUE
                                  ) AS about ON TRUE
                LEFT JOIN LATERAL (SELECT string_agg(COALESCE(line.value_text_box, line.value_char_box), E'\\n\\n'
                                                     ORDER BY line.id) AS text
                                     FROM survey_user_input_line AS line
                                    WHERE line.user_input_id = answer.id
                                      AND line.answer_type IN ('text_box', 'char_box')) AS words ON TRUE
                    WHERE answer.id = ANY(%(ids)s)
                      AND program.anonymity <> 'anonymous' AND answer.bank_is_anonymous IS NOT TRUE
                      AND answer.test_entry IS NOT TRUE AND answer.bank_kpi_ok IS TRUE
                      AND answer.bank_duplicate_of_id IS NULL
                    ORDER BY answer.id""",
                ids=self.ids,
                is_low=self._low_score_sql(),
                main=list(MAIN),
            )
        )
        return [LoopAnswer(*row) for row in rows]

    def _low_score_sql(self):
        """Return the condition that a ``score`` of a ``question`` is criticism.

        Its group says so; a figure that has no groups is low in the lower two fifths of its scale.
        """
        return SQL(
            """CASE WHEN score.bucket IS NOT NULL THEN score.bucket IN ('detractor', 'dissatisfied')
                    ELSE (score.score - question.scale_min) * 5 <= 2 * (question.scale_max - question.scale_min)
               END"""
        )
