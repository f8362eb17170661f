"""Odoo's own `survey`: the same questionnaire and answers, its invitations, its end of an answer."""

from tools.bench import _survey_draw, _ticket_draw

SETUP = f"""
import json
groups = env.ref("survey.group_survey_manager") + env.ref("base.group_user")
user = env["res.users"].with_context(no_reset_password=True).create(
    {{"login": {_survey_draw.LOGIN!r}, "name": "Survey Manager", "group_ids": groups.ids,
      "email": "surveys@bank.example"}}
)
user.password = {_survey_draw.PASSWORD!r}
surveys = []
for name in ("few", "many"):
    {_survey_draw.questionnaire().replace(chr(10), chr(10) + "    ")}
    survey.title = name
    surveys.append({{"survey": survey.id, "questions": survey.question_ids[:-1].ids,
                     "words": survey.question_ids[-1].id}})
env["ir.cron"].search([]).active = False
env.cr.commit()  # forbidden-word-ok: a stand-alone script in the shell; the filling reads it afterwards
print("RESULT", json.dumps({{"surveys": surveys}}))
"""


def fill(connection, setup, *, customers, few, many):
    """Fill a database that :data:`SETUP` prepared: a survey with few answers, and one with many."""
    with connection.cursor() as cr:
        values = {**_ticket_draw.names(), "customers": customers}
        cr.execute(_ticket_draw.PARTNERS, values)
        cr.execute("SELECT array_agg(id ORDER BY id) FROM res_partner WHERE email LIKE 'c%@example.com'")
        (partners,) = cr.fetchone()
    for values, answers in zip(setup["surveys"], (few, many), strict=True):
        tables = ["survey_user_input", "survey_user_input_line"]
        with _survey_draw.drawn(connection, answers, partners) as cr, _ticket_draw.bulk(cr, tables):
            cr.execute(_survey_draw.INPUTS.format(more="", values=""), values)
            cr.execute(_survey_draw.SCORES.format(more="", values=""), values)
            cr.execute(_survey_draw.TEXTS, values)


class Cases:
    """See `survey.CASES`."""

    def __init__(self, env):
        user = env["res.users"].search([("login", "=", _survey_draw.LOGIN)])
        self.env = env(user=user.id, context=user.context_get())
        self.survey = self.env["survey.survey"].search([("title", "=", "few")])

    def invite(self, number):
        partners = self.env["res.partner"].search([("email", "=like", "c%@example.com")], limit=number, order="id")
        action = self.survey.action_send_survey()
        wizards = self.env["survey.invite"].with_context(action["context"])
        values = {"survey_id": self.survey.id, "partner_ids": [(6, 0, partners.ids)], "existing_mode": "new"}
        return wizards.create(values).action_invite

    def invite_1000(self):
        return self.invite(1000)

    def finish_answer(self):
        partner = self.env["res.partner"].search([("email", "=like", "c%@example.com")], limit=1, order="id")
        answer = self.survey.sudo()._create_answer(partner=partner, check_attempts=False)
        answer.state = "in_progress"
        for question, score in zip(answer.survey_id.question_ids, ("9", "5", "7", "5"), strict=False):
            answer._save_lines(question, score)
        answer._save_lines(answer.survey_id.question_ids[-1], "Good service.")
        return answer._mark_done
