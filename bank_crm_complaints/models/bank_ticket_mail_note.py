from markupsafe import Markup

from odoo import models
from odoo.tools.translate import LazyTranslate

from ..tools import attachment_policy, auto_mail

_lt = LazyTranslate(__name__)

# Why a message that came in on a ticket is kept as a note and changes nothing.
NOTES = {
    auto_mail.AUTO_REPLY: _lt("An automatic reply. It changes nothing."),
    auto_mail.AUTO_GENERATED: _lt("Written by a program. It changes nothing."),
    auto_mail.BULK: _lt("From a mailing list. It changes nothing."),
    auto_mail.RECEIPT: _lt("A receipt of a delivery."),
    "employee": _lt("By email from an employee's address. The customer does not see it: answer him from the ticket."),
    "failed": _lt(
        "The sender is not genuine: the mail server says that this message does not come from the address on it. "
        "Do not act on it before you have asked the customer by another way."
    ),
    "foreign": _lt("Not from the customer's address. The customer does not see it."),
}
QUESTIONS = {
    "failed": _lt("A message whose sender is not genuine came in"),
    "foreign": _lt("Somebody else wrote on this ticket"),
    "employee": _lt("A colleague wrote by email"),
}
REFUSALS = {
    attachment_policy.TOO_LARGE: _lt("too large"),
    attachment_policy.MESSAGE_TOO_LARGE: _lt("all files together are too large"),
    attachment_policy.EXECUTABLE: _lt("a program"),
    attachment_policy.MACRO: _lt("contains macros"),
    attachment_policy.DISGUISED: _lt("its name hides what it is"),
    attachment_policy.TYPE_NOT_ALLOWED: _lt("this kind of file is not accepted"),
    attachment_policy.UNREADABLE: _lt("an archive that cannot be looked into"),
}


class BankTicket(models.Model):
    """Notes of the gate, and what is said about files that were not accepted."""

    _inherit = "bank.ticket"

    def _mail_note(self, mail, reason):
        """Keep a message as a note that only the staff sees; nobody is notified, no clock moves.

        :param mail: ``InboundMail``, prepared by the gate
        :param reason: a key of ``NOTES``
        """
        self.ensure_one()
        text = self.env._(NOTES[reason])  # pylint: disable=prefer-env-translation
        values = {
            "model": self._name,
            "res_id": self.id,
            "body": Markup("<p><b>%s</b></p>%s") % (text, mail.values.get("body") or ""),
            "subject": mail.subject,
            "email_from": mail.values.get("email_from"),
            "author_id": False,
            "message_type": "email",
            "is_internal": True,
            "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
            "message_id": mail.key,
            "date": mail.received_at,
            "email_add_signature": False,
            "record_alias_domain_id": False,
            "record_company_id": self.company_id.id,
            "reply_to": False,
        }
        values.update(self._process_attachments_for_post(mail.values.get("attachments") or [], [], values))
        message = self.sudo()._message_create([values])  # sudo: mail.message - the gateway works for whoever writes
        self._log("mail_note", data={"reason": reason})
        if reason in QUESTIONS:
            self._mail_ask_handler(self.env._(QUESTIONS[reason]))  # pylint: disable=prefer-env-translation
        return message

    def _mail_refusal_lines(self, refused):
        """Return ``[(file name, reason)]`` in the language of the environment."""
        return [
            (refusal.name, self.env._(REFUSALS[refusal.code]))  # pylint: disable=prefer-env-translation
            for refusal in refused
        ]

    def _mail_refusal_text(self, refused):
        """Return what stands below a message whose files were not all accepted (HTML)."""
        rows = Markup("").join(Markup("<li>%s: %s</li>") % row for row in self._mail_refusal_lines(refused))
        return Markup("<hr/><p>%s</p><ul>%s</ul>") % (self.env._("Not accepted by the bank:"), rows)
