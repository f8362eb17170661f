from odoo.tests import tagged

from .portal_case import PortalCase


@tagged("post_install", "-at_install")
class TestPortalTour(PortalCase):
    """A customer in Chromium."""

    def test_file_follow_and_withdraw(self):
        self.start_tour("/my", "bank_ticket_portal_tour", login="bank_clerk")
        self.env.invalidate_all()
        ticket = self.tickets_of(self.clerk)
        self.assertEqual((ticket.kind, ticket.intake, ticket.state), ("complaint", "portal", "withdrawn"))
        self.assertEqual(ticket.requested_remedy, "Give it back")
        messages = ticket._customer_visible_messages()
        self.assertIn("again in April", messages[0].body)
        self.assertEqual(messages.attachment_ids.mapped("name"), ["statement.txt"])

    def test_accept_the_answer(self):
        self.answer(self.ticket)
        self.start_tour("/my/tickets", "bank_ticket_portal_accept_tour", login="bank_anna")
        self.env.invalidate_all()
        self.assertEqual(self.ticket.sudo().acceptance_ids.decision, "accepted")


@tagged("post_install", "-at_install")
class TestPortalTourOnATelephone(PortalCase):
    browser_size = "375x667"
    touch_enabled = True

    def test_accept_the_answer(self):
        self.answer(self.ticket)
        self.start_tour("/my/tickets", "bank_ticket_portal_accept_tour", login="bank_anna")
        self.env.invalidate_all()
        self.assertEqual(self.ticket.sudo().acceptance_ids.decision, "accepted")

    def test_file_follow_and_withdraw(self):
        self.start_tour("/my", "bank_ticket_portal_tour", login="bank_clerk")
        self.assertEqual(self.tickets_of(self.clerk).state, "withdrawn")
