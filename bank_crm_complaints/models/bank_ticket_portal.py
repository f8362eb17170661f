from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

FILES_SENT = _lt("Files sent with the form")
WITHDRAWN = _lt("Withdrawn by the customer in the portal")
REFUSED = {
    "write": _lt("[ticket_closed] You cannot write here any more."),
    "answer": _lt("[not_answered] There is no answer of ours that you could accept or reject at the moment."),
    "withdraw": _lt("[ticket_closed] This can no longer be withdrawn."),
    "reopen": _lt("[ticket_open] This is not closed."),
}


class BankTicket(models.Model):
    """What customers do with their tickets by the pages of the portal.

    The pages have checked whose ticket it is and call these methods on the ticket as superuser on behalf of the
    visitor, whose own rights are to read.
    """

    _inherit = "bank.ticket"

    def _customer_may(self):
        """Return what the customer may do now: a set of ``write``, ``answer``, ``withdraw``, ``reopen``."""
        self.ensure_one()
        if not self.is_open:
            return {"reopen"}
        if self.state != "responded":
            return {"write", "withdraw"}
        return {"write"} if self._is_accepted_by_customer() else {"write", "answer"}

    def _is_accepted_by_customer(self):
        """Tell whether the customer accepted the answer that he has now, and not only an earlier one."""
        self.ensure_one()
        # sudo: bank.ticket.acceptance - what the customer himself said
        ticket = self.sudo()
        last = ticket.acceptance_ids.sorted(lambda reaction: (reaction.accepted_at, reaction.id))[-1:]
        since = ticket.responded_at or last.accepted_at
        return last.decision == "accepted" and last.accepted_at >= since

    def _check_customer_may(self, what):
        """:raises UserError: the page was old, or somebody made the request by hand"""
        self.ensure_one()
        # Two clicks side by side are one after the other: the second sees what the first has done.
        self._lock_rows()
        if what not in self._customer_may():
            raise UserError(self.env._(REFUSED[what]))  # pylint: disable=prefer-env-translation

    @api.model
    def _register_from_portal(self, values, key, files=(), behalf=None):
        """Register a ticket of the visitor, once for each ``key``.

        :param values: checked values of the form
        :param key: secret of the form that was sent; the same key is the same ticket
        :param files: list of ``(name, content)``
        :param behalf: ``{role, name, phone, email, files}`` of the person for whom the visitor writes
        :return: ``(ticket, is_new)``, the ticket as superuser
        :raises ConcurrencyError: the same form is registered at this moment; Odoo repeats the request
        """
        customer = self.env.user.partner_id
        vals = {**values, "partner_id": customer.id, "lang": self._portal_lang(), "message_key": f"portal:{key}"}
        if behalf:
            words = self.env._("Written on behalf of: %(name)s", name=behalf["name"])
            vals["description"] = f"{vals['description']}\n\n{words}"
        # sudo: bank.ticket - customers register by this path only; whose ticket it is was not taken from the form
        [(ticket, is_new)] = self.sudo()._register_many([vals], "portal")
        if not is_new and ticket.partner_id != customer:
            raise UserError(self.env._("[unknown_form] Open the form again and send it once more."))
        if is_new:
            ticket._take_behalf(behalf)
            if files:
                ticket._post_of_customer(self.env._(FILES_SENT), files)  # pylint: disable=prefer-env-translation
        return ticket, is_new

    @api.model
    def _portal_lang(self):
        code = self.env.lang or self.env.user.lang
        return code if code in dict(self._selection_lang()) else self.env.user.lang

    def _take_behalf(self, behalf):
        """Who writes for another is the agent or heir, the other one the complainant where he can be reached."""
        if not behalf:
            return
        files = self.env["ir.attachment"].create(
            [{"name": name, "raw": content} for name, content in behalf.get("files", ())]
        )
        rows = [
            {
                "ticket_id": self.id,
                "role": behalf["role"],
                "partner_id": self.partner_id.id,
                "name": self.partner_id.name,
                "phone": self.partner_id.phone,
                "email": self.partner_id.email,
                "authority_attachment_ids": [(6, 0, files.ids)],
            }
        ]
        if behalf.get("phone") or behalf.get("email"):
            others = {name: behalf.get(name) or False for name in ("name", "phone", "email")}
            rows.append({"ticket_id": self.id, "role": "complainant", **others})
        self.env["bank.ticket.party"].create(rows)

    def _post_of_customer(self, text, files=()):
        """Post what the customer wrote, in his name.

        :param text: plain text
        :param files: list of ``(name, content)``
        """
        self.ensure_one()
        quiet = self.with_context(mail_post_autofollow_author_skip=True, mail_post_autofollow=False)
        return quiet.message_post(
            body=plaintext2html(text) if text else Markup(""),
            author_id=self.env.user.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=list(files),
        )

    def _customer_writes(self, text, files=()):
        """The customer writes on his ticket.

        :raises UserError: the ticket is closed
        """
        self._check_customer_may("write")
        return self._post_of_customer(text, files)

    def _customer_accepts(self, text="", files=()):
        """The customer accepts the bank's answer.

        :raises UserError: there is none at the moment
        """
        self._check_customer_may("answer")
        self._answer_of_customer("accepted", text, files)

    def _customer_rejects(self, text, files=()):
        """The customer does not accept the bank's answer and says why: the matter is looked into again.

        :raises UserError: there is none at the moment
        """
        self._check_customer_may("answer")
        self._answer_of_customer("rejected", text, files)

    def _answer_of_customer(self, decision, text, files):
        if text or files:
            self._post_of_customer(text, files)
        self._record_acceptance(decision, "portal", "written", note=text or None)

    def _customer_withdraws(self, text="", files=()):
        """The customer withdraws his ticket: the procedure ends on this day (China: Order 2020 No. 3, art. 15).

        :raises UserError: the ticket is answered or closed
        """
        self._check_customer_may("withdraw")
        if files:
            self._post_of_customer(text, files)
        self._withdraw(text or self.env._(WITHDRAWN))  # pylint: disable=prefer-env-translation

    def _customer_asks_to_reopen(self, text, files=()):
        """The customer is not done with a closed ticket: a person decides whether it is opened again.

        :raises UserError: the ticket is open
        """
        self._check_customer_may("reopen")
        return self._post_of_customer(text, files)
