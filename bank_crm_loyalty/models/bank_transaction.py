from odoo import models


class BankTransaction(models.Model):
    """The index by which the night finds what came or changed."""

    _inherit = "bank.transaction"

    _changed_idx = models.Index("(holding_id, write_date)")
