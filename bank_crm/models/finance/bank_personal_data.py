from odoo import api, models


class BankPersonalData(models.AbstractModel):
    _inherit = "bank.personal.data"

    @api.model
    def _records_of_holdings(self, holdings):
        """Postings name counterparties and say what was paid for."""
        records = super()._records_of_holdings(holdings)
        for name in ("bank.transaction", "bank.transaction.revision"):
            if found := self.env[name].search([("holding_id", "in", holdings.ids)]):
                records[name] = found
        return records
