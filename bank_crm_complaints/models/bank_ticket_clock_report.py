from odoo import fields, models
from odoo.tools import SQL

from .bank_ticket import KINDS, SEVERITIES


class BankTicketClockReport(models.Model):
    """Deadlines for graphs and pivots: kept or not, by regime, rule, team, handler, branch and month.

    A clock that is open and past its deadline counts as late at this moment, whether a job has noted it or not.
    """

    _name = "bank.ticket.clock.report"
    _description = "Analysis of Deadlines"
    _auto = False
    _order = "due_at desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one(comodel_name="bank.ticket", readonly=True)
    clock_id = fields.Many2one(comodel_name="bank.ticket.clock", string="Deadline", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    regime_id = fields.Many2one(comodel_name="bank.ticket.regime", readonly=True)
    rule_id = fields.Many2one(comodel_name="bank.ticket.clock.rule", string="Clock", readonly=True)
    clock_kind = fields.Selection(selection=[("statutory", "Legal"), ("service", "Service")], readonly=True)
    team_id = fields.Many2one(comodel_name="bank.ticket.team", readonly=True)
    user_id = fields.Many2one(comodel_name="res.users", string="Handler", readonly=True)
    branch_id = fields.Many2one(comodel_name="bank.branch", readonly=True)
    product_taxon_id = fields.Many2one(comodel_name="bank.ticket.taxon", string="Product", readonly=True)
    cause_taxon_id = fields.Many2one(comodel_name="bank.ticket.taxon", string="Cause", readonly=True)
    kind = fields.Selection(selection=KINDS, string="Kind of Ticket", readonly=True)
    severity = fields.Selection(selection=SEVERITIES, readonly=True)
    started_at = fields.Datetime(string="Started", readonly=True)
    due_at = fields.Datetime(string="Due", readonly=True)
    stopped_at = fields.Datetime(string="Stopped", readonly=True)
    result = fields.Selection(
        selection=[
            ("in_time", "In Time"),
            ("late", "Late"),
            ("running", "Running, in Time"),
            ("overdue", "Running, Late"),
        ],
        readonly=True,
    )
    kept_percent = fields.Float(string="Kept (%)", readonly=True, aggregator="avg")
    days_used = fields.Float(readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        self.env["bank.ticket"].flush_model()
        self.env["bank.ticket.clock"].flush_model()
        now = fields.Datetime.now()
        return SQL(
            """SELECT clock.id, clock.id AS clock_id, clock.ticket_id, ticket.company_id, clock.regime_id,
                      clock.rule_id, clock.kind AS clock_kind, ticket.team_id, ticket.user_id, ticket.branch_id,
                      ticket.product_taxon_id, ticket.cause_taxon_id,
                      ticket.kind, ticket.severity, clock.started_at, clock.due_at, clock.stopped_at,
                      CASE WHEN clock.is_open AND clock.due_at < %(now)s AND clock.state = 'running' THEN 'overdue'
                           WHEN clock.is_open THEN 'running'
                           WHEN clock.state = 'breached' THEN 'late' ELSE 'in_time' END AS result,
                      CASE WHEN clock.state = 'breached'
                                OR (clock.state = 'running' AND clock.is_open AND clock.due_at < %(now)s) THEN 0.0
                           ELSE 100.0 END AS kept_percent,
                      EXTRACT(epoch FROM COALESCE(clock.stopped_at, %(now)s) - clock.started_at) / 86400.0 AS days_used
                 FROM bank_ticket_clock AS clock
                 JOIN bank_ticket AS ticket ON ticket.id = clock.ticket_id
                WHERE clock.kind IN ('statutory', 'service') AND clock.state NOT IN ('cancelled', 'lapsed')""",
            now=now,
        )
