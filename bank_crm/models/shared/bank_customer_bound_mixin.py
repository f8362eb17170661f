from odoo import models
from odoo.exceptions import ValidationError


class BankCustomerBoundMixin(models.AbstractModel):
    """Records that belong to one customer for good: they never move to another one, except when contacts are merged.

    Access rules look at the customer before a write; without this, whoever may change a record could hand it over to
    a customer whom he does not know.
    """

    _name = "bank.customer.bound.mixin"
    _description = "Record of One Customer"

    def write(self, vals):
        moves = "partner_id" in vals and any(record.partner_id.id != vals["partner_id"] for record in self)
        if moves and not self.env["bank.sealed.mixin"]._is_unsealed():
            raise ValidationError(
                self.env._(
                    "Customer: this record (%(model)s) stays with its customer. Add a new one to the other "
                    "customer instead.",
                    model=self._description,
                )
            )
        return super().write(vals)
