"""Answers from before 19.0.1.1.0: anonymous ones named staff and first answers, and moments led to them.

What did not count stays so: the reason for it is written down where what it followed from goes.  Answers at QR points
are made coarse by the hourly job, digests of devices are forgotten by the daily one.
"""

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

STATEMENTS = (
    # What staff sent of anonymous programmes waits for a decision: it may be their own.
    """UPDATE survey_user_input answer SET bank_kpi_ok = FALSE, bank_suspect_reason = 'staff'
         FROM bank_survey_program program
        WHERE program.id = answer.bank_program_id AND program.anonymity = 'anonymous'
          AND answer.bank_assisted_by_id IS NOT NULL AND answer.bank_kpi_ok IS TRUE""",
    """UPDATE survey_user_input answer
          SET bank_kpi_ok = FALSE, bank_suspect_reason = 'assisted', bank_reviewed_by_id = %(root)s
         FROM bank_survey_program program
        WHERE program.id = answer.bank_program_id AND answer.bank_is_anonymous IS TRUE
          AND answer.bank_assisted_by_id IS NOT NULL AND answer.bank_kpi_ok IS TRUE
          AND program.count_assisted IS NOT TRUE""",
    # Those that anonymous duplicates followed are gone: their scores still tell that they did not count.
    """UPDATE survey_user_input answer
          SET bank_kpi_ok = FALSE, bank_suspect_reason = 'duplicate', bank_reviewed_by_id = %(root)s
        WHERE answer.bank_is_anonymous IS TRUE AND answer.bank_kpi_ok IS TRUE
          AND answer.bank_disposition = 'complete' AND answer.bank_assisted_by_id IS NULL
          AND EXISTS (SELECT FROM bank_survey_score score
                       WHERE score.user_input_id = answer.id AND score.is_counted IS NOT TRUE)""",
    """UPDATE survey_user_input answer
          SET bank_duplicate_of_id = NULL, bank_kpi_ok = FALSE,
              bank_suspect_reason = CASE WHEN answer.bank_kpi_ok IS TRUE THEN 'duplicate'
                                         ELSE answer.bank_suspect_reason END,
              bank_reviewed_by_id = CASE WHEN answer.bank_kpi_ok IS TRUE THEN %(root)s
                                         ELSE answer.bank_reviewed_by_id END
         FROM survey_user_input first
        WHERE first.id = answer.bank_duplicate_of_id AND first.bank_is_anonymous IS TRUE""",
    """UPDATE survey_user_input answer SET bank_assisted_by_id = NULL
         FROM bank_survey_program program
        WHERE program.id = answer.bank_program_id AND answer.bank_assisted_by_id IS NOT NULL
          AND (answer.bank_is_anonymous IS TRUE OR program.anonymity = 'anonymous')""",
    # Events of anonymous answers had lost their link, and kept the second.
    """UPDATE bank_customer_event
          SET occurred_at = date_trunc('month', occurred_at), create_date = date_trunc('month', create_date),
              write_date = date_trunc('month', write_date)
        WHERE kind = 'survey.answered' AND source_id IS NULL""",
    "UPDATE bank_survey_contact_request SET requested_on = date_trunc('week', requested_on)::date",
)


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.flush_all()
    for statement in STATEMENTS:
        cr.execute(statement, {"root": SUPERUSER_ID})
    env.invalidate_all()
    _recheck_merged(env)


def _recheck_merged(env):
    """Second answers about one occasion of contacts that were merged did not become duplicates."""
    rows = env.execute_query(
        SQL(
            """SELECT answer.id FROM survey_user_input answer
                 JOIN bank_survey_invitation invitation ON invitation.id = answer.bank_invitation_id
                WHERE invitation.touchpoint_ref LIKE '%%merged ' || invitation.id"""
        )
    )
    answers = env["survey.user_input"].browse(answer_id for (answer_id,) in rows)
    if answers:
        answers._mark_duplicates()
        env.flush_all()
        answers._rewrite_counted(SQL("answer.id = ANY(%s)", answers.ids))
