from odoo import api, fields, models
from odoo.exceptions import AccessError


class BankTicketLetterPoint(models.Model):
    """A point that the customer raised and the bank's answer to it; sealed with the letter that holds it."""

    _name = "bank.ticket.letter.point"
    _description = "Point Raised"
    _inherit = ["bank.text.masking.mixin"]
    _order = "letter_id, sequence, id"
    _rec_name = "raised"

    _masked_text_fields = ("raised", "answer")

    letter_id = fields.Many2one(comodel_name="bank.ticket.letter", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    raised = fields.Text(string="Point Raised", required=True, help="What the customer said, shortly.")
    answer = fields.Text(help="What was found about it, and what the bank does.")

    def _check_letter_is_draft(self):
        if self.letter_id._sealed() and not self.env["bank.sealed.mixin"]._is_unsealed():
            raise AccessError(
                self.env._("[sealed_record] Point Raised: the letter was sent. Write a new letter that corrects it.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        points = super().create(vals_list)
        points._check_letter_is_draft()
        return points

    def write(self, vals):
        self._check_letter_is_draft()
        result = super().write(vals)
        self._check_letter_is_draft()  # nor moved to a letter that was sent
        return result

    def unlink(self):
        self._check_letter_is_draft()
        return super().unlink()
