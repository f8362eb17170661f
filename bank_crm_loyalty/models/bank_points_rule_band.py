from fractions import Fraction

from odoo import api, fields, models


class BankPointsRuleBand(models.Model):
    """The rate from an amount on: ``rate_num`` points for each ``rate_den`` of the balance."""

    _name = "bank.points.rule.band"
    _description = "Band of an Earning Rule"
    _inherit = ["bank.points.rule.line.mixin"]
    _order = "rule_id, from_amount"

    from_amount = fields.Monetary(
        required=True, default=0, help="Of what counts: the balance, or what of it is above the threshold."
    )
    rate_num = fields.Integer(string="Points", required=True, default=1)
    rate_den = fields.Integer(string="for each Amount of", required=True, default=100)
    rate_text = fields.Char(string="Rate", compute="_compute_rate_text")
    example = fields.Char(string="10,000 Earn", compute="_compute_rate_text")

    _from_uniq = models.UniqueIndex("(rule_id, from_amount)", "The rule has a band from this amount already.")
    _numbers_check = models.Constraint(
        "CHECK(from_amount >= 0 AND rate_num >= 0 AND rate_den > 0)",
        "From Amount, Points, for each Amount of: they are not negative and nothing is divided by zero.",
    )

    @api.depends("rate_num", "rate_den")
    def _compute_rate_text(self):
        for band in self:
            rate = Fraction(band.rate_num or 0, band.rate_den or 1)
            band.rate_text = f"{float(rate * 100):g} %" if rate else "0"
            band.example = f"{10_000 * rate.numerator // rate.denominator:,}"
