from odoo import fields, models


class BankTicketStage(models.Model):
    """A column of the board of tickets.

    It says where the work stands for a team, and nothing else: no clock, no deadline and no right depends on it (the
    legal life of a ticket is its ``state``).
    """

    _name = "bank.ticket.stage"
    _description = "Ticket Stage"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    fold = fields.Boolean(string="Folded in the Board")
    active = fields.Boolean(default=True)
    team_ids = fields.Many2many(
        comodel_name="bank.ticket.team", string="Teams", help="Empty: the stage is on the board of every team."
    )
    description = fields.Text(translate=True)
