from odoo import fields, models


class BankTicketTeam(models.Model):
    """Who handles tickets together; a department is a team that other teams send tasks to."""

    _name = "bank.ticket.team"
    _description = "Ticket Team"
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, index=True, default=lambda self: self.env.company
    )
    leader_id = fields.Many2one(
        comodel_name="res.users",
        string="Team Leader",
        index="btree_not_null",
        domain=[("share", "=", False)],
        help="Is told when a deadline of the team's tickets comes near.",
    )
    is_department = fields.Boolean(
        string="Department", help="Receives tasks from other teams, has no tickets of its own."
    )
    calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Working Hours",
        check_company=True,
        help="Service clocks of the team's tickets run on these hours. Empty: those of the branch or the company.",
    )
    color = fields.Integer()
    note = fields.Text(string="What the Team Does")

    _code_uniq = models.UniqueIndex("(company_id, code)", "Another team of this company has this code.")
