import re

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...tools import text_masking

KINDS = [
    ("payment_in", "Payment In"),
    ("payment_out", "Payment Out"),
    ("transfer_in", "Transfer In"),
    ("transfer_out", "Transfer Out"),
    ("cash_in", "Cash In"),
    ("cash_out", "Cash Out"),
    ("card", "Card Payment"),
    ("interest", "Interest"),
    ("fee", "Fee"),
    ("loan_drawing", "Loan Drawing"),
    ("loan_repayment", "Loan Repayment"),
    ("investment_buy", "Investment Bought"),
    ("investment_sell", "Investment Sold"),
    ("dividend", "Dividend"),
    ("salary", "Salary"),
    ("tax", "Tax"),
    ("reversal", "Reversal"),
    ("other", "Other"),
]
# Beside a name, eight digits or more are the number of an account, whichever bank keeps it.
_ACCOUNT_NUMBER = re.compile(r"\d(?:[ -]?\d){7,}", re.ASCII)


class BankTransaction(models.Model):
    """A posting in the books of a holding, as the system that keeps them has sent it.

    ``amount`` is signed from the customer's view: above zero is money in. ``balance_after`` is the holding's balance
    after the posting where the books print it; of a loan or a card it is what is owed, as in ``bank.balance``.

    Only the feed (``bank.exchange.push_transactions``) writes postings. One that comes again with other values is a
    correction: the posting changes, ``bank.transaction.revision`` keeps what it was.
    """

    _name = "bank.transaction"
    _description = "Transaction"
    _inherit = ["bank.text.masking.mixin", "bank.sealed.mixin"]
    _order = "booked_on desc, id desc"
    _rec_names_search = ["external_id", "counterparty", "text"]

    _masked_text_fields = ("text", "counterparty")

    holding_id = fields.Many2one(
        comodel_name="bank.holding", required=True, readonly=True, ondelete="cascade"
    )  # indexed by _holding_booked_idx
    owner_id = fields.Many2one(related="holding_id.owner_id", string="Customer")
    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True, ondelete="restrict")

    # Key
    source = fields.Char(required=True, readonly=True, help="The system that keeps the books.")
    external_id = fields.Char(
        string="External ID", required=True, readonly=True, help="The key in the system that keeps the books."
    )

    # Posting
    booked_on = fields.Date(string="Booked", required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True, help="Above zero is money in, below zero money out.")
    currency_id = fields.Many2one(
        comodel_name="res.currency", required=True, readonly=True, help="The holding's currency."
    )
    kind = fields.Selection(selection=KINDS, required=True, readonly=True, default="other")
    text = fields.Char(readonly=True, index="trigram")
    counterparty = fields.Char(readonly=True, index="trigram")
    channel = fields.Char(readonly=True, help="How it was ordered, in the words of the system that keeps the books.")
    balance_after = fields.Monetary(readonly=True, aggregator=None)
    has_balance_after = fields.Boolean(
        string="Balance Known", readonly=True, help="Whether the books print a balance beside this posting."
    )

    # Corrections
    revision_ids = fields.One2many(
        comodel_name="bank.transaction.revision", inverse_name="transaction_id", string="Corrections", readonly=True
    )
    is_corrected = fields.Boolean(string="Corrected", readonly=True)

    _external_uniq = models.UniqueIndex(
        "(source, external_id, company_id)", "External ID: this source has given the key to another transaction."
    )
    _holding_booked_idx = models.Index("(holding_id, booked_on DESC, id DESC)")
    _booked_idx = models.Index("(booked_on DESC, id DESC)")
    _amount_idx = models.Index("(amount)")
    _known_balance_idx = models.Index("(holding_id, booked_on) WHERE has_balance_after IS TRUE")

    @api.depends("kind", "booked_on", "counterparty", "text")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for posting in self:
            words = posting.counterparty or posting.text or kinds.get(posting.kind, "")
            posting.display_name = f"{posting.booked_on or ''} {words}".strip()

    @api.model_create_multi
    def create(self, vals_list):
        if vals_list and not self._is_unsealed():
            raise AccessError(
                self.env._(
                    "[sealed_record] %(model)s: these records come from the system that keeps the books. Push them "
                    "through the exchange.",
                    model=self._description,
                )
            )
        return super().create(vals_list)

    @api.model
    def _mask_values(self, vals_list):
        return [self._mask_counterparty(vals) for vals in super()._mask_values(vals_list)]

    @api.model
    def _mask_counterparty(self, vals):
        if not isinstance(vals.get("counterparty"), str):
            return vals
        return {**vals, "counterparty": self._mask_account_numbers(vals["counterparty"])}

    @api.model
    def _mask_account_numbers(self, counterparty):
        """Return the name of a counterparty with every number of eight digits or more masked."""
        return _ACCOUNT_NUMBER.sub(lambda found: text_masking.masked(found[0]), counterparty)

    @api.model
    def _mark_days(self, reason, days):
        """Note the closed months of postings to be computed anew; see ``bank.month.stale``.

        :param days: list of ``(holding id, booked on)``
        """
        balances = self.env["bank.balance"]
        late = balances._days_of_closed_months(days)
        if late:
            touched = SQL(
                "SELECT holding_id, date, date FROM unnest(%s::int[], %s::date[]) AS day(holding_id, date)",
                [day[0] for day in late],
                [day[1] for day in late],
            )
            self.env["bank.month.stale"]._mark(reason, touched)
