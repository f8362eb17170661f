from odoo import api, models
from odoo.tools import email_normalize

from ..tools import auto_mail, mail_bounce


class BankTicket(models.Model):
    """Reports on the delivery of what the bank wrote on a ticket.

    A letter that could not be delivered was not sent: ``_on_letter_bounced`` starts again what it had ended.  A report
    that says "not yet" or "delivered" changes nothing, though Odoo takes each of them for a bounce.
    """

    _inherit = "bank.ticket"

    @api.model
    def _mail_take_report(self, message, message_dict):
        """Take in a report on a delivery.

        :return: True if it is about a ticket's message and Odoo need not look at it
        """
        report = mail_bounce.read(message)
        ours = self._mail_reported_message(message_dict, report)
        if not ours:
            return False
        # sudo: bank.ticket - the gateway works for whoever writes
        ticket = self.sudo().browse(ours.res_id).exists()
        if not ticket or not ticket._mail_was_sent_to(ours, report.recipients):
            return True  # somebody writes reports about messages that he never got
        if report.kind == auto_mail.BOUNCE:
            ticket._mail_bounced(ours, report)
        elif report.kind == auto_mail.DELAY:
            ticket._log("mail_delayed", data={"status": report.status})
        return True

    @api.model
    def _mail_reported_message(self, message_dict, report):
        """Return the bank's message that the report is about, if it is one on a ticket or of a letter."""
        # sudo: mail.message - the gateway works for whoever writes
        messages = self.env["mail.message"].sudo()
        found = message_dict.get("bounced_message") or messages
        if not found and report.message_ids:
            domain = [("message_id", "in", report.message_ids[:32])]
            found = messages.search(domain, order="id desc", limit=1)
        if not found or not found.res_id or found.model != self._name:
            return messages
        # What a customer wrote cannot come back to the bank; his own Message-ID in a report is no proof of anything.
        return found if found.message_type != "email" else messages

    def _mail_was_sent_to(self, message, recipients):
        """Tell whether one of ``recipients`` is a person whom the message was sent to; a report may name nobody."""
        if not recipients:
            return True
        known = self._mail_customer_addresses() | self._mail_party_addresses()
        sent_to = message.partner_ids | message.notification_ids.res_partner_id
        known |= {email_normalize(partner.email or "") for partner in sent_to}
        known |= set(message.notification_ids.mapped("mail_email_address"))
        known |= {email_normalize(address) for address in (message.outgoing_email_to or "").split(",")}
        return bool({email_normalize(address) for address in recipients} & (known - {False, None, ""}))

    def _mail_bounced(self, message, report):
        """What the bank wrote did not arrive."""
        self.ensure_one()
        letter = self._mail_letter_of(message)
        # sudo: mail.notification - the state of the delivery, shown beside the message; letters learn of it from there
        message.sudo().notification_ids.filtered(lambda line: line.notification_status != "bounce").write(
            {"notification_status": "bounce", "failure_type": "mail_bounce", "failure_reason": report.status or ""}
        )
        if letter:
            letter._mark_bounced(report.status)
            return
        self._log("mail_bounced", data={"status": report.status})
        self._mail_ask_handler(self.env._("A message to the customer came back: reach him by another way"))

    def _mail_letter_of(self, message):
        """Return the letter that went out with ``message`` and counts as sent."""
        # sudo: bank.ticket.letter - the gateway works for whoever writes
        letters = self.env["bank.ticket.letter"].sudo()
        return letters.search([("message_id", "=", message.id), ("state", "=", "sent")], limit=1)
