from odoo import api, fields, models


class BankMonthExplanation(models.TransientModel):
    """Why the figures of a month are what they are: every balance that counts, on how many days and for how much."""

    _name = "bank.month.explanation"
    _description = "Why This Total"

    month_id = fields.Many2one(comodel_name="bank.customer.month", required=True, readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(related="month_id.partner_id")
    month = fields.Date(related="month_id.month")
    currency_id = fields.Many2one(related="month_id.currency_id")
    adb_aum = fields.Monetary(related="month_id.adb_aum", string="Stored")
    joint_policy = fields.Selection(related="month_id.joint_policy")
    days = fields.Integer(related="month_id.days")
    coverage_days = fields.Integer(related="month_id.coverage_days")
    computed_adb_aum = fields.Monetary(string="From the Balances of Now", readonly=True)
    is_different = fields.Boolean(compute="_compute_is_different")
    line_ids = fields.One2many(
        comodel_name="bank.month.explanation.line", inverse_name="explanation_id", readonly=True
    )

    @api.depends("computed_adb_aum", "adb_aum")
    def _compute_is_different(self):
        for explanation in self:
            difference = explanation.computed_adb_aum - explanation.adb_aum
            explanation.is_different = not explanation.currency_id.is_zero(difference)

    @api.model
    def _make(self, figures):
        """Return the explanation of ``figures`` (``bank.customer.month``), which the user has to be allowed to read.

        :raises AccessError: he is not
        """
        figures.check_access("read")
        lives = figures._explain(figures.partner_id.id, figures.month)
        total = sum(life["average"] for life in lives if life["is_aum"])
        explanation = self.create({"month_id": figures.id})
        explanation.computed_adb_aum = figures.currency_id.round(float(total))
        # sudo: bank.month.explanation.line - nobody writes lines by hand; the user may read the figures they explain
        self.env["bank.month.explanation.line"].sudo().create(
            [line for life in lives for line in explanation._prepare_lines(life)]
        )
        return explanation

    def _prepare_lines(self, life):
        """Return the values of the lines of one holding: one for each balance, or one that says that none is known."""
        holding = {
            "explanation_id": self.id,
            "holding_id": life["holding_id"],
            "product_id": life["product_id"],
            "product_class": life["product_class"],
            "is_aum": life["is_aum"],
            "part_pct": 100 * float(life["factor"]),
            "covered": life["covered"],
            "holding_currency_id": life["currency_id"],
        }
        spans = [
            {
                **holding,
                "balance_id": span["balance_id"],
                "date": span["date"],
                "from_on": span["from_on"],
                "to_on": span["to_on"],
                "days": span["days"],
                "amount": float(span["amount"]),
                "rate": float(span["rate"]),
                "value": float(span["value"]),
                "average": float(span["average"]) if life["is_aum"] else 0,
                "other_average": 0 if life["is_aum"] else float(span["average"]),
            }
            for span in life["spans"]
        ]
        return spans or [holding]

    def action_view_lines(self):
        """Open the lines as a list by holding."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Balances of %s", self.month_id.display_name),
            "res_model": "bank.month.explanation.line",
            "view_mode": "list",
            "domain": [("explanation_id", "=", self.id)],
            "context": {"group_by": ["is_aum", "holding_id"]},
        }
