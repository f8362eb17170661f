"""A customer in each place who was asked and answered, and a record of every model that hangs on an answer."""

from odoo import Command


def furnish_survey(cls, customer, word):
    """Give ``customer`` an invitation that he answered, with a record of each model in ``SURVEY_MODELS``.

    :param cls: the test class, for ``cls.env``; its ``programs`` keeps the programme of each company
    :param word: marker of the place, see ``world.marker``
    """
    company = customer.company_id or cls.company
    program = cls.programs.get(company)
    if not program:
        program = cls.programs[company] = make_program(cls, company)
    invitation = make_invitation(cls, program, customer)
    answer = make_answer(cls, invitation, word)
    make_score(cls, answer)
    answer.message_post(body=f"answer of {word}", message_type="comment", subtype_xmlid="mail.mt_comment")
    answer.activity_schedule(
        "mail.mail_activity_data_todo", summary=f"answer of {word}", user_id=cls.env.ref("base.user_admin").id
    )
    return invitation


def make_program(cls, company):
    """Make a running programme whose answers are identified, with a wave."""
    questions = [
        {"title": "Recommend?", "question_type": "scale", "scale_min": 0, "scale_max": 10, "bank_metric": "nps"},
        {"title": "Anything else?", "question_type": "text_box", "bank_metric": "verbatim"},
    ]
    survey = cls.env["survey.survey"].create(
        {
            "title": f"Questions of {company.name}",
            "survey_type": "bank",
            "access_mode": "token",
            "question_and_page_ids": [Command.create(question) for question in questions],
        }
    )
    program = cls.env["bank.survey.program"].create(
        {
            "code": "MATRIX",
            "name": f"Programme of {company.name}",
            "company_id": company.id,
            "survey_id": survey.id,
            "channel_ids": [Command.create({"channel": "email"})],
        }
    )
    cls.env["bank.survey.wave"].create(
        {"name": f"Wave of {company.name}", "program_id": program.id, "stratum_ids": [Command.create({})]}
    )
    return program


def make_invitation(cls, program, customer):
    invitations = cls.env["bank.survey.invitation"]
    nonce = invitations._new_nonce()
    return invitations.create(
        {
            "program_id": program.id,
            "wave_id": program.wave_ids.id,
            "company_id": program.company_id.id,
            "survey_id": program.survey_id.id,
            "partner_id": customer.id,
            "channel": "email",
            "lang": "en_US",
            "state": "completed",
            "sent_at": "2026-03-30 08:00:00",
            "token_nonce": nonce,
            "token_hash": invitations._hash_of_token(invitations._token_of_nonce(nonce)),
        }
    )


def make_answer(cls, invitation, word):
    """Make the answer as the superuser's pages leave it: finished, with a score and words."""
    scale, words = invitation.survey_id.question_ids
    lines = [
        {"question_id": scale.id, "answer_type": "scale", "value_scale": 3},
        {"question_id": words.id, "answer_type": "text_box", "value_text_box": f"said by {word}"},
    ]
    return cls.env["survey.user_input"].create(
        {
            "survey_id": invitation.survey_id.id,
            "partner_id": invitation.partner_id.id,
            "email": invitation.partner_id.email,
            "nickname": invitation.partner_id.name,
            "state": "done",
            "bank_program_id": invitation.program_id.id,
            "bank_wave_id": invitation.wave_id.id,
            "bank_invitation_id": invitation.id,
            "bank_disposition": "complete",
            "bank_answered_on": "2026-03-31",
            "user_input_line_ids": [Command.create({**line, "skipped": False}) for line in lines],
        }
    )


def make_score(cls, answer):
    question = answer.survey_id.question_ids[0]
    values = {
        "user_input_id": answer.id,
        "question_id": question.id,
        "program_id": answer.bank_program_id.id,
        "company_id": answer.bank_program_id.company_id.id,
        "partner_id": answer.partner_id.id,
        "metric": "nps",
        "score": 3,
        "bucket": "detractor",
        "is_counted": True,
        "answered_on": answer.bank_answered_on,
    }
    scores = cls.env["bank.survey.score"].search([("user_input_id", "=", answer.id)])
    return scores or scores.create(values)
