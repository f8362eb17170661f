"""Surveys under haste: clicks and callers at the same moment, customers who decline meanwhile, servers that die."""

import re
import time
import xmlrpc.client

import pytest
import requests

from .survey_bank import TIMEOUT, SurveyBank
from .test_ticket_twice import CALLERS, at_once

WAVE = 2_600  # customers: several batches of the draw and of the outbox
OPT_OUTS = 7


@pytest.fixture(scope="module")
def bank(live_server):
    bank = SurveyBank(live_server)
    try:
        yield bank
    finally:
        bank.close()


def test_one_answer_for_all_windows_and_clicks(bank):
    [number] = bank.make_customers("CLICK", 1)
    path = bank.link(number, "click")
    windows = [bank.begin(path) for _number in range(CALLERS)]
    time.sleep(1)  # a page that was not open for a moment is not taken for a person's
    pages = at_once(lambda number: windows[number]())
    assert [page.status_code for page in pages] == [200] * CALLERS
    addresses = {page.url.partition("?")[0] for page in pages}
    assert len(addresses) == 1, addresses
    assert bank.sql("SELECT state FROM survey_user_input WHERE survey_id = %s", bank.survey) == [("in_progress",)]

    survey_token, answer_token = re.search(r"/survey/([^/]+)/([^/?]+)$", addresses.pop()).groups()
    answers = at_once(lambda number: submit(bank, survey_token, answer_token, number))
    assert [answer.status_code for answer in answers] == [200] * CALLERS
    [[answer, state, disposition]] = bank.sql(
        "SELECT id, state, bank_disposition FROM survey_user_input WHERE survey_id = %s", bank.survey
    )
    assert (state, disposition) == ("done", "complete")
    lines = bank.sql("SELECT question_id, value_scale FROM survey_user_input_line WHERE user_input_id = %s", answer)
    assert len(lines) == len({question for question, _value in lines}), lines
    [[score]] = bank.sql("SELECT score FROM bank_survey_score WHERE user_input_id = %s", answer)
    assert (bank.question, score) in lines
    assert score < CALLERS
    for table, where in (
        ("bank_survey_followup", "user_input_id = %s"),
        ("bank_customer_event", "kind = 'survey.answered' AND source_id = %s"),
    ):
        assert bank.sql(f"SELECT count(*) FROM {table} WHERE {where}", answer) == [(1,)], table
    assert bank.sql("SELECT state FROM bank_survey_invitation WHERE touchpoint_ref = 'click'") == [("completed",)]


def submit(bank, survey_token, answer_token, score):
    body = {"jsonrpc": "2.0", "method": "call", "params": {str(bank.question): str(score)}}
    session = requests.Session()
    session.cookies.set("db", bank.database)
    return session.post(f"{bank.server.url}/survey/submit/{survey_token}/{answer_token}", json=body, timeout=TIMEOUT)


def test_one_invitation_for_all_callers(bank):
    numbers = bank.make_customers("CALL", 20)
    values = {"program_code": "LIVE", "customer_numbers": numbers, "channel": "link"}
    answers = at_once(
        lambda _number: bank.call("bank.survey.program", "invite", {**values, "touchpoint_ref": "the same"})
    )
    assert sorted(answer["created"] for answer in answers) == [0] * (CALLERS - 1) + [len(numbers)]
    reasons = {row["reason"] for answer in answers for row in answer["suppressed"]}
    assert reasons == {"already_invited"}

    # About something else each: the rule of two weeks between invitations holds for all of them together.
    numbers = bank.make_customers("OTHER", 20)
    values["customer_numbers"] = numbers
    answers = at_once(
        lambda number: bank.call("bank.survey.program", "invite", {**values, "touchpoint_ref": f"visit {number}"})
    )
    assert sum(answer["created"] for answer in answers) == len(numbers), answers
    assert most_asked(bank, "OTHER") == 1


def most_asked(bank, prefix):
    """Return the most invitations that one of the customers has."""
    [[most]] = bank.sql(
        """SELECT max(count) FROM (
             SELECT count(*) FROM bank_survey_invitation invitation JOIN res_partner ON res_partner.id = partner_id
              WHERE customer_number LIKE %s AND invitation.state <> 'suppressed' GROUP BY partner_id) AS counted""",
        f"{prefix}%",
    )
    return most


def test_a_wave_whose_servers_are_killed(bank):
    """Killed while the sample is drawn and while invitations go out; others invite and customers decline meanwhile."""
    numbers = bank.make_customers("WAVE", WAVE)
    values = {"name": "Killed", "program_id": bank.program, "partner_domain": "[('customer_number', 'like', 'WAVE')]"}
    [wave] = bank.call("bank.survey.wave", "create", [values])
    count = "SELECT count(*), %s FROM bank_survey_invitation WHERE wave_id = %s"

    start = time.monotonic()
    bank.call("bank.survey.wave", "action_draw", [wave])
    assert time.monotonic() - start < 2
    bank.wait(count, "drawn", wave)
    bank.kill_and_start()
    [[drawn, _text]] = bank.sql(count, "drawn", wave)
    assert 0 < drawn < WAVE, "killed too late to show anything"
    bank.wake("ir_cron_survey_sampling")
    at_once(lambda number: invite_meanwhile(bank, numbers[number * 50 : number * 50 + 80], number))
    bank.wait("SELECT state = 'frozen' AND NOT is_drawing, state FROM bank_survey_wave WHERE id = %s", wave)
    assert bank.sql(count, "drawn", wave)[0][0] == WAVE
    assert most_asked(bank, "WAVE") == 1

    decline(bank, wave)
    bank.call("bank.survey.wave", "action_release", [wave])
    sent = count + " AND sent_at IS NOT NULL"
    bank.wait(sent, "sent", wave)
    bank.kill_and_start()
    [[first, _text]] = bank.sql(sent, "sent", wave)
    bank.wake("ir_cron_survey_send", "ir_cron_survey_waves")
    # (a job that meets the rest of the one that was killed tries again after a minute)
    bank.wait("SELECT state = 'open', state FROM bank_survey_wave WHERE id = %s", wave, seconds=150)
    check_mails(bank, wave, first)


def invite_meanwhile(bank, numbers, number):
    """Another system invites some of the customers of the wave, about something else."""
    values = {"program_code": "LIVE", "customer_numbers": numbers, "touchpoint_ref": f"meanwhile {number}"}
    try:
        bank.call("bank.survey.program", "invite", {**values, "channel": "link"})
    except xmlrpc.client.Fault as fault:  # the draw was always first: nobody is invited
        assert "could not serialize" in fault.faultString, fault.faultString


def decline(bank, wave):
    """Customers who were drawn withdraw their consent."""
    rows = bank.sql(
        """SELECT partner_id FROM bank_survey_invitation WHERE wave_id = %s AND state = 'drawn'
            ORDER BY id DESC LIMIT %s""",
        wave,
        OPT_OUTS,
    )
    consents = [
        {"partner_id": partner, "purpose": "survey", "channel": "any", "state": "withdrawn"} for (partner,) in rows
    ]
    bank.call("bank.consent", "create", consents)


def check_mails(bank, wave, sent_before):
    """Each customer got one mail, those who declined got none."""
    states = dict(
        bank.sql(
            "SELECT state || COALESCE(' ' || suppress_reason, ''), count(*) FROM bank_survey_invitation"
            " WHERE wave_id = %s GROUP BY 1",
            wave,
        )
    )
    mails = dict(
        bank.sql(
            """SELECT res_id, count(*) FROM mail_message JOIN mail_mail ON mail_message_id = mail_message.id
                WHERE model = 'bank.survey.invitation' AND res_id IN (
                      SELECT id FROM bank_survey_invitation WHERE wave_id = %s) GROUP BY 1""",
            wave,
        )
    )
    assert 0 < sent_before < states["sent"], "killed too late to show anything"
    assert set(mails.values()) == {1}
    assert len(mails) == states["sent"], states
    assert states["suppressed withdrawn"] == OPT_OUTS, states
    assert sum(states.values()) == WAVE, states
