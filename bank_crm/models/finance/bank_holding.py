from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, float_compare

from ...tools import secrets

OWNER_ROLES = ("owner", "joint")

# In the context: the shares are checked when all parties are written. An object cannot travel over RPC.
SHARES_LATER = object()


class BankHolding(models.Model):
    """What a customer has with the bank (or elsewhere): an account, a loan, a card, a fund position, a policy.

    ``external_id`` is the key in the system ``source`` that keeps the books and is unique in it. The balance of a loan
    or a credit card is what is owed, as a positive number; net assets subtract it. ``balance`` follows the newest
    ``bank.balance``; setting it by hand writes one.
    """

    _name = "bank.holding"
    _description = "Holding"
    _inherit = ["bank.masked.mixin"]
    _order = "state, product_class, id desc"
    _rec_names_search = ["external_id", "product_id"]

    _masked_fields = {"number": {"head": 0, "tail": 4}}

    product_id = fields.Many2one(comodel_name="bank.product", required=True, index=True, ondelete="restrict")
    product_class = fields.Selection(related="product_id.product_class", string="Class", store=True)
    company_id = fields.Many2one(related="product_id.company_id", store=True, index=True)
    branch_id = fields.Many2one(comodel_name="bank.branch", index="btree_not_null", ondelete="restrict")

    # Key
    external_id = fields.Char(string="External ID", copy=False, help="The key in the system that keeps the books.")
    source = fields.Char(copy=False, help="The system that keeps the books.")
    number = secrets.entry("number")
    number_encrypted = secrets.ciphertext()
    number_hash = secrets.keyed_hash(index="btree_not_null")
    number_masked = secrets.mask(string="Number (masked)")

    # Money
    currency_id = fields.Many2one(
        comodel_name="res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    balance = fields.Monetary(
        compute="_compute_balance",
        inverse="_inverse_balance",
        store=True,
        readonly=False,
        copy=False,
        help="The newest known balance. Of a loan or a credit card it is the amount owed.",
    )
    balance_on = fields.Date(
        string="Balance as of", compute="_compute_balance", store=True, readonly=False, copy=False
    )
    balance_ids = fields.One2many(comodel_name="bank.balance", inverse_name="holding_id", string="Balances")
    balance_source = fields.Selection(
        selection=[("sent", "Sent or Entered"), ("derived", "Computed from Transactions")],
        string="Balances Are",
        readonly=True,
        copy=False,
        help="Empty while no balance is known. Balances that are sent or entered count; only where none ever was, "
        "they are computed from the transactions.",
    )

    transaction_ids = fields.One2many(
        comodel_name="bank.transaction", inverse_name="holding_id", string="Transactions", readonly=True
    )

    # Life
    opened_on = fields.Date()
    matures_on = fields.Date(index="btree_not_null")
    closed_on = fields.Date(copy=False)
    days_to_maturity = fields.Integer(compute="_compute_days_to_maturity")
    state = fields.Selection(
        selection=[("active", "Active"), ("dormant", "Dormant"), ("closed", "Closed")],
        required=True,
        compute="_compute_state",
        store=True,
        readonly=False,
        precompute=True,
    )
    is_held_away = fields.Boolean(
        string="Held Elsewhere", help="The customer has it with another institution and has told us about it."
    )

    # People
    party_ids = fields.One2many(comodel_name="bank.holding.party", inverse_name="holding_id", string="Parties")
    owner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Main Owner",
        compute="_compute_owner_id",
        store=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    _external_uniq = models.UniqueIndex(
        "(source, external_id, company_id) WHERE external_id IS NOT NULL",
        "External ID: this source has given the key to another holding.",
    )
    _dates_check = models.Constraint(
        "CHECK((matures_on IS NULL OR opened_on IS NULL OR matures_on >= opened_on)"
        " AND (closed_on IS NULL OR opened_on IS NULL OR closed_on >= opened_on))",
        "Matures On, Closed On: a holding cannot end before it was opened.",
    )

    def init(self):
        # Every night rewrites the balances: room in the pages lets PostgreSQL do so without touching the indexes.
        self.env.cr.execute(SQL("ALTER TABLE %s SET (fillfactor = 80)", SQL.identifier(self._table)))
        return super().init()

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------

    @api.depends("product_id.name", "number_masked", "external_id")
    def _compute_display_name(self):
        for holding in self:
            label = holding.number_masked or holding.external_id
            product = holding.product_id.name or ""
            holding.display_name = f"{product} {label}" if label else product

    def _reveal_customer(self):
        return self.owner_id or self.party_ids[:1].partner_id

    @api.depends("balance_ids.amount", "balance_ids.date")
    def _compute_balance(self):
        newest = self._newest_balances()
        for holding in self:
            known = newest.get(holding._origin.id)
            holding.balance, holding.balance_on = known or (holding.balance, holding.balance_on)

    def _newest_balances(self):
        """Return ``{holding id: (amount, date)}`` of the newest balance of each holding that has one."""
        ids = self._origin.ids
        if not ids:
            return {}
        self.env["bank.balance"].flush_model(["holding_id", "date", "amount"])
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (holding_id) holding_id, amount, date
                     FROM bank_balance WHERE holding_id IN %s
                    ORDER BY holding_id, date DESC""",
                tuple(ids),
            )
        )
        return {holding_id: (float(amount), date) for holding_id, amount, date in rows}

    def _inverse_balance(self):
        """Keep a balance that was set by hand in the history, for its own date or for today."""
        today = fields.Date.context_today(self)
        wanted = {holding: (holding.balance_on or today, holding.balance) for holding in self}
        existing = {
            (balance.holding_id, balance.date): balance
            for balance in self.env["bank.balance"].search([("holding_id", "in", self.ids)])
        }
        new = []
        for holding, (date, amount) in wanted.items():
            if balance := existing.get((holding, date)):
                balance.amount = amount
            else:
                new.append({"holding_id": holding.id, "date": date, "amount": amount})
        self.env["bank.balance"].create(new)
        # The newest holds, which need not be the one just set.
        for name in ("balance", "balance_on"):
            self.env.add_to_compute(self._fields[name], self)

    @api.depends("closed_on")
    def _compute_state(self):
        for holding in self:
            if holding.closed_on:
                holding.state = "closed"
            elif not holding.state or holding.state == "closed":
                holding.state = "active"

    @api.depends("matures_on")
    def _compute_days_to_maturity(self):
        today = fields.Date.context_today(self)
        for holding in self:
            holding.days_to_maturity = (holding.matures_on - today).days if holding.matures_on else 0

    @api.depends("party_ids.role", "party_ids.share_pct", "party_ids.partner_id")
    def _compute_owner_id(self):
        for holding in self:
            owners = holding.party_ids.filtered(lambda party: party.role in OWNER_ROLES)
            first = owners.sorted(lambda party: (party.role != "owner", -party.share_pct, party._origin.id or 0))[:1]
            holding.owner_id = first.partner_id

    # ------------------------------------------------------------------
    # Constraints
    # ------------------------------------------------------------------

    @api.constrains("state", "closed_on")
    def _check_closed_on(self):
        for holding in self:
            if holding.state == "closed" and not holding.closed_on:
                raise ValidationError(self.env._("Closed On: a closed holding needs the date of its closing."))
            if holding.closed_on and holding.state != "closed":
                raise ValidationError(
                    self.env._(
                        "Closed On: a holding that is open has no date of closing. Clear it or close the holding."
                    )
                )

    def _check_shares(self):
        """The shares of the owners of each holding sum to 100 %; a holding may still have no owner."""
        totals = self.env["bank.holding.party"]._read_group(
            [("holding_id", "in", self.ids), ("role", "in", OWNER_ROLES)], ["holding_id"], ["share_pct:sum"]
        )
        for holding, total in totals:
            if float_compare(total, 100, precision_digits=2):
                raise ValidationError(
                    self.env._(
                        "Share (%%): the owners of %(holding)s have %(total).2f %% together; correct their shares so "
                        "that they sum to 100 %%.",
                        holding=holding.display_name,
                        total=total,
                    )
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        holdings = super(BankHolding, self.with_context(bank_shares_later=SHARES_LATER)).create(
            [self._date_balance(vals) for vals in vals_list]
        )
        holdings = holdings.with_env(self.env)
        holdings._check_shares()
        holdings._record_events("holding.opened")
        return holdings

    def write(self, vals):
        closing = self.filtered(lambda holding: holding.state != "closed") if vals.get("closed_on") else self.browse()
        vals = self._date_balance(vals)
        if "party_ids" in vals:
            # Shares are shifted one party after the other: their sum is checked at the end.
            result = super(BankHolding, self.with_context(bank_shares_later=SHARES_LATER)).write(vals)
            self._check_shares()
        else:
            result = super().write(vals)
        closing._record_events("holding.closed")
        return result

    @api.model
    def _date_balance(self, vals):
        """A balance that is set without a date is today's; it must not replace the one of the day before."""
        if "balance" not in vals or vals.get("balance_on"):
            return vals
        return {**vals, "balance_on": fields.Date.context_today(self)}

    def action_view_transactions(self):
        """Open the transactions of these holdings."""
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_transaction_of_action")
        action["domain"] = [("holding_id", "in", self.ids)]
        return action

    def _record_events(self, kind):
        """Write the event of ``kind`` for each owner of these holdings."""
        names = self.env["bank.customer.event"]._names(self.product_id)
        self.env["bank.customer.event"]._record(
            kind,
            [
                {
                    "partner_id": party.partner_id.id,
                    "source_model": self._name,
                    "source_id": holding.id,
                    "payload": {"label": names[holding.product_id.id], "code": holding.product_id.code},
                }
                for holding in self
                for party in holding.party_ids
                if party.role in OWNER_ROLES
            ],
        )

    @api.model
    def _domain_maturing(self, days):
        """Return the domain of active holdings that mature within ``days`` from today."""
        return (
            Domain("state", "!=", "closed")
            & Domain("matures_on", ">=", "today")
            & Domain("matures_on", "<=", f"today +{days}d")
        )
