from odoo import fields, models

KINDS = [
    ("earn", "Earned"),
    ("bonus", "Bonus"),
    ("redeem", "Redeemed"),
    ("expire", "Expired"),
    ("reverse", "Reversed"),
    ("adjust", "Adjusted"),
    ("transfer_in", "Received"),
    ("transfer_out", "Given"),
    ("merge_in", "Taken over in a Merge"),
    ("merge_out", "Left in a Merge"),
]


class BankPointsEntry(models.Model):
    """One booking of points: a fact that is never changed or deleted.

    An entry with positive points is a lot, unless it gives back what a redemption had taken: it can be spent from
    ``available_on`` to ``expires_on`` and ``remaining`` says how much of it is left. An entry with negative points
    takes from lots (``bank.points.allocation``); what no lot could give is ``unpaid``, a debt that the next earnings
    pay. ``key`` is unique in the programme: what is sent twice is booked once.
    """

    _name = "bank.points.entry"
    _description = "Points Entry"
    _inherit = ["bank.sealed.mixin"]
    _order = "booked_at desc, id desc"
    _rec_name = "key"

    account_id = fields.Many2one(
        comodel_name="bank.points.account", required=True, readonly=True, index=True, ondelete="restrict"
    )
    program_id = fields.Many2one(
        comodel_name="bank.points.program", required=True, readonly=True, ondelete="restrict"
    )  # indexed by _key_uniq
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True, index=True)
    kind = fields.Selection(selection=KINDS, required=True, readonly=True)
    points = fields.Integer(required=True, readonly=True)
    key = fields.Char(required=True, readonly=True)
    payload_hash = fields.Char(readonly=True, export_string_translation=False)
    value_on = fields.Date(string="Value Date", required=True, readonly=True)
    booked_at = fields.Datetime(string="Booked", required=True, readonly=True)
    reason = fields.Char(readonly=True)
    source_model = fields.Char(readonly=True, export_string_translation=False)
    source_id = fields.Many2oneReference(
        model_field="source_model", readonly=True, export_string_translation=False
    )
    source_ref = fields.Char(string="Reference", readonly=True)
    explanation = fields.Json(readonly=True, help="Rule, version, inputs and formula.")
    original_id = fields.Many2one(
        comodel_name="bank.points.entry", string="Reverses", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    user_id = fields.Many2one(comodel_name="res.users", string="By", readonly=True, ondelete="restrict")
    checker_id = fields.Many2one(comodel_name="res.users", string="Approved by", readonly=True, ondelete="restrict")
    balance_after = fields.Integer(string="Balance after", readonly=True)
    pending_after = fields.Integer(readonly=True)

    # What becomes of it; only the ledger writes these
    available_on = fields.Date(string="From", readonly=True)
    expires_on = fields.Date(string="Until", readonly=True)
    is_pending = fields.Boolean(readonly=True)
    remaining = fields.Integer(readonly=True, help="What is left of a lot.")
    held = fields.Integer(readonly=True, help="What of it is promised to redemptions.")
    unpaid = fields.Integer(readonly=True, help="What no lot could give: debt.")
    reversed_points = fields.Integer(readonly=True, help="How much of it was reversed.")
    allocation_ids = fields.One2many(
        comodel_name="bank.points.allocation", inverse_name="debit_id", string="Taken from"
    )
    use_ids = fields.One2many(comodel_name="bank.points.allocation", inverse_name="lot_id", string="Used for")

    _key_uniq = models.UniqueIndex("(program_id, key)", "This key has been booked in this programme.")
    _lots_idx = models.Index("(account_id, expires_on, available_on, id) WHERE remaining > 0")
    _expiring_idx = models.Index("(expires_on) WHERE remaining > 0")
    _pending_idx = models.Index("(available_on) WHERE is_pending IS TRUE")
    _unpaid_idx = models.Index("(account_id, id) WHERE unpaid > 0")
    _account_booked_idx = models.Index("(account_id, booked_at DESC, id DESC)")
    _points_check = models.Constraint("CHECK(points <> 0)", "Points: an entry moves at least one point.")
    _lot_check = models.Constraint(
        "CHECK(COALESCE(held, 0) BETWEEN 0 AND COALESCE(remaining, 0)"
        " AND COALESCE(remaining, 0) BETWEEN 0 AND GREATEST(points, 0))",
        "Lot: what remains lies between nothing and the whole, and what is held is part of it.",
    )
    _debit_check = models.Constraint(
        "CHECK(COALESCE(unpaid, 0) BETWEEN 0 AND GREATEST(-points, 0)"
        " AND COALESCE(reversed_points, 0) BETWEEN 0 AND abs(points))",
        "Entry: no more can be owed or reversed than was booked.",
    )

    def _answer(self, replayed):
        """Return the answer to the call that booked this entry; see ``bank.points.account.earn``."""
        self.ensure_one()
        return {
            "entry_key": self.key,
            "balance": self.balance_after,
            "pending": self.pending_after,
            "replayed": replayed,
        }
