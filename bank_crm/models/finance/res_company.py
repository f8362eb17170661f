from odoo import fields, models

from .bank_customer_month import JOINT_POLICIES


class ResCompany(models.Model):
    _inherit = "res.company"

    bank_joint_policy = fields.Selection(
        selection=JOINT_POLICIES,
        string="Joint Holdings",
        required=True,
        default="share",
        help="How a holding of several owners counts in the monthly figures of each of them. Closed months keep the "
        "rule they were computed with until somebody computes them anew.",
    )
    bank_balance_carry_days = fields.Integer(
        string="Days a Balance Holds",
        default=31,
        help="A day counts as covered when the last balance is at most so many days old. Older balances are still "
        "carried forward, but months with fewer than 20 covered days never lower a tier.",
    )
    bank_months_back = fields.Integer(
        string="Months Computed at First",
        default=24,
        help="How many months before the running one the night computes for customers who have no figures yet.",
    )

    _bank_balance_carry_check = models.Constraint(
        "CHECK(bank_balance_carry_days >= 0)", "Days a Balance Holds: give zero or more days."
    )
    _bank_months_back_check = models.Constraint(
        "CHECK(bank_months_back BETWEEN 1 AND 120)", "Months Computed at First: give 1 to 120 months."
    )
