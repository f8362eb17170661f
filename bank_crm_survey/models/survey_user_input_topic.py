from odoo import fields, models
from odoo.tools import SQL


class SurveyUserInput(models.Model):
    """What an answer is about: topics found in the customer's own words, which staff may correct."""

    _inherit = "survey.user_input"

    bank_topic_ids = fields.Many2many(
        comodel_name="bank.survey.topic",
        relation="bank_survey_answer_topic_rel",
        column1="user_input_id",
        column2="topic_id",
        string="Topics",
        readonly=True,
    )
    bank_topics_by_hand = fields.Boolean(readonly=True, help="Staff corrected the topics; they are not found anew.")

    def _write_bank_scores(self):
        result = super()._write_bank_scores()
        if self.ids:
            self._tag_bank_topics_where(SQL("answer.id = ANY(%s)", self.ids))
        return result

    def _set_bank_topics(self, topics):
        """Correct the topics by hand; whoever calls has checked the right to do so."""
        # sudo: survey.user_input - topics alone
        self.sudo().write({"bank_topic_ids": [(6, 0, topics.ids)], "bank_topics_by_hand": True})

    def _tag_bank_topics_where(self, condition, topics=None):
        """Find the topics of the bank's answers anew, in three queries whatever their number.

        :param condition: SQL on ``answer``, a row of ``survey_user_input``
        :param topics: only these; default: all
        """
        self.env["bank.survey.topic"].flush_model()
        self.env["survey.user_input.line"].flush_model(["value_text_box", "value_char_box", "user_input_id"])
        self.flush_model(["bank_topics_by_hand", "bank_program_id", "bank_topic_ids"])
        which = SQL("topic.id = ANY(%s)", topics.ids) if topics is not None else SQL("TRUE")
        self.env.cr.execute(
            SQL(
                """DELETE FROM bank_survey_answer_topic_rel AS tag
                    USING survey_user_input AS answer, bank_survey_topic AS topic
                    WHERE answer.id = tag.user_input_id AND topic.id = tag.topic_id AND %(which)s AND %(condition)s
                      AND answer.bank_program_id IS NOT NULL AND answer.bank_topics_by_hand IS NOT TRUE""",
                which=which,
                condition=condition,
            )
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO bank_survey_answer_topic_rel (user_input_id, topic_id)
                   SELECT DISTINCT answer.id, topic.id
                     FROM survey_user_input AS answer
                     JOIN survey_user_input_line AS line ON line.user_input_id = answer.id
                     JOIN bank_survey_topic AS topic
                       ON topic.active IS TRUE AND topic.pattern IS NOT NULL
                      AND COALESCE(line.value_text_box, line.value_char_box) ~* topic.pattern
                    WHERE line.answer_type IN ('text_box', 'char_box') AND %(which)s AND %(condition)s
                      AND answer.bank_program_id IS NOT NULL AND answer.bank_topics_by_hand IS NOT TRUE
                   ON CONFLICT DO NOTHING""",
                which=which,
                condition=condition,
            )
        )
        self.invalidate_model(["bank_topic_ids"])
