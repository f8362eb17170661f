from odoo import api, models
from odoo.exceptions import AccessError

CONTENT = {"raw", "datas", "db_datas", "store_fname", "checksum", "url", "type", "res_model", "res_id"}


class IrAttachment(models.Model):
    """The file of a letter that was sent is sealed like the letter."""

    _inherit = "ir.attachment"

    def write(self, vals):
        if CONTENT & vals.keys():
            self._check_no_letter()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_letters(self):
        self._check_no_letter()

    def _check_no_letter(self):
        """:raises AccessError: ``[sealed_record]``"""
        if self.env["bank.sealed.mixin"]._is_unsealed():
            return
        # sudo: ir.attachment, bank.ticket.letter - whether a file is a letter's, whoever asks
        files = self.sudo().filtered(lambda attachment: attachment.res_model == "bank.ticket.letter")
        if files and self.env["bank.ticket.letter"].sudo().search_count([("attachment_id", "in", files.ids)], limit=1):
            raise AccessError(
                self.env._("[sealed_record] File: it is a letter that was sent. It cannot be changed or deleted.")
            )
