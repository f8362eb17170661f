import secrets

from odoo import api, models

from odoo.addons.bank_crm.tools import sealing

# Without letters and digits that look alike on paper.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 10


class BankTicket(models.Model):
    """The tracking code: with the number it opens the state of one ticket to whoever holds the receipt."""

    _inherit = "bank.ticket"

    def _issue_tracking_code(self):
        """Return a new tracking code, to be shown once; an earlier one is void. The database keeps a keyed hash."""
        self.ensure_one()
        code = "".join(secrets.choice(ALPHABET) for _position in range(LENGTH))
        self._unguarded().write({"tracking_hash": sealing.keyed_hash(code)})
        self._log("tracking_code")
        return code

    @api.model
    def _find_tracked(self, number, code):
        """Return the ticket with this number and tracking code, or nothing; the caller limits the attempts."""
        if not (number and code):
            return self.browse()
        hashed = sealing.keyed_hash(str(code).upper())
        return self.search([("number", "=", str(number).strip().upper()), ("tracking_hash", "=", hashed)], limit=1)
