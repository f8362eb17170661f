import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

LONGEST_PERIOD = 366  # days
MOST_LINES = 10_000


class BankStatementRequest(models.TransientModel):
    """Print the statement of a holding, or the yearly statement of a customer, in the customer's language."""

    _name = "bank.statement.request"
    _description = "Print a Statement"

    kind = fields.Selection(
        selection=[("account", "Account Statement"), ("yearly", "Yearly Statement")],
        string="Statement",
        required=True,
        default="account",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        compute="_compute_partner_id",
        store=True,
        precompute=True,
        readonly=False,
        domain="[('is_bank_customer', '=', True)]",
        help="Whom the statement is for: it is addressed to him and written in his language.",
    )
    holding_id = fields.Many2one(comodel_name="bank.holding", domain="[('party_ids.partner_id', '=', partner_id)]")
    date_from = fields.Date(string="From", default=lambda self: self._default_period()[0])
    date_to = fields.Date(string="To", default=lambda self: self._default_period()[1])
    year = fields.Integer(default=lambda self: self._default_period()[1].year)
    lang = fields.Char(compute="_compute_lang")

    @api.model
    def _default_period(self):
        """Return the first and the last day of the month before this one."""
        last = self.env["bank.run"]._today().replace(day=1) - datetime.timedelta(days=1)
        return last.replace(day=1), last

    @api.depends("holding_id")
    def _compute_partner_id(self):
        for request in self:
            request.partner_id = request.partner_id or request.holding_id.owner_id

    @api.depends("partner_id.lang")
    def _compute_lang(self):
        installed = dict(self.env["res.lang"].get_installed())
        for request in self:
            lang = request.partner_id.lang
            request.lang = lang if lang in installed else self.env.company.partner_id.lang or "en_US"

    @api.constrains("kind", "holding_id", "partner_id", "date_from", "date_to", "year")
    def _check_request(self):
        for request in self:
            if request.kind == "yearly":
                request._check_year()
            else:
                request._check_period()

    def _check_year(self):
        if not 1900 <= self.year <= self.env["bank.run"]._today().year:
            raise ValidationError(self.env._("Year: give a year from 1900 on that has begun, with four digits."))

    def _check_period(self):
        if not self.holding_id:
            raise ValidationError(self.env._("Holding: choose the holding that the statement is about."))
        if self.partner_id not in self.holding_id.party_ids.partner_id:
            raise ValidationError(self.env._("Customer: he has no part in this holding. Choose one of its parties."))
        if not self.date_from or not self.date_to or self.date_from > self.date_to:
            raise ValidationError(self.env._("From, To: give both days, the earlier one first."))
        if (self.date_to - self.date_from).days >= LONGEST_PERIOD:
            raise ValidationError(self.env._("From, To: a statement covers a year at most. Print one for each year."))

    # ------------------------------------------------------------------
    # For the report
    # ------------------------------------------------------------------

    def _statement(self):
        """Return what ``bank.statement`` says, read with the rights of whoever prints it.

        :raises AccessError: the holding or the customer is not his to read
        :raises UserError: ``[long_statement]``
        """
        self.ensure_one()
        statements = self.env["bank.statement"]
        self.partner_id.check_access("read")
        if self.kind == "yearly":
            return statements._yearly(self._holdings(), self.year)
        self.holding_id.check_access("read")
        statement = statements._account(self.holding_id, self.date_from, self.date_to)
        if statement["count"] > MOST_LINES:
            raise UserError(
                self.env._(
                    "[long_statement] From, To: the period has %(count)s transactions, more than the %(limit)s of one "
                    "statement. Choose a shorter one.",
                    count=statement["count"],
                    limit=MOST_LINES,
                )
            )
        return statement

    def _holdings(self):
        """Return the holdings of which the customer is an owner and that the bank keeps itself."""
        return self.env["bank.holding"].search(self.partner_id._owned_holdings_domain(), order="product_class, id")

    def _owner_names(self):
        owners = self.holding_id.party_ids.filtered(lambda party: party.role in ("owner", "joint"))
        return ", ".join(owners.partner_id.mapped("name"))

    def _file_name(self):
        """Return the name of the file, without numbers or names of persons."""
        self.ensure_one()
        if self.kind == "yearly":
            return self.env._("Yearly statement %(year)s", year=self.year)
        return self.env._(
            "Account statement %(first)s to %(last)s",
            first=format_date(self.env, self.date_from, date_format="yyyy-MM-dd"),
            last=format_date(self.env, self.date_to, date_format="yyyy-MM-dd"),
        )

    def action_print(self):
        """Make the PDF."""
        self.ensure_one()
        self._statement()  # a refusal is told here and not in the middle of a download
        return self._report().report_action(self)

    def _report(self):
        return self.env.ref(f"bank_crm.bank_statement_report_{self.kind}")
