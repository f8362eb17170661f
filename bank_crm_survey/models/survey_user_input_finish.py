from odoo import fields, models


class SurveyUserInput(models.Model):
    """What happens when an answer is sent off, by whichever way: it is judged, scored and told to whom it concerns."""

    _inherit = "survey.user_input"

    def write(self, vals):
        if vals.get("state") != "done":
            return super().write(vals)
        ending = self.filtered(lambda answer: answer.state != "done" and answer._is_bank_answer())
        result = super().write(vals)
        if ending:
            ending._bank_finish_answers()
        return result

    def _is_bank_answer(self):
        """Whether this is an answer of a programme, and no test of a questionnaire."""
        self.ensure_one()
        return bool(self.bank_program_id and not self.test_entry)

    def _bank_finish_answers(self):
        """Judge and score answers that were just ended, and make anonymous ones what they promised to be."""
        # sudo: survey.user_input - the public page or the cron that ended them has no rights to any of this
        answers = self.sudo()
        answers._end_now()
        answers._bank_judge()
        answers.filtered("bank_reopening_ids")._recheck_other_answers()
        answers._complete_invitations()
        anonymous = answers.filtered(lambda answer: answer.bank_program_id.anonymity == "anonymous")
        named = answers - anonymous
        named._write_bank_scores()
        named._record_answered()
        named._after_bank_answers()
        anonymous._bank_anonymize()  # writes their scores
        # Whoever answered at a QR point may leave his name behind the answer: its times must not lead to it.
        named.filtered(lambda answer: not answer.partner_id)._bank_anonymize(keeps_dims=True)

    def _end_now(self):
        """Note when the answers were ended and how far the customers came."""
        now = fields.Datetime.now()
        # Live sessions end answers without a time.
        self.filtered(lambda answer: not answer.end_datetime).write({"end_datetime": now})
        for answer in self.filtered("bank_reopening_ids"):
            # A correction is no new answer: it keeps its day, and its place before those that followed.
            if first := min(filter(None, answer.bank_reopening_ids.mapped("answered_at")), default=None):
                answer.end_datetime = first
        self._write_dispositions("complete", "break_off")

    def _write_dispositions(self, reached, not_reached):
        """Note how these answers were ended, of whoever answered the main question and of the others, and the day."""
        with_score = self._with_main_score()
        with_score.write({"bank_disposition": reached})
        (self - with_score).write({"bank_disposition": not_reached})
        dated = self.filtered(lambda answer: answer.bank_reopening_ids and answer.bank_answered_on)
        for company, answers in (self - dated).grouped(lambda answer: answer.bank_program_id.company_id).items():
            answers.write({"bank_answered_on": self.env["bank.run"].with_company(company)._today()})

    def _with_main_score(self):
        """Return those of these answers in which the main question was answered, or whose questionnaire has none."""
        lines = self.env["survey.user_input.line"].search(
            [("user_input_id", "in", self.ids), ("question_id.bank_metric", "!=", False)]
        )
        scored = {
            (line.user_input_id.id, line.question_id.id)
            for line in lines
            if line.answer_type == "scale" and not line.skipped
        }
        main = {survey.id: survey._bank_main_question().id for survey in self.survey_id}
        return self.filtered(
            lambda answer: not main[answer.survey_id.id] or (answer.id, main[answer.survey_id.id]) in scored
        )

    def _complete_invitations(self):
        now = fields.Datetime.now()
        self.bank_invitation_id.write({"state": "completed", "completed_at": now, "next_reminder_at": False})

    def _record_answered(self):
        """Tell the customer's history that he answered; neither what nor how satisfied he is."""
        answers = self.filtered("partner_id")
        programs = self.env["bank.customer.event"]._names(answers.bank_program_id)
        self.env["bank.customer.event"]._record(
            "survey.answered",
            [
                {
                    "partner_id": answer.partner_id.id,
                    "source_model": self._name,
                    "source_id": answer.id,
                    "occurred_at": fields.Datetime.now() if answer.bank_reopening_ids else answer.end_datetime,
                    "payload": {
                        "id": answer.id,
                        "label": programs[answer.bank_program_id.id],
                        "program": answer.bank_program_id.code,
                    },
                }
                for answer in answers
            ],
        )

    def _after_bank_answers(self):
        """Called once for answers that were finished, after their scores are written; topics of the addon extend it.

        Anonymous answers are never among them.
        """

    def _notify_new_participation_subscribers(self):
        # A message would tell followers of the questionnaire who answered.
        others = self.filtered(lambda answer: answer.survey_id.survey_type != "bank")
        return super(SurveyUserInput, others)._notify_new_participation_subscribers()
