"""The waves: drawn as staff draw them, then moved into the past."""

from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from .plan import WAVE_SIZE, WAVES


def write_waves(env, program):
    """Draw and send the waves, the oldest first: each sees what the ones before it did.

    :return: list of (:class:`~.plan.Wave`, wave)
    """
    drawn = []
    for plan in WAVES:
        wave = env["bank.survey.wave"].create(
            {
                "name": plan.name,
                "program_id": program.id,
                "seed": plan.seed,
                "sampling": "number",
                "sample_size": WAVE_SIZE,
                "stratify_by": "tier",
            }
        )
        env["ir.model.data"]._update_xmlids(
            [{"xml_id": f"bank_crm_survey.demo_wave_{plan.name.lower()}", "record": wave, "noupdate": True}]
        )
        _draw(wave)
        wave.action_release()
        _send(env, wave, plan)
        drawn.append((plan, wave))
    return drawn


def _draw(wave):
    """What the job of drawing does, here and now."""
    wave._unguarded().write({"state": "sampling", "is_drawing": True})
    wave._freeze()
    while strata := wave._strata_to_draw():
        for stratum in strata:
            wave._draw(stratum, wave._next_ranks(stratum))
    wave._finish_drawing()


def _send(env, wave, plan):
    """Send the invitations so many days ago; no mail is made for them."""
    moment = fields.Datetime.now() - timedelta(days=plan.age)
    env.flush_all()
    env.execute_query(
        SQL(
            """UPDATE bank_survey_invitation
                  SET state = 'sent', send_after = NULL, sent_at = %(moment)s::timestamp + id %% 90 * interval '1 min',
                      expires_at = %(moment)s::timestamp + %(days)s * interval '1 day'
                WHERE wave_id = %(wave)s AND state = 'queued' RETURNING 1""",
            moment=moment,
            days=plan.days,
            wave=wave.id,
        )
    )
    env.execute_query(
        SQL(
            "UPDATE bank_survey_invitation SET create_date = %s WHERE wave_id = %s RETURNING 1",
            moment - timedelta(days=1),
            wave.id,
        )
    )
    env["bank.survey.invitation"].invalidate_model()
    closes_on = (moment + timedelta(days=plan.days)).date()
    wave._unguarded().write({"state": "open", "frozen_at": moment - timedelta(days=1), "closes_on": closes_on})


def close_waves(drawn):
    """Close the waves whose time is over."""
    now = fields.Datetime.now()
    for plan, wave in drawn:
        if plan.age > plan.days:
            wave.action_close()
            wave._unguarded().write({"closed_at": now - timedelta(days=plan.age - plan.days)})
        else:
            wave.stratum_ids._recount()
