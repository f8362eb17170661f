from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..tools.ledger.book import Book


class BankPointsAccount(models.Model):
    """The points of a customer in a programme, as integers that the ledger keeps together with its entries.

    ``balance`` can be spent now; ``pending`` can be spent later; ``held`` is promised to a redemption; ``debt`` is what
    was taken back although it had been spent. Always: the sum of all entries = balance + pending + held - debt, and
    the rest of all lots = balance + pending + held. Nobody writes these figures; every booking locks the row and
    changes it in the same transaction, so that two of them cannot spend the same point.
    """

    _name = "bank.points.account"
    _description = "Points Account"
    _inherit = ["bank.sealed.mixin"]
    _order = "program_id, balance desc, id"
    _rec_name = "partner_id"

    program_id = fields.Many2one(
        comodel_name="bank.points.program", required=True, readonly=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True)
    balance = fields.Integer(required=True, readonly=True, default=0)
    pending = fields.Integer(required=True, readonly=True, default=0)
    held = fields.Integer(required=True, readonly=True, default=0)
    debt = fields.Integer(required=True, readonly=True, default=0)
    version = fields.Integer(
        required=True, readonly=True, default=0, help="Counts the bookings.", export_string_translation=False
    )
    state = fields.Selection(
        selection=[("active", "Active"), ("frozen", "Frozen"), ("closed", "Closed")],
        required=True,
        readonly=True,
        default="active",
    )
    last_activity_on = fields.Date(readonly=True)
    entry_ids = fields.One2many(comodel_name="bank.points.entry", inverse_name="account_id")

    _program_partner_uniq = models.UniqueIndex(
        "(program_id, partner_id)", "The customer has an account of this programme already."
    )
    _points_check = models.Constraint(
        "CHECK(balance >= 0 AND pending >= 0 AND held >= 0 AND debt >= 0)",
        "Points: no part of an account can fall below zero.",
    )

    @api.depends("partner_id", "program_id")
    def _compute_display_name(self):
        for account in self:
            account.display_name = f"{account.partner_id.display_name}: {account.program_id.name}"

    @api.model
    def _of(self, program, partner):
        """Return the account of a customer, opened if he has none."""
        account = self.search([("program_id", "=", program.id), ("partner_id", "=", partner.id)])
        if account:
            return account
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO bank_points_account (program_id, partner_id, company_id, balance, pending, held, debt,
                                                    version, state, create_uid, create_date, write_uid, write_date)
                   VALUES (%(program)s, %(partner)s, %(company)s, 0, 0, 0, 0, 0, 'active', %(uid)s, %(now)s, %(uid)s,
                           %(now)s)
                   ON CONFLICT (program_id, partner_id) DO NOTHING
                RETURNING id""",
                program=program.id,
                partner=partner.id,
                company=program.company_id.id,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        if not rows:
            raise ValidationError(self.env._("Points Account: it could not be opened. Repeat the call."))
        return self.browse(rows[0][0])

    def _book(self):
        """Return the locked book of this account; see :class:`Book`."""
        self.ensure_one()
        return Book(self)
