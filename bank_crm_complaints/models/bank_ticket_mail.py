import logging

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain
from odoo.tools import email_normalize

from .bank_ticket import STAFF
from .inbound_mail import InboundMail

_logger = logging.getLogger(__name__)


class BankTicket(models.Model):
    """Tickets made from messages, and messages that come in on tickets; the gate decided about them before."""

    _inherit = "bank.ticket"

    sender_check = fields.Selection(
        selection=[
            ("verified", "Genuine"),
            ("unknown", "Not Checked"),
            ("failed", "Not Genuine"),
            ("employee", "Address of an Employee"),
            ("program", "Written by a Program"),
        ],
        string="Sender of the Email",
        readonly=True,
        copy=False,
        groups=STAFF,
        help="What the bank's mail server found out about the sender (SPF, DKIM, DMARC). A ticket of a sender who is "
        "not genuine has no customer until somebody has identified him by another way.",
    )
    refusal_notice_at = fields.Datetime(readonly=True, copy=False, groups=STAFF, export_string_translation=False)

    _contact_email_idx = models.Index("(contact_email) WHERE contact_email IS NOT NULL")

    @api.model
    def _guarded_fields(self):
        return {*super()._guarded_fields(), "sender_check", "refusal_notice_at"}

    # ------------------------------------------------------------------
    # Gateway
    # ------------------------------------------------------------------

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Register the ticket of a message; the same message twice is one ticket."""
        mail = msg_dict.get("bank_mail")
        if not isinstance(mail, InboundMail):  # only the gate lets messages in
            return super().message_new(msg_dict, custom_values=custom_values)
        # The text as people read it: markup of mail programs is no description.
        values = {**(custom_values or {}), "description": mail.text[:100_000]}
        if not values.get("partner_id") and (lang := self._mail_lang(mail.text)):
            values["lang"] = lang
        tickets = self.with_context(bank_ticket_no_acknowledgement=not mail.verdict.may_answer)
        ticket, is_new = tickets._mail_register(values, mail)
        if is_new and mail.follow_up_of:
            ticket._inherit_secrecy(mail.follow_up_of)
            mail.follow_up_of._log_links("followed_up", ticket, reason="email")
        return ticket.with_env(self.env)

    @api.model
    def _mail_register(self, values, mail):
        """Register the ticket of a message; what cannot be registered is not lost.

        Odoo would answer any error with "undeliverable", and the customer's complaint would be gone.

        :return: ``(ticket, is_new)``; no ticket if another process has the same message, or if it is in quarantine
        """
        try:
            with self.env.cr.savepoint():
                return self._register_many([values], intake="mail")[0]
        except ConcurrencyError:  # two processes read one mailbox: the other one has it
            return self.browse(), False
        except psycopg2.errors.TransactionRollbackError:  # Odoo repeats the whole
            raise
        except Exception as error:
            if self.env["bank.ticket.mail.gate"]._is_released():
                raise
            _logger.exception("A message for tickets could not be registered and waits in the quarantine")
            mail.verdict = mail.verdict._replace(reason=type(error).__name__)
            self.env["bank.ticket.mail.gate"]._quarantine(mail, "error")
            return self.browse(), False

    def message_post(self, *, bank_mail=None, **kwargs):
        """Post a message; what the gate let in is followed by what belongs to it."""
        if not isinstance(bank_mail, InboundMail):
            return super().message_post(**kwargs)
        bank_mail.values.pop("bank_mail", None)  # other models get the same dictionary after this one
        if not self:  # see `_mail_register`
            return self.env["mail.message"]
        is_late = not self.is_open
        quiet = self.with_context(bank_mail_no_exchange=bank_mail.is_gratitude and is_late)
        message = super(BankTicket, quiet).message_post(**kwargs)
        if bank_mail.refused:
            self._mail_tell_refused(bank_mail)
        return message.with_env(self.env)

    def _is_exchange_with_customer(self, message):
        """The message that made the ticket is its registration; thanks after the end are no new word in the matter."""
        if self.env.context.get("bank_mail_no_exchange"):
            return False
        # sudo: bank.ticket - only the key of the first message
        if message.message_id and message.message_id == self.sudo().message_key:
            return False
        return super()._is_exchange_with_customer(message)

    @api.model
    def _mail_lang(self, text):
        """Return the language of a text of nobody known, where its script tells; else nothing."""
        installed = dict(self.env["res.lang"].get_installed())
        chinese = sum("\u4e00" <= character <= "\u9fff" for character in text)
        japanese = sum("\u3040" <= character <= "\u30ff" for character in text)
        code = "ja_JP" if japanese > 3 else "zh_CN" if chinese > 3 else None
        return code if code in installed else None

    # ------------------------------------------------------------------
    # Who may write
    # ------------------------------------------------------------------

    def _mail_customer_addresses(self):
        """Return the normalised addresses under which this ticket's customer writes."""
        self.ensure_one()
        return {email_normalize(address) for address in (self.contact_email, self.partner_id.email)} - {False, None}

    def _mail_is_contact(self, address):
        """Tell whether messages from ``address`` are words of the complainant or of whoever acts for him."""
        self.ensure_one()
        address = email_normalize(address or "")
        if not address:
            return False
        return address in self._mail_customer_addresses() or address in self._mail_party_addresses()

    def _mail_party_addresses(self):
        """Return the addresses of those who act for the complainant."""
        # sudo: bank.ticket.party - the gateway works for whoever writes
        parties = self.env["bank.ticket.party"].sudo().search([("ticket_id", "=", self.id)])
        return {email_normalize(party.email or "") for party in parties if party.is_authorised} - {False, None, ""}

    # ------------------------------------------------------------------
    # After the end
    # ------------------------------------------------------------------

    def _mail_is_past_reopening(self):
        """Tell whether the ticket was closed too long ago to be opened again by a message."""
        self.ensure_one()
        return not self.is_open and not self._is_within_reopen_days()

    def _mail_current(self):
        """Return the ticket in which the work goes on: tickets that were merged live on in the other one."""
        ticket = self
        for _step in range(20):  # chains of merges are short; a circle would be a mistake elsewhere
            if not ticket.merged_into_id:
                break
            ticket = ticket.merged_into_id
        return ticket

    def _mail_ask_handler(self, summary):
        """Put a message before the handler, else the team's leader; the same question stands there once."""
        for ticket in self:
            user = ticket.user_id or ticket.team_id.leader_id
            same = ticket.activity_ids.filtered(lambda activity: activity.summary == summary)
            if user and not same:
                ticket.with_context(mail_activity_quick_update=True).activity_schedule(
                    "mail.mail_activity_data_todo", user_id=user.id, summary=summary
                )

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """Odoo's own guard, with an exact comparison that has an index: addresses are stored in lower case."""
        return list(Domain("contact_email", "=", email_from_normalized) & Domain("intake", "=", "mail"))
