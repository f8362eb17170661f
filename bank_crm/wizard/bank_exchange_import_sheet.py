from odoo import fields, models


class BankExchangeImportSheet(models.TransientModel):
    """A sheet of the workbook that is being imported."""

    _name = "bank.exchange.import.sheet"
    _description = "Sheet of an Exchange Import"
    _order = "id"

    import_id = fields.Many2one(comodel_name="bank.exchange.import", required=True, index=True, ondelete="cascade")
    name = fields.Char(required=True, readonly=True)
