from odoo import api, models
from odoo.tools import email_normalize


class BankErasure(models.AbstractModel):
    """What a customer wrote and nobody has let in goes with him."""

    _inherit = "bank.erasure"

    @api.model
    def _erase_steps(self, subjects):
        # First of all: it is found by the addresses, which are erased, too.
        addresses = {email_normalize(address) for address in subjects.mapped("email") if address}
        others = self.env["res.partner"].search(
            [("email_normalized", "in", list(addresses)), ("id", "not in", subjects.ids)]
        )
        addresses -= set(others.mapped("email_normalized"))
        held = self.env["bank.ticket.quarantine"].search([("email_from", "in", list(addresses - {False}))])
        count = len(held)
        held.unlink()
        steps = super()._erase_steps(subjects)
        if count:
            steps.append(self._step("bank.ticket.quarantine", "deleted", count))
        return steps
