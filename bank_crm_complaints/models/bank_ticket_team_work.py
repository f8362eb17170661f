from odoo import api, fields, models
from odoo.exceptions import UserError


class BankTicketTeam(models.Model):
    """Who is in a team, what it takes on, and how its tickets find a handler."""

    _inherit = "bank.ticket.team"

    member_ids = fields.One2many(comodel_name="bank.ticket.member", inverse_name="team_id", string="Members")
    handles = fields.Selection(
        selection=[("all", "Everything"), ("complaints", "Complaints"), ("others", "Everything but Complaints")],
        required=True,
        default="all",
        help="New tickets without a team go to the first team that handles them.",
    )
    assigns_at_once = fields.Boolean(
        string="Assign on Registration",
        help="New tickets get a handler at once, by skill and load. Otherwise they wait for whoever takes the next.",
    )
    task_hours = fields.Float(
        string="Hours for a Task", default=16, help="Working hours in which the department answers a task."
    )
    open_ticket_count = fields.Integer(compute="_compute_counts", string="Open Tickets")
    waiting_count = fields.Integer(compute="_compute_counts", string="Without a Handler")
    open_task_count = fields.Integer(compute="_compute_counts", string="Open Tasks")

    _task_hours_check = models.Constraint("CHECK(task_hours > 0)", "Hours for a Task: enter more than 0.")

    def _compute_counts(self):
        tickets, tasks = self.env["bank.ticket"], self.env["bank.ticket.task"]
        domain = [("team_id", "in", self.ids), ("is_open", "=", True)]
        counts, given = {}, {}
        if tickets.has_access("read"):
            # One pass over the backlog; tickets with a handler are those whose handler is counted.
            rows = tickets._read_group(domain, ["team_id"], ["__count", "user_id:count"])
            counts = {team: (opened, opened - handled) for team, opened, handled in rows}
        if tasks.has_access("read"):
            given = dict(tasks._read_group(domain, ["team_id"], ["__count"]))
        for team in self:
            team.open_ticket_count, team.waiting_count = counts.get(team, (0, 0))
            team.open_task_count = given.get(team, 0)

    @api.model
    def _for_kinds(self, company_id):
        """Return ``{kind: id of the first team of the company that handles it}``."""
        # sudo: bank.ticket.team - which team a new ticket goes to, also when the customer registers it himself
        teams = self.sudo().search_fetch([("company_id", "=", company_id), ("is_department", "=", False)], ["handles"])
        found = {}
        for kind, _label in self.env["bank.ticket"]._fields["kind"].selection:
            wanted = ("all", "complaints") if kind == "complaint" else ("all", "others")
            found[kind] = next((team.id for team in teams if team.handles in wanted), False)
        return found

    def action_take_next(self):
        """Give the caller the most urgent ticket of his teams that waits for a handler, and open it.

        Two who ask at once get two tickets: a ticket that another transaction holds is passed over.

        :raises UserError: nothing waits that he may handle
        """
        ticket = self.env["bank.ticket"]._take_next(self)
        if not ticket:
            raise UserError(self.env._("No ticket waits that you may handle."))
        return ticket.get_formview_action()

    def action_view_tickets(self):
        """Open the open tickets of the team."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm_complaints.bank_ticket_action")
        return {**action, "domain": [("team_id", "=", self.id)], "context": {"search_default_open": 1}}
