from odoo import api, fields, models
from odoo.tools import SQL


class BankTicketAccessLog(models.Model):
    """Who opened a ticket that is not for everybody's eyes, once for each user and hour.

    Rows are written by reading; they are sealed, and compliance and the auditor see them.
    """

    _name = "bank.ticket.access.log"
    _description = "Opening of a Confidential Ticket"
    _inherit = ["bank.sealed.mixin"]
    _order = "opened_at desc, id desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one(
        comodel_name="bank.ticket", required=True, readonly=True, index=True, ondelete="restrict"
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Who", required=True, readonly=True, index=True, ondelete="restrict"
    )
    opened_at = fields.Datetime(string="When", required=True, readonly=True, index=True)
    hour_at = fields.Datetime(string="Hour", required=True, readonly=True)
    confidentiality = fields.Selection(
        selection=lambda self: self.env["bank.ticket"]._fields["confidentiality"]._description_selection(self.env),
        required=True,
        readonly=True,
    )
    way = fields.Selection(
        selection=[("read", "Opened"), ("export", "Exported")], required=True, readonly=True, default="read"
    )

    _hour_uniq = models.UniqueIndex("(ticket_id, user_id, hour_at, way)")

    @api.model
    def _record(self, tickets, way):
        """Write that the current user opened ``tickets``; one statement, nothing where it stands there already.

        In the user's own transaction: what it shows is shown if and only if it is written.
        """
        if not tickets:
            return
        now = fields.Datetime.now().replace(microsecond=0)
        tickets.flush_recordset(["confidentiality"])
        self.env.execute_query(
            SQL(
                """
                INSERT INTO bank_ticket_access_log (ticket_id, user_id, opened_at, hour_at, confidentiality, way,
                                                    create_uid, create_date, write_uid, write_date)
                SELECT id, %(uid)s, %(now)s, %(hour)s, confidentiality, %(way)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM bank_ticket
                 WHERE id = ANY(%(ids)s)
                   AND NOT EXISTS (SELECT 1 FROM bank_ticket_access_log AS known
                                    WHERE known.ticket_id = bank_ticket.id AND known.user_id = %(uid)s
                                      AND known.hour_at = %(hour)s AND known.way = %(way)s)
                    ON CONFLICT DO NOTHING
             RETURNING 1
                """,
                uid=self.env.uid,
                now=now,
                hour=now.replace(minute=0, second=0),
                way=way,
                ids=tickets.ids,
            )
        )
