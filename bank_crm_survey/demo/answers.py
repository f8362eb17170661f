"""Invitations and answers of the past: written in passes over all of them, ended by the way every answer ends."""

from collections import defaultdict, namedtuple
from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from .plan import IMPROVED_BRANCH, make_answer_at_point, make_fate, make_occasions

# An answer that is to be written: values of ``survey.user_input`` and the fate that holds its scores.
Draft = namedtuple("Draft", "vals fate")
DAYS_OPEN = {"visit": 7, "complaint": 14}
ANSWERS_AT_POINT, DAYS_BETWEEN = 90, 3.7
BOUNCE = "5.1.1"
CHANNELS = ("email", "email", "email", "portal", "sms")


def write_answers(env, chance, programs, customers, drawn, leave_out):
    """Write what became of the invitations of the waves, and the invitations after visits and complaints.

    :param customers: {id: Facts}
    :param drawn: list of (plan, wave)
    :param leave_out: the customer of the portal, whose invitations are to be open
    :return: list of :class:`Draft`
    """
    drafts, asked = [], defaultdict(list)
    for plan, wave in drawn:
        invitations = wave.invitation_ids.filtered(lambda invitation: invitation.state == "sent").sorted("id")
        for invitation in invitations:
            asked[invitation.partner_id.id].append(plan.age)
            facts = customers.get(invitation.partner_id.id)
            if facts and invitation.partner_id != leave_out:
                fate = make_fate(chance, "relationship", facts, plan.age, plan.days, may_be_suppressed=False)
                drafts += _apply(invitation, fate)
    others = [facts for facts in customers.values() if facts.id != leave_out.id]
    return drafts + _write_occasions(env, chance, programs, make_occasions(chance, others, asked))


def _write_occasions(env, chance, programs, occasions):
    fates = [
        make_fate(chance, occasion.program, occasion.customer, occasion.age, DAYS_OPEN[occasion.program])
        for occasion in occasions
    ]
    now = fields.Datetime.now()
    vals_list = []
    for number, (occasion, fate) in enumerate(zip(occasions, fates, strict=True)):
        program, moment = programs[occasion.program], now - timedelta(days=occasion.age)
        vals = _invitation_vals(env, program, env["res.partner"].browse(occasion.customer.id))
        vals |= {"touchpoint_ref": f"demo/{occasion.program}/{number + 1}", "suppress_reason": fate.reason}
        if fate.state == "suppressed":
            vals |= {"state": "suppressed", "channel": False}
        else:
            channel = chance.choice(CHANNELS)
            expires_at = moment + timedelta(days=program.expires_days)
            vals |= {"state": "sent", "channel": channel, "sent_at": moment, "expires_at": expires_at}
        vals_list.append(vals)
    invitations = env["bank.survey.invitation"].create(vals_list)
    drafts = []
    for invitation, fate in zip(invitations, fates, strict=True):
        drafts += _apply(invitation, fate)
    return drafts


def _invitation_vals(env, program, partner):
    invitations = env["bank.survey.invitation"]
    nonce = invitations._new_nonce()
    return {
        "program_id": program.id,
        "company_id": program.company_id.id,
        "survey_id": program.survey_id.id,
        "partner_id": partner.id,
        "lang": partner.lang,
        "tier_id": partner.tier_id.id,
        "branch_id": partner.branch_id.id,
        "manager_id": partner.relationship_manager_id.id,
        "value_class": partner.value_class,
        "token_nonce": nonce,
        "token_hash": invitations._hash_of_token(invitations._token_of_nonce(nonce)),
    }


def _apply(invitation, fate):
    """Note on an invitation what became of it; return its answer if there is one."""
    if fate.state == "suppressed":
        return []
    started_at = invitation.sent_at + timedelta(days=fate.took or 0.3)
    if fate.state == "bounced":
        bounced_at = invitation.sent_at + timedelta(minutes=3)
        invitation.write({"state": "bounced", "bounced_at": bounced_at, "bounce_reason": BOUNCE})
    elif fate.state in ("completed", "started"):
        invitation.write({"state": "started", "opened_at": started_at, "started_at": started_at})
    elif fate.state != invitation.state:
        invitation.write({"state": fate.state})
    if fate.state not in ("completed", "started"):
        return []
    vals = {
        "survey_id": invitation.survey_id.id,
        "deadline": invitation.expires_at,
        "bank_invitation_id": invitation.id,
        "bank_channel": invitation.channel,
        **invitation._customer_vals(),
        **invitation._occasion_vals(),
    }
    return [_draft(vals, fate, started_at)]


def _draft(vals, fate, started_at):
    times = {"state": "in_progress", "start_datetime": started_at}
    if fate.state == "completed":
        times["end_datetime"] = started_at + timedelta(seconds=fate.seconds)
    return Draft({**vals, **times}, fate)


def write_answers_at_point(env, chance, point):
    """Return drafts of answers of people whom nobody knows."""
    now = fields.Datetime.now()
    lang_id = env["res.lang"]._get_data(code="zh_CN").id
    drafts = []
    for number in range(ANSWERS_AT_POINT):
        age = 1 + number * DAYS_BETWEEN + chance.random()
        fate = make_answer_at_point(chance, IMPROVED_BRANCH, age)
        vals = {**point._answer_values(None), "lang_id": lang_id}
        drafts.append(_draft(vals, fate, now - timedelta(days=age)))
    return drafts


# ------------------------------------------------------------------
# The answers themselves
# ------------------------------------------------------------------


def finish(env, drafts):
    """Write the answers and end those that were sent off, in the order of time; then move them into the past."""
    drafts = sorted(drafts, key=lambda draft: draft.vals["start_datetime"])
    surveys = env["survey.survey"]._bank_answering()
    answers = surveys.env["survey.user_input"].create([draft.vals for draft in drafts])
    _write_lines(env, answers, drafts)
    done = answers.filtered("end_datetime")
    done.write({"state": "done"})
    _move_into_the_past(env, done)
    return answers


def _write_lines(env, answers, drafts):
    questions = {
        (question.survey_id.id, question.bank_metric_code): question for question in answers.survey_id.question_ids
    }
    vals_list = []
    for answer, draft in zip(answers, drafts, strict=True):
        for code, score in draft.fate.scores.items():
            question = questions[answer.survey_id.id, code]
            vals_list.append({**_line(answer, question), "answer_type": "scale", "value_scale": score})
        if draft.fate.words:
            line = _line(answer, questions[answer.survey_id.id, "comment"])
            vals_list.append({**line, "answer_type": "text_box", "value_text_box": draft.fate.words})
    env["survey.user_input.line"].create(vals_list)


def _line(answer, question):
    return {"user_input_id": answer.id, "question_id": question.id}


def _move_into_the_past(env, answers):
    """Everything that was noted as of now is of the day on which the answer was sent off."""
    env.flush_all()
    zone = env.company.partner_id.tz or "UTC"
    for statement in (
        """UPDATE survey_user_input
              SET bank_answered_on = (end_datetime AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date,
                  create_date = start_datetime
            WHERE id = ANY(%(ids)s) RETURNING 1""",
        """UPDATE bank_survey_invitation invitation SET completed_at = answer.end_datetime
             FROM survey_user_input answer
            WHERE answer.id = ANY(%(ids)s) AND invitation.id = answer.bank_invitation_id RETURNING 1""",
        """UPDATE bank_survey_contact_state contact
              SET last_invited_at = known.sent_at, last_answered_at = known.completed_at, claimed_at = known.sent_at
             FROM (SELECT partner_id, max(sent_at) AS sent_at, max(completed_at) AS completed_at
                     FROM bank_survey_invitation GROUP BY partner_id) known
            WHERE known.partner_id = contact.partner_id RETURNING 1""",
    ):
        env.execute_query(SQL(statement, ids=answers.ids, zone=zone))
    env.invalidate_all()
    answers._write_bank_scores()
    answers.partner_id._update_survey_figures()


def invite_to_portal(env, programs, partner):
    """Let the customer of the portal find surveys there."""
    if not partner:
        return
    now = fields.Datetime.now()
    env["bank.survey.invitation"].create(
        [
            {
                **_invitation_vals(env, programs[name], partner),
                "touchpoint_ref": "demo/portal",
                "channel": "portal",
                "state": "sent",
                "sent_at": now - timedelta(days=days),
                "expires_at": now + timedelta(days=programs[name].expires_days - days),
            }
            for name, days in (("complaint", 1), ("visit", 3))
        ]
    )
