from odoo import api, models
from odoo.exceptions import AccessError, ValidationError


class BankTicketLetter(models.Model):
    """What may be changed and until when: drafts by people, what was sent by nobody."""

    _inherit = "bank.ticket.letter"

    def _sealed(self):
        """Return those of these letters that are no drafts any more."""
        # sudo: own state only
        return self.filtered(lambda letter: letter.sudo().state not in (False, "draft"))

    @api.model_create_multi
    def create(self, vals_list):
        letters = super().create(vals_list)
        written = [
            letter.id for letter, vals in zip(letters, vals_list, strict=True) if {"body", "subject"} & vals.keys()
        ]
        self.browse(written)._note_hand()
        return letters

    def write(self, vals):
        if vals and not self._is_unguarded():
            self._check_not_sealed()
            if "ticket_id" in vals and any(letter.ticket_id.id != vals["ticket_id"] for letter in self):
                raise ValidationError(self.env._("Ticket: a letter stays with its ticket. Write a new one."))
        result = super().write(vals)
        if {"body", "subject"} & vals.keys() and "is_hand_written" not in vals:
            self._note_hand()
        return result

    def _note_hand(self):
        """Keep that a text is not the template's any more. A form sends the text that it rendered itself, too."""
        changed = self.filtered(lambda letter: not letter.is_hand_written and letter._differs_from_template())
        changed.is_hand_written = True

    def _check_not_sealed(self):
        if self._sealed():
            raise AccessError(
                self.env._(
                    "[sealed_record] Letter: it is no draft any more and cannot be changed. Write a new letter that "
                    "corrects it."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sealed(self):
        if self._sealed() and not self.env["bank.sealed.mixin"]._is_unsealed():
            raise AccessError(
                self.env._(
                    "[sealed_record] Letter: a letter that was sent or cancelled is kept. It cannot be deleted."
                )
            )
