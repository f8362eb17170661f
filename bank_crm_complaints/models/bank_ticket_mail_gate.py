from odoo import api, fields, models
from odoo.tools import formataddr

from odoo.addons.bank_crm.tools import sealing

from ..tools import mail_headers, mail_sender
from . import inbound_mail

# Tells released messages from others; a Python object cannot travel over RPC.
RELEASE_KEY = object()


class BankTicketMailGate(models.AbstractModel):
    """What happens with a message for tickets: a new ticket, an entry on one, the quarantine, or nothing.

    ================================================  ==========================================================
    A program wrote it (``tools/auto_mail.py``)        on a ticket: a note; else: quarantine
    A report on a delivery                             see ``bank_ticket_mail_bounce.py``
    It came before                                     nothing
    From an employee's address                         a note; quarantine if the sender is not genuine
    More than allowed by one sender within an hour     quarantine
    The sender is not genuine, or not the contact      a note on the ticket; a new ticket without a customer
    To a ticket that was closed long ago               a new ticket that follows the old one
    ================================================  ==========================================================

    Notes change nothing: no clock, no state, no acknowledgement.
    """

    _name = "bank.ticket.mail.gate"
    _description = "Gate for Incoming Mail"

    @api.model
    def _is_released(self):
        return self.env.context.get("bank_mail_release") is RELEASE_KEY

    @api.model
    def _released(self):
        """Return this model in an environment that lets in what somebody has looked at; for server code only."""
        return self.with_context(bank_mail_release=RELEASE_KEY)

    @api.model
    def _pass(self, message, message_dict, routes):
        """Decide about the routes that Odoo found for a message; several teams' addresses in it make one ticket.

        :return: the routes that remain, the ticket's first
        """
        others = [route for route in routes if route[0] != "bank.ticket"]
        mail = self._read(message, message_dict, [route for route in routes if route[0] == "bank.ticket"])
        if mail.is_report:
            self.env["bank.ticket"]._mail_take_report(message, message_dict)
            return others
        if self._is_known(mail):
            return others
        custom_values = self._decide(mail)
        if custom_values is None:
            return others
        self._prepare_message(mail)
        # Odoo acts as the sender's user; a ticket is not the property of whoever writes an employee's address on it.
        root = self.env.ref("base.user_root")
        return [("bank.ticket", mail.ticket.id, custom_values, root.id, mail.alias), *others]

    @api.model
    def _read(self, message, message_dict, routes):
        parameters = self.env["res.config.settings"]
        mail = inbound_mail.read(message, message_dict, parameters._mail_servers(), fields.Datetime.now())
        # sudo: bank.ticket, bank.ticket.team - the gateway works for whoever writes
        tickets = self.env["bank.ticket"].sudo()
        replies = [route for route in routes if route[1]]
        mail.ticket = tickets.browse(replies[0][1]).exists() if replies else tickets
        route = (replies or self._in_order_of_addresses(mail, routes))[0]
        mail.alias = route[4] or self.env["mail.alias"]
        mail.team = self._team_of(route, mail)
        mail.ticket = (mail.ticket or self._ticket_by_number(mail))._mail_current()
        mail.partner = self.env["res.partner"]
        mail.trust = self._trust(mail)
        if mail.trust in ("verified", "unknown", "program"):
            mail.partner = self._customer_of(mail)
        return mail

    @api.model
    def _in_order_of_addresses(self, mail, routes):
        """The address that the writer named first gets the ticket."""
        # From the header itself: Odoo keeps the addresses as a set.
        pairs = mail_headers.addresses(mail.message, "To") + mail_headers.addresses(mail.message, "Cc")
        named = [address.lower() for _name, address in pairs]

        def place(route):
            # sudo: mail.alias - the gateway works for whoever writes
            name = route[4].sudo().alias_full_name.lower() if route[4] else False
            return named.index(name) if name in named else len(named)

        return sorted(routes, key=place)

    @api.model
    def _team_of(self, route, mail):
        """Return the team whose address it was, else the ticket's."""
        # sudo: bank.ticket.team - the gateway works for whoever writes
        teams = self.env["bank.ticket.team"].sudo()
        alias = route[4].sudo() if route[4] else self.env["mail.alias"]
        if alias.alias_parent_thread_id and alias.alias_parent_model_id.model == teams._name:
            return teams.browse(alias.alias_parent_thread_id).exists()
        return teams.browse((route[2] or {}).get("team_id")).exists() or mail.ticket.team_id

    # ------------------------------------------------------------------
    # What
    # ------------------------------------------------------------------

    @api.model
    def _is_known(self, mail):
        """The same message comes again: a mailbox read twice, two addresses of the bank in one message."""
        # sudo: mail.message, bank.ticket, bank.ticket.quarantine - only whether the message came before
        if self.env["mail.message"].sudo().search_count([("message_id", "=", mail.key)], limit=1):
            return True
        if self.env["bank.ticket"].sudo().search_count([("message_key", "=", mail.key)], limit=1):
            return True
        quarantine = self.env["bank.ticket.quarantine"].sudo()
        return not self._is_released() and bool(quarantine.search_count([("message_key", "=", mail.key)], limit=1))

    @api.model
    def _decide(self, mail):
        """Return the values of the ticket to be made, ``{}`` for an entry on one, None where nothing else is to do."""
        if mail.ticket:
            return self._decide_on_ticket(mail)
        if not self._is_released() and (reason := self._reason_to_wait(mail)):
            self._quarantine(mail, reason)
            return None
        return self._ticket_values(mail)

    @api.model
    def _decide_on_ticket(self, mail):
        note = self._reason_for_note(mail)
        if note == "employee" and mail.sender.verdict == mail_sender.FAIL:
            self._quarantine(mail, "forged")
            return None
        if not self._is_released() and self._is_too_much("mail.thread", mail, mail.ticket.id):
            self._quarantine(mail, "thread_limit")
            return None
        if note:
            self._prepare_message(mail)
            mail.ticket._mail_note(mail, note)
            return None
        if mail.ticket._mail_is_past_reopening() and not mail.is_gratitude:
            mail.follow_up_of, mail.ticket = mail.ticket, mail.ticket.browse()
            return self._ticket_values(mail)
        return {}

    @api.model
    def _reason_for_note(self, mail):
        """Return why a message on a ticket is none of its customer's, a key of ``NOTES``; None if it is his."""
        if self._is_employee(mail.sender.address):
            return "employee"
        if mail.is_program and not self._is_released():
            return mail.verdict.kind
        if mail.trust == "failed":
            return "failed"
        return None if mail.ticket._mail_is_contact(mail.sender.address) else "foreign"

    @api.model
    def _reason_to_wait(self, mail):
        """Return why a message makes no ticket before somebody looked at it, see the quarantine's ``reason``."""
        if mail.is_program:
            return mail.verdict.kind
        if not mail.sender.address:
            return "no_sender"
        if self._is_own_address(mail.sender.address):
            return "loop"
        if mail.trust == "failed" and self._is_employee(mail.sender.address):
            return "forged"
        if self._is_too_much("mail.sender", mail):
            return "sender_limit"
        return None

    @api.model
    def _is_too_much(self, scope, mail, ticket_id=0):
        """Count a message, and tell whether there were more than allowed within the hour.

        Forged ones are counted apart: nobody shuts out a customer by writing in his name.
        """
        limit = self.env["res.config.settings"]._mail_parameter(f"{scope.replace('.', '_')}_limit")
        if not limit or not sealing.is_configured():  # addresses are counted under a keyed hash
            return False
        # sudo: bank.ticket.attempt - a counter, written by nobody else
        counter = self.env["bank.ticket.attempt"].sudo()
        return counter._count(scope, f"{ticket_id} {mail.sender.address} {mail.sender.verdict}") > limit

    @api.model
    def _quarantine(self, mail, reason):
        # sudo: bank.ticket.quarantine - written by the gate alone
        return self.env["bank.ticket.quarantine"].sudo()._keep(mail, reason)

    # ------------------------------------------------------------------
    # How
    # ------------------------------------------------------------------

    @api.model
    def _ticket_values(self, mail):
        """Return the values with which the ticket is registered."""
        company = mail.team.company_id or self.env.company
        values = {
            "kind": mail.team.alias_kind or "complaint",
            "subject": mail.subject or self.env._("(no subject)"),
            "company_id": company.id,
            "team_id": mail.team.id,
            "contact_name": mail.partner.name or mail.sender.name or mail.sender.address,
            "contact_email": mail.sender.address,
            "received_at": mail.received_at,
            "message_key": mail.key,
            "sender_check": mail.trust,
        }
        if mail.partner:
            values["partner_id"] = mail.partner.id
        if old := mail.follow_up_of:
            # Who may not see the old ticket must not see either what comes out of it.
            team = mail.team or old.team_id
            values |= {
                "followup_of_id": old.id,
                "kind": old.kind,
                "confidentiality": old.confidentiality,
                "branch_id": old.branch_id.id,
                "team_id": team.id,
            }
        return values

    @api.model
    def _prepare_message(self, mail):
        """Change what Odoo will post: our own dates and keys, one line where one line belongs, no refused files."""
        self._take_in_files(mail)
        mail.values.update(
            bank_mail=mail,
            message_id=mail.key,
            subject=mail.subject,
            email_from=formataddr((mail.sender.name, mail.sender.address)) if mail.sender.address else False,
            date=fields.Datetime.to_string(mail.received_at),
            is_internal=False,
        )
        # An address in a header of the message is not the bank's to write to.
        mail.values.update(cc_filtered=False, to_filtered=False)
        if mail.follow_up_of:
            mail.values.pop("parent_id", None)

    @api.model
    def _take_in_files(self, mail):
        """See ``bank_ticket_mail_files.py``."""
