from odoo import api, models
from odoo.fields import Domain

from ..tools import attachment_policy

# Types of messages that people wrote; notices of the system are none of the customer's.
WRITTEN = ("comment", "email", "email_outgoing", "auto_comment")


class BankTicket(models.Model):
    """Which messages and files of a ticket its customer may read, and by which ways from outside.

    Odoo opens every file of a document to whoever reads the document, those of internal notes too, and every document
    to whoever has a link with its token.  Tickets do neither: files go by the message or letter that they belong to,
    and a link that was passed on opens nothing.
    """

    _inherit = "bank.ticket"

    def _customer_message_domain(self):
        """Return the domain of the messages on these tickets that the customers read.

        Those exchanged with them, and emails of their own, which Odoo files as notes where they open a ticket.
        """
        exchanged = Domain("subtype_id", "!=", False) & Domain("subtype_id.internal", "=", False)
        own = Domain.OR(
            Domain("res_id", "=", ticket.id) & Domain("author_id", "=", ticket.partner_id.id)
            for ticket in self
            if ticket.partner_id
        )
        return (
            Domain("model", "=", self._name)
            & Domain("res_id", "in", self.ids)
            & Domain("message_type", "in", WRITTEN)
            & Domain("is_internal", "=", False)
            & (exchanged | (Domain("message_type", "=", "email") & own))
        )

    def _customer_visible_messages(self):
        """Return what the customers of these tickets may read of the words exchanged, the newest first."""
        # sudo: mail.message - the domain holds what the customer may read
        return self.env["mail.message"].sudo().search(self.sudo()._customer_message_domain(), order="id desc")

    def _customer_visible_letters(self):
        """Return the letters that were sent to the customers of these tickets, the newest first."""
        # sudo: bank.ticket.letter - what was sent to the customer is his to read
        letters = self.env["bank.ticket.letter"].sudo()
        return letters.search([("ticket_id", "in", self.ids), ("state", "in", ("sent", "bounced"))], order="id desc")

    def _customer_visible_attachments(self):
        """Return the files of the messages and letters that the customers of these tickets may read."""
        return self._customer_visible_messages().attachment_ids | self._customer_visible_letters().attachment_id

    @api.model
    def _accept_files(self, files):
        """Sort files from outside by the rules that hold for mail, too.

        :param files: list of ``(name, bytes)``
        :return: ``(accepted, refused)``: files with clean names, numbers in texts masked, and a list of
            :class:`attachment_policy.Refusal`
        """
        gate = self.env["bank.ticket.mail.gate"].sudo()  # sudo: ir.config_parameter - the rules of the company
        accepted, refused = attachment_policy.accept(files, **gate._file_rules())
        plain = [gate._plain(files[index])[:2] for index in accepted]
        names = self._mask_texts([attachment_policy.clean_name(name) for name, _content in plain])
        return list(zip(names, [content for _name, content in plain], strict=True)), refused

    @api.model
    def _get_thread_with_access(self, thread_id, **kwargs):
        # Tokens open nothing: a mail that is passed on would open a complaint to whoever gets it.
        kwargs = {name: value for name, value in kwargs.items() if name not in ("hash", "pid", "token")}
        return super()._get_thread_with_access(thread_id, **kwargs)

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        # Odoo's own routes would take in files past the bank's rules for them; customers write by the pages of the
        # portal. Asked as superuser on behalf of the visitor, so `su` says nothing.
        if message_operation != "read" and self.env.user.share:
            return dict.fromkeys(self, "unlink")
        return super()._mail_get_operation_for_mail_message_operation(message_operation)
