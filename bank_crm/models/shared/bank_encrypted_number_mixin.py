from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools import sealing


class BankEncryptedNumberMixin(models.AbstractModel):
    """Records with a number that identifies somebody or his money, such as that of a passport or an account.

    The number is encrypted at rest. ``number`` can be written and never read; ``number_masked`` is what is shown;
    the record can be found again by its exact number, through a keyed hash.
    """

    _name = "bank.encrypted.number.mixin"
    _description = "Record with an Encrypted Number"

    # Characters of the number that stay legible at its beginning and its end.
    MASK_HEAD, MASK_TAIL = 0, 4

    number = fields.Char(
        compute="_compute_number", inverse="_inverse_number", search="_search_number", copy=False, exportable=False
    )
    number_encrypted = fields.Char(groups=fields.NO_ACCESS, copy=False, export_string_translation=False)
    number_hash = fields.Char(groups=fields.NO_ACCESS, copy=False, export_string_translation=False)
    number_masked = fields.Char(string="Number (masked)", readonly=True, copy=False)

    def _compute_number(self):
        self.number = False

    def _inverse_number(self):
        for record in self.filtered("number"):
            # sudo: the model itself - its own columns, which are closed to users
            record.sudo().write(self._prepare_number_values(record.number))
        self.invalidate_recordset(["number"])

    @api.model
    def _prepare_number_values(self, number):
        """Return the stored values of a clear number: encrypted, hashed, masked."""
        if not sealing.normalize(number):
            raise ValidationError(
                self.env._("Number: it has no letters or digits. Enter the number as it stands on the document.")
            )
        return {
            "number_encrypted": sealing.encrypt(sealing.normalize(number)),
            "number_hash": sealing.keyed_hash(number),
            "number_masked": sealing.mask(number, head=self.MASK_HEAD, tail=self.MASK_TAIL),
        }

    def _search_number(self, operator, value):
        """Find by the exact number only: the values are encrypted."""
        if operator != "in":
            return NotImplemented
        hashes = [sealing.keyed_hash(number) for number in value if number]
        # sudo: the model itself - the hash column is closed to users; access rules apply to the outer search
        found = self.sudo().search([("number_hash", "in", hashes)]) if hashes else self
        return [("id", "in", found.ids)]
