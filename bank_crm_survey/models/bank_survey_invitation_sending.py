import logging
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from psycopg2 import errors

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

BATCH = 500
# Somebody else changed a row of the batch meanwhile: it is rolled back and done again.
CONFLICTS = (errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable)
MOST_CONFLICTS = 5
# What the server itself takes out of the queue: text messages are fetched by the bank's gateway.
SENT_BY_SERVER = ("email", "portal", "phone")


class BankSurveyInvitation(models.Model):
    """The outbox: invitations that wait, and reminders, go out in batches, as fast as their programme allows.

    A batch is locked, looked at once more (see ``bank_survey_invitation_check.py``) and handed over to its channels in
    one transaction, so that a server that dies sends a batch wholly or not at all, and nobody is sent one twice.
    """

    _inherit = "bank.survey.invitation"

    _program_sent_idx = models.Index("(program_id, sent_at) WHERE sent_at IS NOT NULL")
    _program_reminded_idx = models.Index("(program_id, last_reminder_at) WHERE last_reminder_at IS NOT NULL")

    @api.model
    def _cron_send(self):
        """Send what is due; called again by the scheduler until nothing is."""
        self._run_outbox("invitation", "bank_crm_survey.ir_cron_survey_send")

    @api.model
    def _run_outbox(self, what, cron):
        """Work on what is due of all running programmes.

        :param what: ``invitation`` or ``reminder``
        :param cron: XML id of the scheduled action, to be called again in a minute for what a programme's limit holds
            back
        """
        commit_progress = self.env["ir.cron"]._commit_progress
        due = self._due_by_program(what)
        commit_progress(remaining=sum(due.values()))
        held_back = False
        for program in self.env["bank.survey.program"].browse(due):
            done, seconds_left = self._work_on_program(program, what, commit_progress)
            held_back |= done < due[program.id]
            if not seconds_left:
                return
        self._open_waves()
        if held_back:
            self.env.ref(cron)._trigger(at=fields.Datetime.now() + timedelta(minutes=1))
        commit_progress(remaining=0)

    @api.model
    def _work_on_program(self, program, what, commit_progress):
        """Send the batches that one programme may send now.

        :return: ``(invitations worked on, seconds left for the run)``
        """
        total, conflicts, seconds_left = 0, 0, True
        while seconds_left:
            try:
                size = min(BATCH, self._room_in_this_minute(program))
                worked_on = self._work_on_batch(program, what, size) if size > 0 else 0
                self.env.flush_all()
            except CONFLICTS:
                self.env.cr.rollback()
                conflicts += 1
                if conflicts > MOST_CONFLICTS:
                    break
                continue
            except Exception:
                # One programme whose message cannot be rendered must not hold back the others.
                self.env.cr.rollback()
                _logger.exception("Sending the invitations of survey programme %s failed", program.id)
                break
            if not worked_on:
                break
            total += worked_on
            seconds_left = commit_progress(worked_on)
        return total, seconds_left

    @api.model
    def _work_on_batch(self, program, what, size):
        """Send one batch; return how many invitations were looked at."""
        batch = self._lock_due(program, what, size)
        if batch:
            now = fields.Datetime.now()
            ready = batch._still_allowed(what, now)
            if what == "reminder":
                ready._remind(now)
            else:
                ready._send(now)
        return len(batch)

    # ------------------------------------------------------------------
    # What is due
    # ------------------------------------------------------------------

    @api.model
    def _due_condition(self, what):
        """Return the SQL condition of what is due, of invitation ``i``."""
        now = fields.Datetime.now()
        if what == "reminder":
            return SQL(
                "i.state IN ('sent', 'started', 'partial') AND i.channel = 'email' AND i.next_reminder_at <= %s"
                " AND (i.expires_at IS NULL OR i.expires_at > %s)",
                now,
                now,
            )
        return SQL(
            "i.state = 'queued' AND i.channel IN %s AND (i.send_after IS NULL OR i.send_after <= %s)",
            SENT_BY_SERVER,
            now,
        )

    @api.model
    def _due_query(self, what, select, condition, tail):
        return SQL(
            """
            SELECT %(select)s
              FROM bank_survey_invitation i
              JOIN bank_survey_program program ON program.id = i.program_id
         LEFT JOIN bank_survey_wave wave ON wave.id = i.wave_id
             WHERE %(due)s AND program.state = 'running' AND program.active IS TRUE
               AND (wave.id IS NULL OR wave.state IN ('sending', 'open')) AND %(condition)s
                   %(tail)s
            """,
            select=select,
            due=self._due_condition(what),
            condition=condition,
            tail=tail,
        )

    @api.model
    def _due_by_program(self, what):
        """Return ``{program id: number}`` of what is due now."""
        self.env.flush_all()
        return dict(
            self.env.execute_query(
                self._due_query(
                    what,
                    SQL("i.program_id, count(*)"),
                    SQL("TRUE"),
                    SQL("GROUP BY i.program_id ORDER BY 1"),
                )
            )
        )

    @api.model
    def _lock_due(self, program, what, size):
        """Return up to ``size`` invitations that are due, locked; those that another server has are left to it."""
        self.env.flush_all()
        order = SQL("i.next_reminder_at" if what == "reminder" else "i.send_after NULLS FIRST")
        rows = self.env.execute_query(
            self._due_query(
                what,
                SQL("i.id"),
                SQL("i.program_id = %s", program.id),
                SQL("ORDER BY %s, i.id LIMIT %s FOR UPDATE OF i SKIP LOCKED", order, size),
            )
        )
        return self.browse(row[0] for row in rows)

    @api.model
    def _room_in_this_minute(self, program):
        """Return how many messages the programme may still send in this minute."""
        self.flush_model(["program_id", "sent_at", "last_reminder_at"])
        since = fields.Datetime.now() - timedelta(minutes=1)
        [[sent]] = self.env.execute_query(
            SQL(
                """SELECT (SELECT count(*) FROM bank_survey_invitation
                            WHERE program_id = %(program)s AND sent_at > %(since)s)
                        + (SELECT count(*) FROM bank_survey_invitation
                            WHERE program_id = %(program)s AND last_reminder_at > %(since)s)""",
                program=program.id,
                since=since,
            )
        )
        return max(program.throttle_per_minute - sent, 0)

    # ------------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------------

    def _send(self, now):
        """Hand these invitations of one programme over to their channels and write down that they were sent."""
        ready = self.filtered(lambda invitation: invitation.channel != "phone")
        ready.filtered(lambda invitation: invitation.channel == "email")._mail("invitation")
        # Whoever nobody could be found to call was not asked.
        (ready | (self - ready)._ask_for_calls())._mark_sent(now)

    def _mark_sent(self, now):
        """Note that the customers were asked: until when they may answer, and when to remind them."""
        self._record_invited()
        for (program, wave, channel), group in self.grouped(
            lambda invitation: (invitation.program_id, invitation.wave_id, invitation.channel)
        ).items():
            expires_at = program._expiry_of(now, wave)
            group.filtered(lambda invitation: invitation.state == "queued").write({"state": "sent"})
            values = {"sent_at": now, "expires_at": expires_at, "leased_until": False}
            if channel in ("email", "sms"):
                values["next_reminder_at"] = program._reminder_after(now, now, expires_at)
            group.write(values)

    def _record_invited(self):
        """Write into the customers' histories that they were invited, once for each invitation."""
        first_time = self.filtered(lambda invitation: not invitation.send_failures)
        if not first_time:
            return
        self.env["bank.survey.program"].flush_model(["name"])
        self.env["bank.customer.event"]._record_select(
            "survey.invited",
            SQL(
                """SELECT i.partner_id, 'bank.survey.invitation', i.id,
                          jsonb_build_object('label', program.name, 'channel', i.channel)
                     FROM bank_survey_invitation i JOIN bank_survey_program program ON program.id = i.program_id
                    WHERE i.id = ANY(%s) ORDER BY i.id""",
                first_time.ids,
            ),
        )

    @api.model
    def _open_waves(self):
        """A wave of which nothing waits any more is open."""
        rows = self.env.execute_query(
            SQL(
                """SELECT wave.id FROM bank_survey_wave wave
                     JOIN bank_survey_program program ON program.id = wave.program_id
                    WHERE wave.state = 'sending' AND program.state = 'running'
                      AND NOT EXISTS (SELECT 1 FROM bank_survey_invitation i
                                       WHERE i.wave_id = wave.id AND i.state IN ('drawn', 'queued'))"""
            )
        )
        if rows:
            self.env["bank.survey.wave"].browse(row[0] for row in rows)._unguarded().write({"state": "open"})


class BankSurveyProgram(models.Model):
    _inherit = "bank.survey.program"

    def _expiry_of(self, sent_at, wave):
        """Return when an invitation runs out, naive UTC: after the programme's days, not later than its wave."""
        self.ensure_one()
        expires_at = sent_at + timedelta(days=self.expires_days)
        if wave.closes_on:
            zone = ZoneInfo(self.company_id.partner_id.tz or "UTC")
            midnight = datetime.combine(wave.closes_on + timedelta(days=1), time.min, tzinfo=zone)
            expires_at = min(expires_at, midnight.astimezone(ZoneInfo("UTC")).replace(tzinfo=None))
        return expires_at

    def _reminder_after(self, sent_at, now, expires_at):
        """Return the moment of the first reminder behind ``now``, or False: none is made up for.

        :param expires_at: no reminder at or behind this moment
        """
        self.ensure_one()
        moments = (sent_at + timedelta(days=days) for days in self._reminder_offsets())
        return next((moment for moment in moments if now < moment < expires_at), False)
