from odoo import fields, models


class BankBranch(models.Model):
    """The branch's working hours and time zone, by which deadlines of its tickets are counted."""

    _inherit = "bank.branch"

    calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Working Hours",
        check_company=True,
        help="Deadlines of the branch's tickets end in the time zone of these hours. Empty: those of the company.",
    )
