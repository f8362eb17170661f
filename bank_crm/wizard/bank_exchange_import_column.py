from odoo import api, fields, models

from .importing import columns


class BankExchangeImportColumn(models.TransientModel):
    """A column of the file that is being imported, and the field that it stands for."""

    _name = "bank.exchange.import.column"
    _description = "Column of an Exchange Import"
    _order = "position"

    import_id = fields.Many2one(comodel_name="bank.exchange.import", required=True, index=True, ondelete="cascade")
    position = fields.Integer(required=True, readonly=True)
    header = fields.Char(string="Column in the File", readonly=True)
    samples = fields.Char(string="First Values", readonly=True)
    customer_key = fields.Selection(selection="_selection_customer_key", string="Field of the Customer")
    holding_key = fields.Selection(selection="_selection_holding_key", string="Field of the Holding")
    balance_key = fields.Selection(selection="_selection_balance_key", string="Field of the Balance")
    transaction_key = fields.Selection(selection="_selection_transaction_key", string="Field of the Transaction")

    @api.model
    def _selection_customer_key(self):
        return self._selection_key("customers")

    @api.model
    def _selection_holding_key(self):
        return self._selection_key("holdings")

    @api.model
    def _selection_balance_key(self):
        return self._selection_key("balances")

    @api.model
    def _selection_transaction_key(self):
        return self._selection_key("transactions")

    @api.model
    def _selection_key(self, kind):
        # pylint: disable=prefer-env-translation
        return [(key, self.env._(label)) for key, label in columns.KEYS[kind].items()]

    @api.model
    def _key_field(self, kind):
        """Return the name of the field that holds the key of a row of ``kind``."""
        return {
            "customers": "customer_key",
            "holdings": "holding_key",
            "balances": "balance_key",
            "transactions": "transaction_key",
        }[kind]
