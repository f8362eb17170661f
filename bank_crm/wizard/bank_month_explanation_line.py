from odoo import fields, models


class BankMonthExplanationLine(models.TransientModel):
    _name = "bank.month.explanation.line"
    _description = "Balance that Counts"
    _order = "is_aum desc, holding_id, from_on, id"

    explanation_id = fields.Many2one(
        comodel_name="bank.month.explanation", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="explanation_id.currency_id")
    holding_id = fields.Many2one(comodel_name="bank.holding", readonly=True, ondelete="cascade")
    product_id = fields.Many2one(comodel_name="bank.product", readonly=True)
    product_class = fields.Selection(related="product_id.product_class")
    is_aum = fields.Boolean(string="Counts in AUM", readonly=True)
    part_pct = fields.Float(
        string="Part (%)", digits=(6, 2), readonly=True, help="The customer's, by the rule of joint holdings."
    )
    covered = fields.Integer(string="Covered Days", readonly=True, aggregator="min")
    balance_id = fields.Many2one(comodel_name="bank.balance", readonly=True, ondelete="cascade")
    date = fields.Date(string="Balance of", readonly=True)
    from_on = fields.Date(string="From", readonly=True)
    to_on = fields.Date(string="To", readonly=True)
    days = fields.Integer(readonly=True)
    holding_currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    amount = fields.Monetary(currency_field="holding_currency_id", readonly=True, aggregator=None)
    rate = fields.Float(digits=(16, 8), readonly=True, aggregator=None, help="At the balance's date.")
    value = fields.Monetary(readonly=True, aggregator=None, help="Amount × rate.")
    average = fields.Float(
        string="In the Average",
        digits=(16, 6),
        readonly=True,
        help="Value × days × part ÷ days of the month; the sum is the average AUM.",
    )
    other_average = fields.Float(
        string="Outside AUM", digits=(16, 6), readonly=True, help="The same for debts and what does not count in AUM."
    )

    def action_open_balance(self):
        """Open the balances of the holding."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_balance_action")
        return {
            **action,
            "views": [(False, "list"), (False, "graph")],
            "domain": [("holding_id", "=", self.holding_id.id)],
            "context": {"default_holding_id": self.holding_id.id},
        }
