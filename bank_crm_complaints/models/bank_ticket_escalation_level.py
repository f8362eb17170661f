from odoo import fields, models


class BankTicketEscalationLevel(models.Model):
    """A rung of the ladder: who is told when so much of a deadline's time is over, or so long after it has passed."""

    _name = "bank.ticket.escalation.level"
    _description = "Escalation Level"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    clock_kind = fields.Selection(
        selection=[("statutory", "Legal"), ("service", "Service"), ("any", "Legal and Service")],
        string="Deadlines",
        required=True,
        default="any",
    )
    percent = fields.Integer(
        required=True, default=50, help="Part of the time from start to deadline; 100 is the deadline itself."
    )
    hours_after = fields.Integer(
        string="Hours Later",
        default=0,
        help="Hours after that moment, around the clock: 24 at 100 % is a day after the deadline.",
    )
    recipient = fields.Selection(
        selection=[
            ("handler", "Handler"),
            ("lead", "Team Leader"),
            ("branch_manager", "Branch Manager"),
            ("compliance", "Compliance"),
            ("chosen", "Chosen Employees"),
        ],
        required=True,
        default="handler",
        help="Where nobody is found the next higher one is told: handler, team leader, compliance.",
    )
    user_ids = fields.Many2many(
        comodel_name="res.users",
        string="Employees",
        domain=[("share", "=", False)],
        help="For compliance: only these, where some are chosen.",
    )

    _percent_check = models.Constraint("CHECK(percent > 0 AND percent <= 100)", "Percent: enter 1 to 100.")
    _hours_after_check = models.Constraint("CHECK(hours_after >= 0)", "Hours Later: enter 0 or more.")
