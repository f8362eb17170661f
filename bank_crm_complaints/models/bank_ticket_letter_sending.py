from odoo import fields, models
from odoo.exceptions import UserError


class BankTicketLetter(models.Model):
    """Sending: checked, on file, delivered, told to the ticket; all or nothing in one transaction."""

    _inherit = "bank.ticket.letter"

    def action_send(self):
        """Send the letters; those by post are printed.

        :returns: the action that prints the letters by post, if there are any
        :raises UserError: ``[letter_no_address]``, ``[letter_state]``
        :raises ValidationError: ``[letter_lint]`` names everything that is missing
        """
        self.check_access("write")
        self._send()
        if posted := self.filtered(lambda letter: letter.channel == "post"):
            return posted.action_print()
        return None

    def _send(self):
        """Send drafts; the number of queries does not depend on how many there are, one for each ticket."""
        self._check_may_be_sent()
        self._check_senders()
        # What depends on the day (dates, deadlines) is that of the day it is sent.
        fresh = self.filtered(lambda letter: not letter.is_hand_written)
        fresh.env.add_to_compute(self._fields["body"], fresh)
        fresh.env.add_to_compute(self._fields["subject"], fresh)
        checked = self._check_texts()
        now = fields.Datetime.now()
        letters = self._unguarded()
        for letter in letters:
            sender = False if letter.is_automatic else self.env.uid
            letter.write({"sent_at": now, "sent_by_id": sender, "check_data": checked[letter.id]})
        letters._make_files()
        mails = letters._deliver()
        letters.write({"state": "sent"})
        for batch in letters.with_env(self.env)._one_per_ticket():
            batch.ticket_id._log("letter_sealed", at=now, data=batch._sealed_data)
            batch.ticket_id._on_letter_sent(batch)
        self._dispatch(mails)

    def _check_may_be_sent(self):
        if any(letter.state != "draft" for letter in self):
            raise UserError(self.env._("[letter_state] Letter: only drafts can be sent. Write a new letter."))
        for letter in self:
            if not letter._is_reachable():
                raise UserError(
                    self.env._(
                        "[letter_no_address] %(number)s: the customer cannot be reached this way. Enter an email "
                        "address or a postal address, or choose another channel.",
                        number=letter.ticket_id.number,
                    )
                )

    def _check_senders(self):
        """:raises UserError: ``[no_sender]``, a gap in the settings rather than in a letter"""
        for company in self.filtered(lambda letter: letter.channel != "post" and not letter._sender()).company_id:
            raise UserError(
                self.env._(
                    "[no_sender] Email: %(company)s has no address from which letters could be sent. Enter one in the "
                    "settings of the company.",
                    company=company.name,
                )
            )

    def _is_reachable(self):
        """Tell whether a letter can reach the customer by its channel."""
        self.ensure_one()
        if self.channel == "email":
            return bool(self._normalized_email())
        if self.channel == "portal":
            return self._has_portal(self.sudo().partner_id)  # sudo: res.partner - whether the customer has a login
        return self.channel == "post" and bool(self.address)

    def _one_per_ticket(self):
        """Yield these letters so that no batch holds two of one ticket, in the order of their ids."""
        left = self.sorted("id")
        while left:
            batch = self.browse(next(iter(letters.ids)) for letters in left.grouped("ticket_id").values())
            yield batch
            left -= batch

    def _sealed_data(self, ticket):
        letter = self.filtered(lambda letter: letter.ticket_id == ticket)[:1]
        return {"kind": letter.kind_id.code, "letter": letter.id, "sha256": letter.sha256, "channel": letter.channel}

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_print(self):
        """Show the file that was sent; drafts, and several letters at once, are printed anew."""
        if len(self) == 1 and self.attachment_id:
            self.check_access("read")
            return {"type": "ir.actions.act_url", "url": f"/web/content/{self.attachment_id.id}", "target": "new"}
        return self.env.ref("bank_crm_complaints.bank_ticket_letter_report").report_action(self, config=False)

    def action_insert_response(self):
        """Choose a canned answer for the letter."""
        self.ensure_one()
        self.check_access("write")
        return self.env["bank.ticket.response.insert"]._action_open(self.ticket_id, self)

    def action_cancel(self):
        """Give up drafts; they stay on file."""
        self.check_access("write")
        if any(letter.state != "draft" for letter in self):
            raise UserError(
                self.env._("[letter_state] Letter: only drafts can be cancelled. What was sent cannot be called back.")
            )
        self._unguarded().write({"state": "cancelled"})

    def action_send_again(self):
        """Write a letter that came back anew, as a draft, and open it."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "bounced":
            raise UserError(self.env._("[letter_state] Letter: it did not come back. Write a new letter."))
        again = self.copy()
        again._unguarded().write({"previous_id": self.id})
        return again._action_open()

    def _action_open(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }
