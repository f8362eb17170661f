from odoo import api, models
from odoo.exceptions import AccessError


class BankSealedMixin(models.AbstractModel):
    """Records that are facts: created once, never changed and never deleted; a correction is a new record.

    Whoever writes or deletes is refused, the superuser and callers over RPC included.  Only server code that holds
    :attr:`SEAL_KEY` itself may write; a Python object cannot travel over RPC, so nobody outside can forge it.

    :raises AccessError: ``[sealed_record]``
    """

    _name = "bank.sealed.mixin"
    _description = "Sealed Record"

    SEAL_KEY = object()

    @api.model
    def _is_unsealed(self):
        return self.env.context.get("bank_seal_key") is BankSealedMixin.SEAL_KEY

    def _unsealed(self):
        """Return these records in an environment that may change them; for server code only."""
        return self.with_context(bank_seal_key=BankSealedMixin.SEAL_KEY)

    def write(self, vals):
        if vals and not self._is_unsealed():
            raise AccessError(
                self.env._(
                    "[sealed_record] %(model)s: these records are sealed and cannot be changed. Add a new record "
                    "that corrects them.",
                    model=self._description,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sealed(self):
        if not self._is_unsealed():
            raise AccessError(
                self.env._(
                    "[sealed_record] %(model)s: these records are sealed and cannot be deleted.",
                    model=self._description,
                )
            )
