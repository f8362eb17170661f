from odoo import api, models
from odoo.tools import SQL


class BankTierMove(models.AbstractModel):
    """Whoever has no standing counts in his present tier: in the newest month, above all."""

    _inherit = "bank.tier.move"

    @api.model
    def _move(self, scope, month=None):
        moved = super()._move(scope, month=month)
        if moved:
            self.env["bank.money.month"]._mark(
                SQL(
                    "SELECT company_id, max(month) FROM bank_money_month WHERE company_id = %s GROUP BY company_id",
                    self.env.company.id,
                )
            )
        return moved
