from collections import defaultdict

from markupsafe import Markup

from odoo import Command, models
from odoo.tools import email_normalize, formataddr
from odoo.tools.mail import generate_tracking_message_id

# A clerk waits for his letters; many at once, and what the server sends by itself, go with the queue of Odoo's mails.
MOST_AT_ONCE = 10
# Earlier messages of the conversation that a letter names, so that mail programs show them together.
MOST_REFERENCES = 5


class BankTicketLetter(models.Model):
    """How letters leave the bank: as a message of the ticket's conversation, which the customer reads in the portal,
    and by email where that is the channel."""

    _inherit = "bank.ticket.letter"

    def _normalized_email(self):
        return email_normalize(self.email_to) if self.email_to else False

    def _deliver(self):
        """Write the letters into the conversations of their tickets.

        :returns: mails to hand to :meth:`_dispatch` when everything else is done
        """
        by_channel = self.grouped("channel")
        # sudo: mail.mail - users do not write mails directly, a letter is one way to
        mails = self.env["mail.mail"].sudo()
        if by_email := by_channel.get("email"):
            mails |= by_email._deliver_by_email()
        for channel in ("post", "portal"):
            if channel in by_channel:
                by_channel[channel]._deliver_as_message()
        if "portal" in by_channel:
            mails |= by_channel["portal"]._tell_about_portal()
        return mails

    def _dispatch(self, mails):
        """Have mails leave when the transaction is done. A server that refuses one reports it at once."""
        if not mails:
            return
        if len(mails) <= MOST_AT_ONCE and not all(self.mapped("is_automatic")):
            mails.send_after_commit()
        else:
            self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    # ------------------------------------------------------------------
    # Messages
    # ------------------------------------------------------------------

    def _message_values(self):
        """Return ``{letter id: values of its message}``."""
        tickets = self.ticket_id
        reply_to = tickets._notify_get_reply_to_batch(defaults=dict.fromkeys(tickets.ids, False))
        comment = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        return {
            letter.id: {
                "model": "bank.ticket",
                "res_id": letter.ticket_id.id,
                "subject": letter.subject,
                "body": letter.body,
                "message_type": "email_outgoing",
                "subtype_id": comment,
                "is_internal": False,
                "author_id": letter._author().id,
                "email_from": letter._sender(),
                "reply_to": letter._reply_to() or reply_to.get(letter.ticket_id.id) or letter._sender(),
                "message_id": generate_tracking_message_id(f"{letter.ticket_id.id}-bank.ticket"),
                "attachment_ids": [Command.link(letter.attachment_id.id)],
            }
            for letter in self
        }

    def _author(self):
        """Return who writes: the clerk, or the bank where the server sends by itself."""
        # sudo: res.company - the bank as a partner
        return self.sudo().company_id.partner_id if self.is_automatic else self.env.user.partner_id

    def _sender(self):
        """Return the sender's address: the bank's, not the clerk's; empty where the bank has none."""
        company = self.sudo().company_id  # sudo: res.company - its address
        address = email_normalize(company.email or "") or company.default_from_email
        return formataddr((company.name, address)) if address else False

    def _reply_to(self):
        """Return the address of the team that handles the ticket, where it has one."""
        address = self.ticket_id.sudo().team_id.alias_email  # sudo: bank.ticket.team - where answers are read
        return formataddr((self.company_id.name, address)) if address else False

    def _deliver_as_message(self):
        values = self._message_values()
        # sudo: mail.message - a letter is a message to the customer, whoever may send letters writes it
        messages = self.env["mail.message"].sudo().create([values[letter.id] for letter in self])
        for letter, message in zip(self, messages, strict=True):
            letter.message_id = message

    # ------------------------------------------------------------------
    # Email
    # ------------------------------------------------------------------

    def _deliver_by_email(self):
        values, references = self._message_values(), self._references()
        # sudo: mail.mail - users do not write mails directly, a letter is one way to
        mails = (
            self.env["mail.mail"]
            .sudo()
            .create(
                [
                    {
                        **values[letter.id],
                        "body_html": letter.body,
                        "email_to": formataddr((letter.recipient_name or "", letter._normalized_email())),
                        "references": " ".join(references[letter.ticket_id.id]),
                        "headers": repr(letter._headers(references[letter.ticket_id.id])),
                        "is_notification": True,
                        "auto_delete": True,
                        "state": "outgoing",
                    }
                    for letter in self
                ]
            )
        )
        for letter, mail in zip(self, mails, strict=True):
            letter.message_id = mail.mail_message_id
        self._note_recipients(mails)
        return mails

    def _headers(self, references):
        """Return headers by which answers and reports on this mail can be told from what customers write.

        RFC 3834: what a machine sends says so, and nobody's machine should answer it.
        """
        headers = {"X-Bank-Ticket-Letter": str(self.id), "X-Auto-Response-Suppress": "OOF, AutoReply"}
        if references:
            headers["In-Reply-To"] = references[-1]
        if self.is_automatic:
            headers |= {
                "Auto-Submitted": "auto-replied",
                "X-Auto-Response-Suppress": "All",
                "Precedence": "auto_reply",
            }
        return headers

    def _references(self):
        """Return ``{ticket id: Message-IDs of the latest messages with the customer, the oldest first}``."""
        # sudo: mail.message - only the ids that mail programs thread by
        messages = self.env["mail.message"].sudo()
        domain = [
            ("model", "=", "bank.ticket"),
            ("res_id", "in", self.ticket_id.ids),
            ("message_type", "in", ("email", "email_outgoing", "comment")),
            ("is_internal", "=", False),
        ]
        found = defaultdict(list)
        for message in messages.search_fetch(domain, ["res_id", "message_id"], order="id"):
            found[message.res_id].append(message.message_id)
        for ticket in self.ticket_id:
            key = ticket.message_key
            if key and key.startswith("<") and key not in found[ticket.id]:
                found[ticket.id].insert(0, key)
            found[ticket.id] = [key for key in found[ticket.id] if key][-MOST_REFERENCES:]
        return found

    def _note_recipients(self, mails):
        """Keep who gets which mail, so that the conversation shows what was delivered and what came back."""
        values = []
        for letter, mail in zip(self, mails, strict=True):
            partner = letter.sudo().partner_id  # sudo: res.partner - whether it is his own address
            is_own = partner and partner.email_normalized == letter._normalized_email()
            values.append(
                {
                    "author_id": mail.author_id.id,
                    "mail_message_id": mail.mail_message_id.id,
                    "mail_mail_id": mail.id,
                    "notification_type": "email",
                    "notification_status": "ready",
                    "res_partner_id": partner.id if is_own else False,
                    "mail_email_address": False if is_own else letter._normalized_email(),
                }
            )
        self.env["mail.notification"].sudo().create(values)  # sudo: mail.notification - see the mails

    # ------------------------------------------------------------------
    # Portal
    # ------------------------------------------------------------------

    def _tell_about_portal(self):
        """Tell customers by email that a letter waits for them behind their login; the mail says nothing of it."""
        values = []
        for letter in self:
            partner = letter.sudo().partner_id  # sudo: res.partner - the address of the customer's login
            user = partner.user_ids.filtered(lambda user: user.share and user.active)[:1]
            address = email_normalize(user.email or partner.email or "")
            if not address:
                continue
            spoken = letter.with_context(lang=letter.lang)
            text = spoken.env._(
                "a letter of %(bank)s about %(number)s waits for you. Please log in to read it.",
                bank=letter.company_id.name,
                number=letter.ticket_id.number,
            )
            link = f"{letter.get_base_url()}{letter.ticket_id.access_url}"
            values.append(
                {
                    "subject": spoken.env._("You have a letter: %(number)s", number=letter.ticket_id.number),
                    "body_html": Markup('<p>%s,</p><p>%s</p><p><a href="%s">%s</a></p>')
                    % (letter.recipient_name or partner.name, text, link, link),
                    "email_from": letter._sender(),
                    "email_to": formataddr((letter.recipient_name or "", address)),
                    "headers": repr({"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}),
                    "auto_delete": True,
                }
            )
        # sudo: mail.mail - users do not write mails directly
        return self.env["mail.mail"].sudo().create(values)
