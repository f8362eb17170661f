"""Real messages of ``tests/messages`` through the mail gateway, to the addresses of two teams."""

from datetime import timedelta

from odoo.tools.misc import file_open

from .common import TicketCase

MESSAGES = "bank_crm_complaints/tests/messages"


class MailCase(TicketCase):
    """Two teams with addresses (complaints@ and service@example.org); the bank's mail server is mx.example.org."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.env["mail.alias.domain"].create(
            {"name": "example.org", "bounce_alias": "bounce", "catchall_alias": "catchall"}
        )
        cls.company.alias_domain_id = cls.domain
        cls.company.email = "office@example.org"
        cls.office.write({"alias_name": "complaints", "alias_domain_id": cls.domain.id})
        cls.service = cls.make_team("SERVICE", "Service Desk", leader_id=cls.users["lead"].id)
        cls.service.write({"alias_name": "service", "alias_domain_id": cls.domain.id, "alias_kind": "inquiry"})
        cls.env["ir.config_parameter"].set_param("bank_crm_complaints.mail_servers", "mx.example.org")

    @classmethod
    def raw(cls, name, **replacements):
        """Return the bytes of a message file, ``@@NAME@@`` replaced by ``replacements`` (lower-case names)."""
        with file_open(f"{MESSAGES}/{name}.eml", "rb") as file:
            content = file.read()
        for key, value in replacements.items():
            content = content.replace(f"@@{key.upper()}@@".encode(), value.encode())
        assert b"@@" not in content, f"{name}: something is not replaced"
        return content

    def receive(self, name, **replacements):
        """Send a message file through the gateway; return the tickets that it made."""
        return self.deliver(self.raw(name, **replacements))

    def deliver(self, content):
        """Send ``content`` (bytes) through the gateway; return the tickets that it made."""
        tickets = self.env["bank.ticket"]
        last = tickets.search([], order="id desc", limit=1).id or 0
        self.env["mail.thread"].message_process(False, content)
        self.env.flush_all()
        self.env.invalidate_all()
        return tickets.search([("id", ">", last)])

    def quarantined(self, **values):
        domain = [(name, "=", value) for name, value in values.items()]
        return self.env["bank.ticket.quarantine"].search(domain)

    def messages(self, ticket):
        return ticket.message_ids.sorted("id")

    def answered_ticket(self, **values):
        """Return a ticket of Anna's on which an agent has written to her, and that message."""
        ticket = self.make_ticket(contact_email="anna@example.com", team_id=self.office.id, **values)
        message = ticket.with_user(self.users["agent"]).message_post(
            body="We are looking into it.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.anna.ids,
        )
        self.env.flush_all()
        return ticket, message

    def closed_ticket(self, days=1):
        """Return a ticket of Anna's that was closed ``days`` ago, and the agent's last message on it."""
        ticket, message = self.answered_ticket(kind="inquiry")
        ticket._unguarded().write({"state": "closed", "closed_at": self.days_ago(days)})
        return ticket, message

    def days_ago(self, days):
        return self.env.cr.now() - timedelta(days=days)
