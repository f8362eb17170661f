"""Helpers of the tests of clocks: tickets under one regime, letters without their checks, deadlines in local time."""

from datetime import timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import fields

from .common import TicketCase


class ClockCase(TicketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Legal days end in the time zone of the regime's place when neither branch nor company say otherwise.
        cls.company.resource_calendar_id = False

    @classmethod
    def regime(cls, name):
        return cls.env.ref(f"bank_crm_complaints.bank_ticket_regime_{name}")

    @classmethod
    def rule(cls, name):
        return cls.env.ref(f"bank_crm_complaints.clock_rule_{name}")

    @classmethod
    def make_complaint(cls, regime, received_at, **values):
        return cls.make_ticket(regime_ids=cls.regime(regime).ids, received_at=received_at, **values)

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("bank_crm_complaints.ir_cron_bank_ticket_clock_breaches").method_direct_trigger()

    def clocks(self, ticket, code):
        ticket.invalidate_recordset(["clock_ids"])
        return ticket.clock_ids.filtered(lambda clock: clock.rule_id.code == code).sorted("id")

    def clock(self, ticket, code):
        """Return the newest clock of the ticket about ``code``."""
        found = self.clocks(ticket, code)
        self.assertTrue(found, f"no clock {code}")
        return found[-1]

    def codes(self, ticket):
        """Return ``{code: state}`` of the ticket's clocks, the newest of each code."""
        ticket.invalidate_recordset(["clock_ids"])
        return {clock.rule_id.code: clock.state for clock in ticket.clock_ids.sorted("id")}

    def assertDue(self, ticket, code, expected, tz):
        due = self.clock(ticket, code).due_at.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(tz))
        self.assertEqual(due.replace(tzinfo=None).isoformat(" "), expected)

    def send(self, ticket, kind, at):
        """Let a letter of ``kind`` be sent at ``at`` (UTC): the facts of sending alone, without text and checks."""
        letter = self.env["bank.ticket.letter"]._unguarded().create(
            {
                "ticket_id": ticket.id,
                "kind_id": self.env.ref(f"bank_crm_complaints.letter_kind_{kind}").id,
                "sha256": "0" * 64,
                "state": "sent",
                "sent_at": at,
            }
        )
        self.env["bank.ticket.clock"]._on_event(ticket, "letter_sent", letter.sent_at, letter=letter)
        return letter

    def bounce(self, letter, at=None):
        letter._unguarded().write({"state": "bounced", "bounced_at": at or letter.sent_at + timedelta(days=1)})
        self.env["bank.ticket.clock"]._on_event(
            letter.ticket_id, "letter_bounced", fields.Datetime.to_datetime(at), letter=letter
        )
