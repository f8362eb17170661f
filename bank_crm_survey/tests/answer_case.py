"""Answering as customers do, for the tests of answers."""

from .common import SurveyCase


class AnswerCase(SurveyCase):
    @classmethod
    def begin(cls, partner=None, program=None, **values):
        """Return a begun answer of a new invitation, as superuser."""
        return cls.make_invitation(partner or cls.anna, program=program, **values)._start()

    @classmethod
    def fill(cls, answer, values):
        """Store ``{question: value}`` as the page does: what is valid."""
        for question, value in values.items():
            assert not question.validate_question(value), question.title
            answer._save_lines(question, value)

    @classmethod
    def answer(cls, partner=None, nps="9", program=None, **values):
        """Return an answer that was sent off, with its invitation's ``values``."""
        answer = cls.begin(partner, program=program, **values)
        survey = answer.survey_id
        cls.fill(answer, {survey._bank_main_question(): nps})
        answer._mark_done()
        return answer

    def scores(self, answers):
        return self.env["bank.survey.score"].search([("user_input_id", "in", answers.ids)], order="id")

    def column(self, record, name):
        """Return a column as it stands in the database: 0 and NULL are two things."""
        self.env.flush_all()
        self.env.cr.execute(f'SELECT "{name}" FROM "{record._table}" WHERE id = %s', [record.id])
        return self.env.cr.fetchone()[0]
