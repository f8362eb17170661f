"""What staff have done about the answers: most loops are closed, some are late, the last weeks are work for today."""

from collections import namedtuple
from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

RECENT_DAYS = 14
OUTCOMES = ("resolved", "resolved", "explained", "passed_on", "not_wanted")
CAUSES = ("waiting_time", "process", "digital", "fees", "information", "not_reachable")
NOTES = [
    "Called and apologised. The fee of that month was paid back.",
    "致电客户，说明原因并致歉，客户表示理解。",
    "Explained the terms; the customer is content and wants a summary by mail.",
    "已将建议转交渠道部，客户愿意参与后续体验。",
]
THANKS = "Thanked the customer."
Step = namedtuple("Step", "followup contacted_at closed_at outcome cause note")


def work(env, chance, quality):
    """Bring the follow-ups to where they stand."""
    now = fields.Datetime.now()
    followups = env["bank.survey.followup"].search([], order="answered_at, id")
    old = followups.filtered(lambda followup: (now - followup.answered_at).days > RECENT_DAYS)
    _close_many(env, chance, old, now)
    for number, followup in enumerate(followups - old):
        _work_on_recent(followup.with_user(followup.user_id or quality), number, now)


def _work_on_recent(followup, number, now):
    """By the methods that people use: a third was called, some are closed, one in nine needs no follow-up."""
    turn = number % 9
    if turn == 8:
        followup._cancel("The customer called by himself before.")
    elif turn in (1, 4, 6, 7) and followup.kind == "call":
        called_at = min(followup.answered_at + timedelta(hours=5), now)
        is_reached = turn != 6
        followup._record_attempt(
            "phone", is_reached, "Spoke to the customer." if is_reached else "No answer.", called_at
        )
        if turn == 4:
            cause = followup.env.ref("bank_crm_survey.bank_survey_cause_process")
            followup._close("explained", NOTES[number % len(NOTES)], cause)


def _close_many(env, chance, followups, now):
    """Close the loops of the past, in a few statements: each was closed on its own day."""
    causes = [env.ref(f"bank_crm_survey.bank_survey_cause_{name}").id for name in CAUSES]
    steps = [_step(chance, followup, causes, now) for followup in followups]
    env["bank.survey.followup.attempt"].create(
        [
            {
                "followup_id": step.followup.id,
                "channel": chance.choice(("phone", "phone", "visit", "message")),
                "is_reached": True,
                "attempted_at": step.contacted_at,
                "user_id": step.followup.user_id.id or env.uid,
            }
            for step in steps
            if step.followup.kind == "call"
        ]
    )
    env.flush_all()
    if steps:
        env.execute_query(
            SQL(
                """UPDATE bank_survey_followup followup
                      SET state = 'closed', contacted_at = fact.contacted_at, closed_at = fact.closed_at,
                          told_at = followup.answered_at, outcome = fact.outcome, root_cause_id = fact.cause_id::int4,
                          note = fact.note, next_step_at = NULL, due_at = followup.close_due_at
                     FROM (VALUES %s) AS fact(id, contacted_at, closed_at, outcome, cause_id, note)
                    WHERE followup.id = fact.id RETURNING 1""",
                SQL(", ").join(
                    SQL(
                        "(%s, %s::timestamp, %s::timestamp, %s, %s, %s)",
                        step.followup.id,
                        step.contacted_at,
                        step.closed_at,
                        step.outcome,
                        step.cause,
                        step.note,
                    )
                    for step in steps
                ),
            )
        )
    env.invalidate_all()
    followups._end_activities()
    followups._after_close()


def _step(chance, followup, causes, now):
    """One in eight is late."""
    share = chance.uniform(1.05, 1.6) if chance.random() < 0.12 else chance.uniform(0.15, 0.9)
    contact_due = followup.contact_due_at or followup.close_due_at
    contacted_at = followup.answered_at + share * (contact_due - followup.answered_at)
    closed_at = max(contacted_at, followup.answered_at + share * (followup.close_due_at - followup.answered_at))
    contacted_at, closed_at = (min(moment, now).replace(microsecond=0) for moment in (contacted_at, closed_at))
    if followup.kind == "thank":
        return Step(followup, contacted_at, closed_at, "thanked", None, THANKS)
    outcome, cause, note = (chance.choice(choices) for choices in (OUTCOMES, causes, NOTES))
    return Step(followup, contacted_at, closed_at, outcome, cause, note)
