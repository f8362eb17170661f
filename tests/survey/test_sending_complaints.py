"""A customer who complains is left in peace, and asked when his complaint is closed."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.bank_crm_complaints.tests.common import TicketWorld
from odoo.addons.bank_crm_complaints.tests.lifecycle_common import LifecycleCase
from odoo.addons.bank_crm_survey.tests.sending_common import SendingCase


@tagged("post_install", "-at_install", "standard")
class TestSendingAndComplaints(SendingCase, TicketWorld):
    close, agent, send = LifecycleCase.close, LifecycleCase.agent, LifecycleCase.send

    def complain(self):
        return self.env["bank.ticket"].create(
            {"kind": "complaint", "partner_id": self.anna.id, "subject": "Fee", "description": "A fee."}
        )

    def test_a_complaint_that_was_opened_meanwhile(self):
        invitations = self.queue(self.anna, self.ben)
        self.complain()
        self.run_cron("send")
        self.assertState(invitations[0], "suppressed", "open_complaint")
        self.assertState(invitations[1], "sent")

    def test_no_reminder_while_a_complaint_is_open(self):
        [invitation] = self.queue(self.anna)
        self.run_cron("send")
        self.mails(invitation).unlink()
        self.complain()
        self.freeze("2026-03-27 04:00:00")
        self.run_cron("remind")
        self.assertState(invitation, "sent")
        self.assertFalse(self.mails(invitation) or invitation.next_reminder_at)

    def test_asked_after_it_was_closed(self):
        program = self.make_program(
            "AFTER",
            "After a complaint",
            state="draft",
            kind="transactional",
            trigger_kind="ticket.closed",
            trigger_payload_key="kind",
            trigger_payload_values="complaint",
        )
        program.action_start()
        ticket = self.complain()
        self.close(ticket)
        self.assertFalse(ticket.is_open)
        self.run_cron("trigger")
        [invitation] = self.env["bank.survey.invitation"].search([("program_id", "=", program.id)])
        self.assertState(invitation, "queued")
        self.assertEqual(invitation.touchpoint_ref, f"bank.ticket,{ticket.id}")
        self.assertEqual(invitation.send_after, ticket.closed_at + timedelta(hours=24))
        self.freeze(fields.Datetime.add(invitation.send_after, minutes=1))
        self.run_cron("send")
        self.assertState(invitation, "sent")
