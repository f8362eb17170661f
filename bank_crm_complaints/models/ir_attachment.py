from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class IrAttachment(models.Model):
    """Files of tickets: customers get those of messages and letters that they may read, and no others.

    Odoo itself opens files to customers by tokens only; where another addon gives them the right to read files, each
    file of a document is open to whoever reads the document, those of internal notes too.
    """

    _inherit = "ir.attachment"

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self.env.su or not self.env.user.share:
            return result
        forbidden = result[0] if result else self.browse()
        hidden = (self - forbidden)._hidden_files_of_tickets(operation)
        if not hidden:
            return result
        forbidden += hidden
        return forbidden, result[1] if result else self._refused

    def _refused(self):
        return AccessError(self.env._("This file belongs to the bank's own papers on the ticket."))

    def _hidden_files_of_tickets(self, operation):
        """Return those of these files that the customer who asks may not have."""
        # sudo: ir.attachment - only which record each file is on
        on_tickets = self.filtered(lambda file: file.sudo().res_model == "bank.ticket" and file.sudo().res_id)
        if operation != "read" or not on_tickets:
            return on_tickets
        tickets = self.env["bank.ticket"].browse(set(on_tickets.sudo().mapped("res_id"))).exists()
        visible = tickets._filtered_access("read")._customer_visible_attachments()
        return on_tickets - visible.sudo(False)

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not bypass_access and not self.env.su and self.env.user.share:
            # Not even names by a search; the pages of the portal list what the customer may have.
            domain = Domain(domain) & Domain("res_model", "!=", "bank.ticket")
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)
