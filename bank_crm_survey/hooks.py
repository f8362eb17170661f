"""What happens when the addon is taken away."""

from psycopg2 import IntegrityError

from odoo.tools import SQL, mute_logger

BANK_SURVEYS = SQL("SELECT id FROM survey_survey WHERE survey_type = 'bank'")


def uninstall_hook(env):
    """Delete the bank's questionnaires with their answers.

    Without the rules of this addon they would be ordinary surveys: whoever makes surveys would read what customers
    answered.
    """
    env.flush_all()
    tables = env.execute_query(
        SQL(
            """SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
                  AND starts_with(relname, 'bank_survey_')"""
        )
    )
    statements = [SQL("DELETE FROM %s", SQL.identifier(name)) for (name,) in tables]
    statements += [
        SQL(
            """DELETE FROM mail_message WHERE starts_with(model, 'bank.survey.') OR model = 'survey.user_input'
                  AND res_id IN (SELECT id FROM survey_user_input WHERE survey_id IN (%s))""",
            BANK_SURVEYS,
        ),
        SQL("DELETE FROM survey_user_input WHERE survey_id IN (%s)", BANK_SURVEYS),
        SQL("DELETE FROM survey_survey WHERE id IN (%s)", BANK_SURVEYS),
    ]
    while statements:
        left = [statement for statement in statements if not _done(env, statement)]
        if len(left) == len(statements):  # what other addons hang on them stays, and they stay with it
            break
        statements = left
    env.invalidate_all(flush=False)


def _done(env, statement):
    """Whether nothing refers to the rows any more and they could be deleted."""
    try:
        with mute_logger("odoo.sql_db"), env.cr.savepoint(flush=False):
            env.cr.execute(statement)
    except IntegrityError:
        return False
    return True
