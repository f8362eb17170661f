"""The answers of customers to one questionnaire over three years, drawn once for each side."""

import contextlib

QUESTIONS = (
    # title, metric, lowest and highest score
    ("How likely are you to recommend us?", "nps", 0, 10),
    ("How satisfied are you?", "csat", 1, 5),
    ("How easy was it?", "ces", 1, 7),
    ("How well are you advised?", "driver", 1, 5),
)
WORDS = "Anything else?"
WORDS_SHARE = 0.2
LOGIN = "bench_survey"
PASSWORD = "bench-survey-password"
DAYS = 1095

# Customers answer in turn; about half are promoters, a fifth detractors.
DRAW = """
    CREATE UNLOGGED TABLE bench_answer AS
    SELECT n, %(first_input)s + n AS input_id, %(first_invitation)s + n AS invitation_id,
           (%(partners)s::int[])[1 + (n * 7919) %% %(partner_count)s] AS partner_id,
           date_trunc('second', now() AT TIME ZONE 'UTC')
           - interval '1 day' * (%(days)s * (1 - n::float / %(answers)s)) AS at,
           CASE WHEN first < 0.5 THEN 9 + (n %% 2) WHEN first < 0.8 THEN 7 + (n %% 2) ELSE n %% 7 END AS nps,
           1 + floor(5 * power(second, 0.4))::int AS csat,
           1 + floor(7 * power(third, 0.5))::int AS ces,
           1 + floor(5 * power(fourth, 0.4))::int AS driver,
           fifth < %(words_share)s AS has_words
      FROM (SELECT n, random() AS first, random() AS second, random() AS third, random() AS fourth, random() AS fifth
              FROM generate_series(0, %(answers)s - 1) AS n) AS chances
"""

# The rows of Odoo's own tables that both sides have; `{more}` and `{values}` are the columns of ours.
INPUTS = """
    INSERT INTO survey_user_input (id, survey_id, partner_id, email, nickname, state, access_token, test_entry,
                                   start_datetime, end_datetime, create_uid, create_date, write_uid, write_date{more})
    SELECT input_id, %(survey)s, partner.id, partner.email, partner.name, 'done', md5('answer ' || input_id), FALSE,
           at - interval '2 minutes', at, 1, at, 1, at{values}
      FROM bench_answer JOIN res_partner partner ON partner.id = bench_answer.partner_id
     ORDER BY n
"""
SCORES = """
    INSERT INTO survey_user_input_line (user_input_id, survey_id, question_id, question_sequence, skipped, answer_type,
                                        value_scale, create_uid, create_date, write_uid, write_date{more})
    SELECT input_id, %(survey)s, question, 10, FALSE, 'scale', value, 1, at, 1, at{values}
      FROM (SELECT input_id, at, n, unnest(%(questions)s::int[]) AS question,
                   unnest('{{nps,csat,ces,driver}}'::text[]) AS metric,
                   unnest(ARRAY[nps, csat, ces, driver]) AS value
              FROM bench_answer) AS score
     ORDER BY n
"""
TEXTS = """
    INSERT INTO survey_user_input_line (user_input_id, survey_id, question_id, question_sequence, skipped, answer_type,
                                        value_text_box, create_uid, create_date, write_uid, write_date)
    SELECT input_id, %(survey)s, %(words)s, 20, NOT has_words, CASE WHEN has_words THEN 'text_box' END,
           CASE WHEN has_words THEN 'The service is good, the waiting is long, number ' || n END, 1, at, 1, at
      FROM bench_answer
     ORDER BY n
"""


@contextlib.contextmanager
def drawn(connection, answers, partners):
    """A cursor that sees the table `bench_answer`, which is gone afterwards.

    :param partners: ids of the customers
    """
    with connection.cursor() as cr:
        cr.execute("DROP TABLE IF EXISTS bench_answer")
        cr.execute("SET max_parallel_workers_per_gather = 0")  # the same draw each time
        cr.execute("SELECT setseed(0.73)")
        cr.execute("SELECT COALESCE(max(id), 0) + 1 FROM survey_user_input")
        [first_input] = cr.fetchone()
        first_invitation = 1
        cr.execute("SELECT to_regclass('bank_survey_invitation')")
        if cr.fetchone()[0]:
            cr.execute("SELECT COALESCE(max(id), 0) + 1 FROM bank_survey_invitation")
            [first_invitation] = cr.fetchone()
        values = {
            "answers": answers,
            "partners": partners,
            "partner_count": len(partners),
            "days": DAYS,
            "words_share": WORDS_SHARE,
            "first_input": first_input,
            "first_invitation": first_invitation,
        }
        cr.execute(DRAW, values)
        yield cr
        cr.execute("DROP TABLE bench_answer")


def questionnaire(**more):
    """The code of an Odoo shell that makes the questionnaire; `survey` is it afterwards.

    :param more: further values of the survey
    """
    questions = [
        {"title": title, "question_type": "scale", "scale_min": low, "scale_max": high}
        for title, _metric, low, high in QUESTIONS
    ]
    questions.append({"title": WORDS, "question_type": "text_box"})
    metrics = [*(metric for _title, metric, _low, _high in QUESTIONS), "verbatim"]
    values = {"title": "How are we doing?", "questions_layout": "one_page", "access_mode": "token", **more}
    return f"""
questions = {questions!r}
if "bank_metric" in env["survey.question"]:
    questions = [
        {{**question, "bank_metric": metric, "bank_metric_code": metric}}
        for question, metric in zip(questions, {metrics!r})
    ]
survey = env["survey.survey"].create({{
    **{values!r},
    "question_and_page_ids": [(0, 0, {{"sequence": n, **question}}) for n, question in enumerate(questions)],
}})
"""
