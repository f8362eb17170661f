from odoo import api, models
from odoo.exceptions import AccessError


class BankGuardedMixin(models.AbstractModel):
    """Records that have a life of their own: some of their fields change through the methods of the model only.

    The right to write a record would otherwise be the right to write its state over RPC, and nobody would have
    decided anything. Only server code that holds :attr:`GUARD_KEY` itself may set these fields; a Python object cannot
    travel over RPC.

    :raises AccessError: ``[guarded_field]``
    """

    _name = "bank.guarded.mixin"
    _description = "Record Whose State Is Guarded"

    GUARD_KEY = object()

    @api.model
    def _guarded_fields(self):
        """Return the names of the fields that only methods of the model set."""
        return {"state"}

    @api.model
    def _is_unguarded(self):
        return self.env.context.get("bank_guard_key") is BankGuardedMixin.GUARD_KEY

    def _unguarded(self):
        """Return these records in an environment that may set the guarded fields; for server code only."""
        return self.with_context(bank_guard_key=BankGuardedMixin.GUARD_KEY)

    @api.model_create_multi
    def create(self, vals_list):
        if not self._is_unguarded():
            # A default from the context is a value by another way.
            context_defaults = {key[8:] for key in self.env.context if key.startswith("default_")}
            for vals in [*vals_list, context_defaults]:
                self._check_guarded_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        if not self._is_unguarded():
            self._check_guarded_fields(vals)
        return super().write(vals)

    @api.model
    def _check_guarded_fields(self, names):
        if refused := sorted(self._guarded_fields() & set(names)):
            raise AccessError(
                self.env._(
                    "[guarded_field] %(model)s: %(fields)s cannot be set directly. Use the buttons of the record.",
                    model=self._description,
                    fields=", ".join(refused),
                )
            )
