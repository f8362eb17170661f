from odoo import api, fields, models


class BankLegalHold(models.Model):
    """A customer's records that nobody may erase: a court, an authority or a dispute needs them."""

    _name = "bank.legal.hold"
    _description = "Legal Hold"
    _inherit = ["bank.customer.bound.mixin", "mail.thread"]
    _order = "date_from desc, id desc"
    _rec_name = "reference"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("is_bank_customer", "=", True)],
    )
    reference = fields.Char(required=True, tracking=True, help="File number of the court, authority or dispute.")
    reason = fields.Text(required=True)
    date_from = fields.Date(string="From", required=True, default=fields.Date.context_today, tracking=True)
    date_to = fields.Date(string="Until", tracking=True, help="Empty: until it is lifted.")
    is_active = fields.Boolean(string="In Force", compute="_compute_is_active", search="_search_is_active")

    _dates_check = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)", "Until: a hold ends on or after the day it begins."
    )

    @api.depends("date_from", "date_to")
    def _compute_is_active(self):
        today = fields.Date.context_today(self)
        for hold in self:
            hold.is_active = hold.date_from <= today and (not hold.date_to or hold.date_to >= today)

    def _search_is_active(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        domain = ["&", ("date_from", "<=", today), "|", ("date_to", "=", False), ("date_to", ">=", today)]
        return domain if True in value else ["!", *domain]
