from odoo import fields, models


class BankBalance(models.Model):
    """The balance of a holding at the end of a day. Days without a row carry the last one forward."""

    _name = "bank.balance"
    _description = "Balance"
    _order = "date desc, id desc"
    _rec_name = "date"

    holding_id = fields.Many2one(comodel_name="bank.holding", required=True, ondelete="cascade", index=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    amount = fields.Monetary(required=True)
    currency_id = fields.Many2one(related="holding_id.currency_id")

    _holding_date_uniq = models.UniqueIndex("(holding_id, date)", "The holding has a balance for this day already.")
