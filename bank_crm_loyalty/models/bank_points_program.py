import calendar
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class BankPointsProgram(models.Model):
    """A loyalty programme: what its points are called, when they can be spent and when they expire.

    Points are integers. What an earning is worth is floored, never rounded up. The numbers here apply to entries that
    are booked from now on; what is booked keeps its dates.
    """

    _name = "bank.points.program"
    _description = "Points Programme"
    _inherit = ["mail.thread"]
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    unit = fields.Char(string="Name of a Point", required=True, translate=True, default="points")
    description = fields.Html(translate=True)
    point_cost = fields.Float(
        string="Cost of a Point", digits=(16, 6), default=0.01, help="In the currency; for the report of liabilities."
    )

    pending_days = fields.Integer(
        default=1, help="Days after the value date until earned points can be spent, such as the time for refunds."
    )
    expiry_policy = fields.Selection(
        selection=[
            ("none", "Never"),
            ("days", "Days after the Value Date"),
            ("month_end", "End of the Month, so many Months later"),
            ("year_end", "End of the Year, this Year included"),
            ("activity", "Months without Activity"),
        ],
        required=True,
        default="year_end",
    )
    expiry_number = fields.Integer(
        string="Expiry: Number", default=5, help="Days, months or years, as the policy says."
    )
    restore_grace_days = fields.Integer(
        default=30, help="Points that come back after their expiry can be spent for so many days more."
    )
    debt_limit = fields.Integer(
        default=0, help="Debt from which the account is reported; 0 reports every debt. Refunds are always booked."
    )
    hold_days = fields.Integer(default=3, help="A redemption that nobody confirms gives its points back after these.")
    approval_above = fields.Integer(
        default=50_000, help="Redemptions and adjustments of more points need a second person."
    )
    account_ids = fields.One2many(comodel_name="bank.points.account", inverse_name="program_id")

    _code_uniq = models.UniqueIndex("(company_id, code)", "Another programme of this company has this code.")
    _numbers_check = models.Constraint(
        "CHECK(pending_days >= 0 AND expiry_number >= 0 AND restore_grace_days >= 0 AND debt_limit >= 0"
        " AND hold_days >= 0 AND approval_above >= 0 AND point_cost >= 0)",
        "Pending Days, Expiry, Grace, Limits, Cost: none of them can be negative.",
    )

    @api.constrains("expiry_policy", "expiry_number")
    def _check_expiry_number(self):
        for program in self:
            if program.expiry_policy != "none" and program.expiry_number < 1:
                raise ValidationError(
                    self.env._("Expiry: Number: points that expire live for at least one day, month or year.")
                )

    def _available_on(self, value_on):
        """Return the date from which points of a value date can be spent."""
        self.ensure_one()
        return value_on + timedelta(days=self.pending_days)

    def _expires_on(self, value_on):
        """Return the last day on which points of a value date can be spent, or None.

        ``year_end`` with 5 is CCB's rule (points of 2026 are good until 31 December 2030), ``month_end`` with 24 is
        CITIC's (points of 29 February 2024 are good until 28 February 2026).
        """
        self.ensure_one()
        number = self.expiry_number
        if self.expiry_policy == "days":
            return value_on + timedelta(days=number)
        if self.expiry_policy == "year_end":
            return date(value_on.year + number - 1, 12, 31)
        if self.expiry_policy == "month_end":
            return self._end_of_month(value_on + relativedelta(months=number))
        if self.expiry_policy == "activity":
            return value_on + relativedelta(months=number)
        return None

    @api.model
    def _end_of_month(self, day):
        return day.replace(day=calendar.monthrange(day.year, day.month)[1])
