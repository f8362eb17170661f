import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ..tools import mail_sender

NUMBER = re.compile(r"(?<![\w-])[A-Z]{0,8}[-/]?\d[\w/-]{3,30}(?![\w-])")


class BankTicketMailGate(models.AbstractModel):
    """Who wrote a message, as far as the bank may believe it."""

    _inherit = "bank.ticket.mail.gate"

    @api.model
    def _trust(self, mail):
        """Return a value of ``bank.ticket.sender_check``."""
        if mail.sender.verdict == mail_sender.FAIL:
            return "failed"
        if self._is_employee(mail.sender.address):
            return "employee"
        if mail.is_program:
            return "program"
        if mail.sender.verdict == mail_sender.PASS:
            return "verified"
        # sudo: ir.config_parameter - one setting of this addon
        required = self.env["ir.config_parameter"].sudo().get_param("bank_crm_complaints.mail_require_authentication")
        return "failed" if required else "unknown"

    @api.model
    def _is_employee(self, address):
        # sudo: res.users - whether an address is one of the staff's
        users = self.env["res.users"].sudo()
        domain = Domain("share", "=", False) & Domain("partner_id.email_normalized", "=", email_normalize(address))
        return bool(address and users.search_count(domain, limit=1))

    @api.model
    def _customer_of(self, mail):
        """Return the customer of the ticket if he wrote, else the only customer who has the address, else nobody."""
        address = email_normalize(mail.sender.address)
        ticket_partner = mail.ticket.partner_id
        if mail.ticket:
            return ticket_partner if address in mail.ticket._mail_customer_addresses() else ticket_partner.browse()
        # sudo: res.partner - who has an address; the ticket shows it to those who may see the customer
        partners = self.env["res.partner"].sudo()
        companies = [mail.team.company_id.id or self.env.company.id, False]
        domain = [
            ("email_normalized", "=", address),
            ("is_bank_customer", "=", True),
            ("company_id", "in", companies),
        ]
        found = partners.search(domain, limit=2)
        return found if address and len(found) == 1 else partners.browse()

    @api.model
    def _ticket_by_number(self, mail):
        """A number in the subject leads to its ticket if the ticket's contact writes; anybody can write a number."""
        # sudo: bank.ticket - the gateway works for whoever writes
        tickets = self.env["bank.ticket"].sudo()
        numbers = NUMBER.findall(mail.subject)[:20]
        if not numbers or mail.sender.verdict == mail_sender.FAIL:
            return tickets
        domain = [("number", "in", numbers), ("company_id", "=", mail.team.company_id.id)]
        found = tickets.search(domain, limit=20).filtered(lambda ticket: ticket._mail_is_contact(mail.sender.address))
        return found[:1]

    @api.model
    def _is_own_address(self, address):
        """What comes from one of our own addresses is our own message on its way back."""
        # sudo: mail.alias - only whether an address is one of ours
        return bool(self.env["mail.alias.domain"].sudo()._find_aliases([email_normalize(address)]))
