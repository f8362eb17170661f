from odoo import api, fields, models

CLASSES = [("a", "A"), ("b", "B"), ("c", "C")]


class BankCustomerValue(models.Model):
    """What a customer is worth: ABC by cumulative contribution and RFM, newest figures; written by the run ``values``.

    A are the customers who together bring the first 80 % of the contribution of the scope, the one who crosses the
    line included; B those up to 95 %; C the rest and whoever brings nothing or less (the shares are those of
    ``policy_id``). The whole is the sum of what the customers bring who bring something; equals are put in the order
    of their ids. The class of the whole bank is also ``value_class`` of the contact.

    Amounts are in the company's currency, so that customers can be compared; each month at the rate of its last day.
    """

    _name = "bank.customer.value"
    _description = "Customer Value"
    _order = "contribution desc, partner_id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, readonly=True, ondelete="restrict"
    )  # indexed by _partner_uniq
    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True, index=True)
    branch_id = fields.Many2one(
        comodel_name="bank.branch", readonly=True, index="btree_not_null", help="At the time of the computation."
    )
    relationship_manager_id = fields.Many2one(
        comodel_name="res.users", readonly=True, index="btree_not_null", help="At the time of the computation."
    )
    policy_id = fields.Many2one(
        comodel_name="bank.value.policy", string="By the Rules of", readonly=True, index=True, ondelete="restrict"
    )
    month = fields.Date(required=True, readonly=True, help="The last month of those that count.")
    currency_id = fields.Many2one(comodel_name="res.currency", required=True, readonly=True)

    # ABC
    contribution = fields.Monetary(string="Contribution, 12 Months", readonly=True)
    abc_bank = fields.Selection(selection=CLASSES, string="Class in the Bank", readonly=True)
    abc_branch = fields.Selection(selection=CLASSES, string="Class in the Branch", readonly=True)
    abc_book = fields.Selection(selection=CLASSES, string="Class in the Book", readonly=True)
    rank_bank = fields.Integer(string="Rank in the Bank", readonly=True, aggregator="min")
    rank_branch = fields.Integer(string="Rank in the Branch", readonly=True, aggregator="min")
    rank_book = fields.Integer(string="Rank in the Book", readonly=True, aggregator="min")
    cumulative_bank = fields.Float(
        string="Cumulative % of the Bank",
        digits=(6, 3),
        readonly=True,
        aggregator="max",
        help="What the customers down to this one bring together.",
    )
    cumulative_branch = fields.Float(
        string="Cumulative % of the Branch", digits=(6, 3), readonly=True, aggregator="max"
    )
    cumulative_book = fields.Float(string="Cumulative % of the Book", digits=(6, 3), readonly=True, aggregator="max")
    top_share = fields.Selection(
        selection=[
            ("1", "First Fifth"),
            ("2", "Second Fifth"),
            ("3", "Third Fifth"),
            ("4", "Fourth Fifth"),
            ("5", "Last Fifth"),
        ],
        string="Fifth of the Bank",
        readonly=True,
        help="Fifths of the customers in the order of their contribution: how much the first one brings of the whole "
        "is the bank's concentration.",
    )
    previous_class = fields.Selection(
        selection=CLASSES, string="Class Before", readonly=True, help="In the bank, one computed month earlier."
    )

    # RFM
    recency_days = fields.Integer(
        string="Days since the Last Posting",
        readonly=True,
        aggregator="avg",
        help="By the customer himself, at the end of the month.",
    )
    frequency = fields.Integer(string="Postings, 12 Months", readonly=True)
    rfm_recency = fields.Integer(
        string="R", readonly=True, aggregator="avg", help="Quintile 1 to 5; 5 is the most recent fifth."
    )
    rfm_frequency = fields.Integer(string="F", readonly=True, aggregator="avg")
    rfm_money = fields.Integer(string="M", readonly=True, aggregator="avg")
    rfm_cell = fields.Char(string="RFM", readonly=True, help="The quintiles in one: 555 are the best.")
    rfm_segment_id = fields.Many2one(
        comodel_name="bank.rfm.segment",
        string="RFM Segment",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    computed_at = fields.Datetime(string="Computed", readonly=True)
    reason = fields.Char(string="Why", compute="_compute_reason")
    rfm_reason = fields.Char(string="About RFM", compute="_compute_rfm_reason")

    _partner_uniq = models.UniqueIndex("(partner_id)", "The customer has a value already.")

    @api.depends("contribution", "abc_bank", "rank_bank", "cumulative_bank", "policy_id", "month", "currency_id")
    @api.depends_context("lang")
    def _compute_reason(self):
        for value in self:
            value.reason = value._describe_class() if value.abc_bank else ""

    def _describe_class(self):
        """Return the sentence that says why the class of the bank is what it is."""
        self.ensure_one()
        # sudo: bank.value.policy - the numbers of the rule belong to the sentence
        policy = self.policy_id.sudo()
        facts = {
            "amount": self.currency_id.format(self.contribution),
            "months": policy.months,
            "month": f"{self.month:%Y-%m}",
            "rank": self.rank_bank,
            "share": f"{self.cumulative_bank:.2f}",
            "a": f"{policy.class_a_pct:g}",
            "b": f"{policy.class_b_pct:g}",
        }
        if self.contribution <= 0:
            return self.env._(
                "C: the contribution of %(months)s months up to %(month)s is %(amount)s; who brings nothing is C.",
                **facts,
            )
        if self.abc_bank == "a" and self.cumulative_bank > policy.class_a_pct:
            return self.env._(
                "A: %(amount)s in %(months)s months up to %(month)s, rank %(rank)s. With this customer the bank's "
                "first %(a)s %% are crossed (%(share)s %%); who crosses the line is A.",
                **facts,
            )
        if self.abc_bank == "a":
            return self.env._(
                "A: %(amount)s in %(months)s months up to %(month)s, rank %(rank)s. The customers down to this one "
                "bring %(share)s %% of the whole; A goes up to %(a)s %%.",
                **facts,
            )
        if self.abc_bank == "b":
            return self.env._(
                "B: %(amount)s in %(months)s months up to %(month)s, rank %(rank)s. The customers down to this one "
                "bring %(share)s %% of the whole; B goes from %(a)s to %(b)s %%.",
                **facts,
            )
        return self.env._(
            "C: %(amount)s in %(months)s months up to %(month)s, rank %(rank)s. The customers down to this one bring "
            "%(share)s %% of the whole; C begins behind %(b)s %%.",
            **facts,
        )

    @api.depends("rfm_cell", "rfm_segment_id", "policy_id", "rfm_money")
    @api.depends_context("lang")
    def _compute_rfm_reason(self):
        for value in self:
            # sudo: bank.value.policy - the number of the rule belongs to the sentence
            least = value.policy_id.sudo().rfm_min_customers
            if value.rfm_cell:
                value.rfm_reason = value.rfm_segment_id.sudo().advice or ""  # sudo: bank.rfm.segment - as above
            elif not value.rfm_money:
                value.rfm_reason = self.env._(
                    "No RFM: the bank has fewer than %(least)s customers with figures, fifths would say little.",
                    least=least,
                )
            else:
                value.rfm_reason = self.env._(
                    "No RFM: of the customer's own postings none is known, so there is no recency."
                )
