import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.bank_crm.models.exchange.feed import convert

from ..tools import api_values

LEASE = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)
MOST_MESSAGES = 1_000
MOST_REPORTS = 5_000
KEY = re.compile(r"survey-(?P<id>[0-9]{1,9})-(?P<reminder>[0-9]{1,4})")


class BankSurveyInvitation(models.Model):
    """The door through which the bank's gateway fetches text messages and says what became of them.

    The server itself sends no text message.  What was fetched is leased: a gateway that dies before it reports gets
    the same messages again when the lease is over.
    """

    _inherit = "bank.survey.invitation"

    leased_until = fields.Datetime(readonly=True, export_string_translation=False)

    _leased_idx = models.Index("(program_id, leased_until) WHERE leased_until IS NOT NULL")

    @api.model
    def _check_gateway(self):
        if not self.env.user.has_group("bank_crm.group_operations"):
            raise AccessError(
                self.env._(
                    "[access_denied] Only users with the role “Operations” may fetch messages: each holds the secret "
                    "of a link."
                )
            )

    @api.model
    def fetch_messages(self, values):
        """Return text messages that are due, and lease them for 15 minutes.

        Example (JSON-2)::

            POST /json/2/bank.survey.invitation/fetch_messages
            {"values": {"channel": "sms", "limit": 100}}

        :param values: required: ``channel`` (``sms``). Optional: ``limit``, 1 to 1,000, default 100
        :return: list of ``{"key", "phone", "text", "lang", "expires_at"}``; ``expires_at`` is ISO 8601 in UTC: what
            has not been sent by then must not be sent
        :raises AccessError: ``[access_denied]``
        :raises ValidationError: one line for each error, beginning with its code: see the integration guide
        """
        self._check_gateway()
        values = api_values.read(
            self.env,
            values,
            {"channel": convert.choice(("sms",)), "limit": api_values.whole_number(1, MOST_MESSAGES)},
            required=("channel",),
        )
        # sudo: bank.survey.invitation - the gateway sends to customers whom its user may not see
        return self.sudo()._lease_messages(values.get("limit", 100))

    @api.model
    def _lease_messages(self, limit):
        answer = []
        now = fields.Datetime.now()
        for what in ("invitation", "reminder"):
            for program, size in self._sms_due(what).items():
                room = min(size, limit - len(answer), self._room_in_this_minute(program))
                if room <= 0:
                    continue
                ready = self._lock_sms(program, what, room)._still_allowed(what, now)
                ready.leased_until = now + LEASE
                answer += ready._as_messages(what)
        return answer

    @api.model
    def _due_condition(self, what):
        if not what.startswith("sms_"):
            return super()._due_condition(what)
        now = fields.Datetime.now()
        free = SQL("i.channel = 'sms' AND (i.leased_until IS NULL OR i.leased_until <= %s)", now)
        if what == "sms_reminder":
            return SQL(
                "i.state IN ('sent', 'started', 'partial') AND i.next_reminder_at <= %s AND i.expires_at > %s AND %s",
                now,
                now,
                free,
            )
        return SQL("i.state = 'queued' AND (i.send_after IS NULL OR i.send_after <= %s) AND %s", now, free)

    @api.model
    def _room_in_this_minute(self, program):
        """Messages that were fetched a moment ago count before they are reported."""
        fetched = [("program_id", "=", program.id), ("leased_until", ">", fields.Datetime.now() + LEASE - MINUTE)]
        return max(super()._room_in_this_minute(program) - self.search_count(fetched), 0)

    @api.model
    def _sms_due(self, what):
        due = self._due_by_program(f"sms_{what}")
        # sudo: bank.survey.program - see fetch_messages
        return {program: due[program.id] for program in self.env["bank.survey.program"].sudo().browse(due)}

    @api.model
    def _lock_sms(self, program, what, size):
        return self._lock_due(program, f"sms_{what}", size)

    def _as_messages(self, what):
        """Return these invitations of one programme as text messages."""
        rendered, memo, messages = {}, {}, []
        for invitation in self:
            key = (invitation._message_kind(what), invitation._lang())
            if key not in rendered:
                message = invitation.program_id._message_for(key[0], "sms")
                rendered[key] = message._rendered(invitation.program_id, key[1])
            expires_at = invitation.expires_at or invitation.program_id._expiry_of(
                fields.Datetime.now(), invitation.wave_id
            )
            messages.append(
                {
                    "key": invitation._gateway_key(what),
                    "phone": invitation.partner_id.phone_sanitized or invitation.partner_id.phone,
                    "text": rendered[key].body.fill(invitation._fillings(memo)),
                    "lang": key[1],
                    "expires_at": f"{expires_at.isoformat(timespec='seconds')}Z",
                }
            )
        return messages

    def _gateway_key(self, what):
        self.ensure_one()
        return f"survey-{self.id}-{self.reminder_count + 1 if what == 'reminder' else 0}"

    # ------------------------------------------------------------------
    # What became of them
    # ------------------------------------------------------------------

    @api.model
    def report_delivery(self, values):
        """Take in what became of messages; saying so twice changes nothing.

        Example (JSON-2)::

            POST /json/2/bank.survey.invitation/report_delivery
            {"values": {"rows": [{"key": "survey-42-0", "status": "sent"},
                                 {"key": "survey-43-0", "status": "failed", "reason": "unknown subscriber"}]}}

        :param values: ``rows``: list of at most 5,000 objects: ``key`` of the message, ``status`` (``sent`` or
            ``failed``) and, if it failed, ``reason``
        :return: ``{"sent", "failed", "unchanged", "unknown"}``: numbers, and the list of the keys that are none
        :raises AccessError: ``[access_denied]``
        :raises ValidationError: one line for each error, beginning with its code: nothing was taken in
        """
        self._check_gateway()
        rows = api_values.read(self.env, values, {"rows": api_values.rows(MOST_REPORTS)}, required=("rows",))["rows"]
        schema = {
            "key": convert.text(64, trimmed=True),
            "status": convert.choice(("sent", "failed")),
            "reason": api_values.note(200),
        }
        problems = api_values.SurveyProblems(self.env)
        read = api_values.Schema(schema, ("key", "status")).convert_all(rows, problems)
        problems.refuse_call()
        # sudo: bank.survey.invitation - see fetch_messages
        return self.sudo()._take_deliveries([row for _number, row in read])

    @api.model
    def _take_deliveries(self, rows):
        keys = {row["key"]: KEY.fullmatch(row["key"]) for row in rows}
        ids = [int(found["id"]) for found in keys.values() if found]
        known = {invitation.id: invitation for invitation in self.search([("id", "in", ids), ("channel", "=", "sms")])}
        answer = {"sent": 0, "failed": 0, "unchanged": 0, "unknown": []}
        first_sent, now = self.browse(), fields.Datetime.now()
        for row in rows:
            found = keys[row["key"]]
            invitation = found and known.get(int(found["id"]))
            if not invitation:
                answer["unknown"].append(row["key"])
                continue
            reminder = int(found["reminder"])
            if row["status"] == "failed":
                changed = invitation._sms_failed(row.get("reason"), reminder)
            elif reminder:
                changed = invitation._sms_reminded(reminder, now)
            else:
                changed = not invitation.sent_at and invitation not in first_sent and invitation.state != "bounced"
                first_sent |= invitation if changed else self.browse()
            answer[row["status"] if changed else "unchanged"] += 1
        first_sent._mark_sent(now)
        if first_sent:
            self._open_waves()
        return answer

    def _sms_failed(self, reason, reminder):
        self.ensure_one()
        if self.state not in ("queued", "sent"):
            return False
        if reminder:  # the first message arrived, and its link stays open
            changed = bool(self.next_reminder_at)
            self.write({"next_reminder_at": False, "leased_until": False})
            return changed
        self._mark_bounced(reason or "failed")
        return True

    def _sms_reminded(self, reminder, now):
        self.ensure_one()
        if reminder != self.reminder_count + 1 or not self.next_reminder_at:
            return False
        self._count_reminder(now)
        return True
