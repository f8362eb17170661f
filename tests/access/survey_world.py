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
    cls.env["bank.survey.contact.state"]._claim(customer.ids)
    answer = make_answer(cls, invitation, word)
    followup = cls.env["bank.survey.followup"].search([("user_input_id", "=", answer.id)], limit=1)
    cls.env["bank.survey.followup.attempt"].create(
        {"followup_id": followup.id, "channel": "phone", "note": f"talked to {word}"}
    )
    cls.env["bank.survey.reopening"].create(
        {"user_input_id": answer.id, "user_id": cls.env.uid, "reason": f"asked for by {word}"}
    )
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
            "min_seconds": 0,  # or answers as fast as these are set aside
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
            "state": "sent",
            "sent_at": "2026-03-30 08:00:00",
            "token_nonce": nonce,
            "token_hash": invitations._hash_of_token(invitations._token_of_nonce(nonce)),
        }
    )


def make_answer(cls, invitation, word):
    """Answer as the customer does: a low score and words."""
    scale, words = invitation.survey_id.question_ids
    answer = invitation._start()
    answer._save_lines(scale, "3")
    answer._save_lines(words, f"said by {word}")
    answer._mark_done()
    return answer.with_env(cls.env)
