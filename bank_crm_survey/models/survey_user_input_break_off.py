from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

BATCH = 200
# Longer than any request takes.
AT_THE_SAME_MOMENT = timedelta(minutes=15)
CLOSED_STATES = ("expired", "withdrawn", "refused", "bounced")


class SurveyUserInput(models.Model):
    """Answers that were begun and not sent off: after a time without activity they are closed, as far as they came.

    Whoever comes back while the invitation is open goes on with the same answer, which is complete then.
    """

    _inherit = "survey.user_input"

    _bank_open_idx = models.Index(
        "(bank_program_id) WHERE state = 'in_progress' AND bank_disposition IS NULL AND bank_program_id IS NOT NULL"
    )
    _bank_nameless_idx = models.Index(
        "(id) WHERE bank_program_id IS NOT NULL AND partner_id IS NULL AND bank_invitation_id IS NULL"
        " AND bank_is_anonymous IS NOT TRUE"
    )
    _bank_ended_idx = models.Index("(end_datetime) WHERE state = 'done' AND bank_program_id IS NOT NULL")

    @api.model
    def _cron_bank_break_off(self, batch=BATCH):
        """Close answers without activity, and cut anonymous ones that nobody can go on with any more."""
        # sudo: survey.user_input - the cron's user need not see answers
        answers = self.sudo()
        answers._recheck_duplicates()
        crons = self.env["ir.cron"]
        for ids_of, work in (
            (answers._idle_ids, lambda idle: idle._bank_break_off()),
            (answers._abandoned_ids, lambda left: left._bank_anonymize()),
            (answers._nameless_ids, lambda left: left._bank_anonymize_nameless()),
        ):
            while ids := ids_of(batch):
                work(answers.browse(ids))
                if not crons._commit_progress(len(ids)):
                    return

    @api.model
    def _idle_ids(self, limit):
        """Return ids of answers without activity for as long as their programme says, or whose time is over."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT answer.id
                  FROM survey_user_input answer
                  JOIN bank_survey_program program ON program.id = answer.bank_program_id
             LEFT JOIN bank_survey_wave wave ON wave.id = answer.bank_wave_id
             LEFT JOIN bank_survey_invitation invitation ON invitation.id = answer.bank_invitation_id
                 WHERE answer.state = 'in_progress' AND answer.bank_disposition IS NULL
                   AND answer.test_entry IS NOT TRUE
                   AND (wave.state = 'closed' OR invitation.state IN %(closed)s
                        OR GREATEST(answer.write_date, (SELECT max(line.write_date) FROM survey_user_input_line line
                                                         WHERE line.user_input_id = answer.id))
                           < %(now)s - make_interval(hours => GREATEST(program.partial_hours, 1)))
              ORDER BY answer.id LIMIT %(limit)s FOR UPDATE OF answer SKIP LOCKED
                """,
                closed=CLOSED_STATES,
                now=fields.Datetime.now(),
                limit=limit,
            )
        )
        return [answer_id for (answer_id,) in rows]

    def _bank_break_off(self):
        """Close these answers where they stand: ``partial`` behind the main question, ``break_off`` before it."""
        asked = self.filtered(lambda answer: answer.survey_id._bank_main_question())
        asked._write_dispositions("partial", "break_off")
        (self - asked)._write_dispositions("break_off", "break_off")
        self._mark_duplicates()
        begun = self.bank_invitation_id.filtered(lambda invitation: invitation.state == "started")
        begun.write({"state": "partial"})
        self._write_bank_scores()
        self.filtered(lambda answer: answer.bank_program_id.anonymity != "anonymous")._after_bank_answers()

    def _bank_resume(self):
        """The customer goes on with an answer that was closed without him: it is open again until he stops."""
        if self.bank_disposition and self.state != "done":
            self.write({"bank_disposition": False})
            self._write_bank_scores()

    @api.model
    def _abandoned_ids(self, limit):
        """Return ids of unfinished anonymous answers with an invitation that is not open any more."""
        now = fields.Datetime.now()
        over = (
            Domain("bank_invitation_id.state", "in", CLOSED_STATES)
            | Domain("bank_invitation_id.expires_at", "<", now)
            | Domain("bank_wave_id.state", "=", "closed")
        )
        return self.search(
            Domain("bank_program_id.anonymity", "=", "anonymous")
            & Domain("bank_invitation_id", "!=", False)
            & Domain("bank_disposition", "!=", False)
            & over,
            limit=limit,
        ).ids

    @api.model
    def _nameless_ids(self, limit):
        """Return ids of ended answers of QR points that nobody can go on with any more, which keep their times yet."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM survey_user_input
                    WHERE bank_program_id IS NOT NULL AND partner_id IS NULL AND bank_invitation_id IS NULL
                      AND bank_is_anonymous IS NOT TRUE AND bank_disposition IS NOT NULL AND test_entry IS NOT TRUE
                      AND create_date < %s - interval '1 day'
                 ORDER BY id LIMIT %s""",
                fields.Datetime.now(),
                limit,
            )
        )
        return [answer_id for (answer_id,) in rows]

    def _bank_anonymize_nameless(self):
        anonymous = self.filtered(lambda answer: answer.bank_program_id.anonymity == "anonymous")
        anonymous._bank_anonymize()
        (self - anonymous)._bank_anonymize(keeps_dims=True)

    @api.model
    def _recheck_duplicates(self):
        """Find duplicates that were sent off at the same moment and did not see each other.

        Looked at are those of two days, in case the scheduler stood still, which followed another one closely.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT answer.id
                  FROM survey_user_input answer
                 WHERE answer.state = 'done' AND answer.bank_duplicate_of_id IS NULL
                   AND answer.bank_program_id IS NOT NULL AND answer.end_datetime > %(now)s - interval '2 days'
                   AND EXISTS (SELECT FROM survey_user_input other
                                WHERE other.partner_id = answer.partner_id AND other.id != answer.id
                                  AND other.bank_program_id = answer.bank_program_id AND other.state = 'done'
                                  AND other.end_datetime BETWEEN answer.end_datetime - %(near)s
                                                             AND answer.end_datetime)
                """,
                now=fields.Datetime.now(),
                near=AT_THE_SAME_MOMENT,
            )
        )
        answers = self.browse(answer_id for (answer_id,) in rows)
        if answers:
            answers._mark_duplicates()
            self.env.flush_all()
            self._rewrite_counted(SQL("answer.id = ANY(%s)", answers.ids))
