from odoo import fields, models
from odoo.tools import SQL

from .bank_ticket import INTAKES, KINDS, OUTCOMES, SEVERITIES, STATES


class BankTicketReport(models.Model):
    """Tickets for graphs and pivots: how old the open ones are, how long the closed ones took, how they ended."""

    _name = "bank.ticket.report"
    _description = "Analysis of Tickets"
    _auto = False
    _order = "received_at desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one(comodel_name="bank.ticket", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    kind = fields.Selection(selection=KINDS, readonly=True)
    state = fields.Selection(selection=STATES, readonly=True)
    is_open = fields.Boolean(string="Open", readonly=True)
    outcome = fields.Selection(selection=OUTCOMES, readonly=True)
    severity = fields.Selection(selection=SEVERITIES, readonly=True)
    intake = fields.Selection(selection=INTAKES, string="Came In By", readonly=True)
    channel_id = fields.Many2one(comodel_name="bank.ticket.taxon", readonly=True)
    product_taxon_id = fields.Many2one(comodel_name="bank.ticket.taxon", string="Product", readonly=True)
    cause_taxon_id = fields.Many2one(comodel_name="bank.ticket.taxon", string="Cause", readonly=True)
    team_id = fields.Many2one(comodel_name="bank.ticket.team", readonly=True)
    user_id = fields.Many2one(comodel_name="res.users", string="Handler", readonly=True)
    branch_id = fields.Many2one(comodel_name="bank.branch", readonly=True)
    received_at = fields.Datetime(string="Received", readonly=True)
    closed_at = fields.Datetime(string="Closed", readonly=True)
    age_bucket = fields.Selection(
        selection=[
            ("a", "0–2 Days"),
            ("b", "3–7 Days"),
            ("c", "8–15 Days"),
            ("d", "16–30 Days"),
            ("e", "31–60 Days"),
            ("f", "More than 60 Days"),
        ],
        string="Age",
        readonly=True,
        help="Of open tickets since they were received; of closed ones how long they took.",
    )
    age_days = fields.Float(string="Days", readonly=True, aggregator="avg")
    first_answer_hours = fields.Float(string="Hours to the First Answer", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        self.env["bank.ticket"].flush_model()
        return SQL(
            """SELECT ticket.id, ticket.id AS ticket_id, ticket.company_id, ticket.kind, ticket.state, ticket.is_open,
                      ticket.outcome, ticket.severity, ticket.intake,
                      ticket.channel_id, ticket.product_taxon_id, ticket.cause_taxon_id, ticket.team_id,
                      ticket.user_id,
                      ticket.branch_id, ticket.received_at, ticket.closed_at,
                      CASE WHEN age.days < 3 THEN 'a' WHEN age.days < 8 THEN 'b' WHEN age.days < 16 THEN 'c'
                           WHEN age.days < 31 THEN 'd' WHEN age.days < 61 THEN 'e' ELSE 'f' END AS age_bucket,
                      age.days AS age_days,
                      EXTRACT(epoch FROM ticket.first_response_at - ticket.received_at) / 3600.0 AS first_answer_hours
                 FROM bank_ticket AS ticket,
                      LATERAL (SELECT EXTRACT(epoch FROM COALESCE(ticket.closed_at, %(now)s) - ticket.received_at)
                                      / 86400.0 AS days) AS age""",
            now=fields.Datetime.now(),
        )
