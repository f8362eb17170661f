from odoo import api, fields, models
from odoo.tools import SQL

from .engine import Ladder, Walk

# What a step of the walk finds, as it is stored: column of the standing -> expression over ``found``.
_FOUND = {
    "from_tier_id": "from_tier_id",
    "reached_tier_id": "reached_tier_id",
    "tier_id": "tier_id",
    "state": "state",
    "decisive_amount": "amount",
    "coverage_days": "coverage_days",
    "is_provisional": "is_provisional",
    "is_open": "is_open",
    "is_household": "is_household",
    "bad_months": "bad_months",
    "best_bad_amount": "best_bad_amount",
    "months_left": "months_left",
    "next_tier_id": "next_tier_id",
    "next_short": "next_short",
    "effective_on": "effective_on",
    "figures_at": "figures_at",
    "branch_id": "branch_id",
    "relationship_manager_id": "relationship_manager_id",
}


class BankTierStanding(models.Model):
    """Where a customer stands after one month under the policy of that month; written by the run ``tiers``.

    ``tier_id`` is the tier with which he goes into the next month, ``state`` what he is then: watched, kept and so on.
    The row of a month follows from the row of the month before and the figures of the month alone, so that a late
    correction replays from the month it touches. A manual tier is laid over the customer, not over his standings: when
    it ends, the policy knows where he belongs. The month that runs has a row for those alone whom it has brought up.

    Under a policy that looks at households ``metric_amount`` is the customer's own, unless all members agreed to be
    seen: the amount that decided is then closed to everybody.
    """

    _name = "bank.tier.standing"
    _description = "Standing of a Month"
    _order = "month desc, partner_id"
    _rec_name = "month"

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, readonly=True, ondelete="restrict"
    )  # indexed by _partner_month_uniq
    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True, index=True)
    policy_id = fields.Many2one(
        comodel_name="bank.tier.policy", required=True, readonly=True, ondelete="restrict", index=True
    )
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    effective_on = fields.Date(string="From", readonly=True, help="The day from which this standing holds.")
    metric_amount = fields.Monetary(string="Metric", readonly=True, help="What the policy compares with its levels.")
    decisive_amount = fields.Monetary(readonly=True, groups=fields.NO_ACCESS)
    currency_id = fields.Many2one(comodel_name="res.currency", required=True, readonly=True)
    is_household = fields.Boolean(string="By the Household", readonly=True)
    coverage_days = fields.Integer(string="Covered Days", readonly=True)
    is_provisional = fields.Boolean(
        string="Provisional", readonly=True, help="Too few covered days: it counts for no downgrade."
    )
    is_open = fields.Boolean(string="Running Month", readonly=True, help="It has brought him up before it is over.")
    from_tier_id = fields.Many2one(comodel_name="bank.tier", string="Tier Before", readonly=True, ondelete="restrict")
    reached_tier_id = fields.Many2one(
        comodel_name="bank.tier", string="Level Reached", readonly=True, ondelete="restrict"
    )
    tier_id = fields.Many2one(
        comodel_name="bank.tier", string="Tier After", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    bad_months = fields.Integer(string="Months Below", readonly=True, help="In a row, this one included.")
    best_bad_amount = fields.Monetary(
        readonly=True, groups=fields.NO_ACCESS, help="The highest metric of those months."
    )
    months_left = fields.Integer(readonly=True, help="More months below until he is downgraded.")
    state = fields.Selection(
        selection=[
            ("new", "New"),
            ("kept", "Kept"),
            ("below", "Below"),
            ("watch", "Watched"),
            ("upgraded", "Upgraded"),
            ("downgraded", "Downgraded"),
        ],
        required=True,
        readonly=True,
        help="What is established at the end of the month and holds in the next one.",
    )
    next_tier_id = fields.Many2one(comodel_name="bank.tier", readonly=True, ondelete="restrict")
    next_short = fields.Monetary(string="Short of Next Tier", readonly=True)
    branch_id = fields.Many2one(comodel_name="bank.branch", readonly=True, index="btree_not_null")
    relationship_manager_id = fields.Many2one(comodel_name="res.users", readonly=True, index="btree_not_null")
    figures_at = fields.Datetime(
        string="Figures Of", readonly=True, help="When the figures were computed that this standing was made from."
    )
    computed_at = fields.Datetime(string="Computed", readonly=True)

    _partner_month_uniq = models.UniqueIndex("(partner_id, month)", "The customer has a standing of this month.")
    _company_month_idx = models.Index("(company_id, month, state)")

    @api.depends("partner_id", "month")
    def _compute_display_name(self):
        for standing in self:
            name = standing.partner_id.display_name
            standing.display_name = f"{name} {standing.month:%Y-%m}" if standing.month else name

    # ------------------------------------------------------------------
    # Computation
    # ------------------------------------------------------------------

    @api.model
    def _compute_standings(self, partner_ids, months, policy=None):
        """Judge months of customers, in order, and give those who move their tier with history and event.

        Months after the given ones that were judged already are judged anew, so that no standing contradicts the one
        before it. Months without figures or without a policy leave a customer where he is.

        :param partner_ids: ids of ``res.partner``, customers of the current company
        :param months: first days of months
        :param policy: ``bank.tier.policy`` that decides all of them; usually each month's own version
        :return: number of the standings written (new, changed or withdrawn)
        """
        partner_ids = list(partner_ids)
        months = self._with_later_months(partner_ids, sorted({fields.Date.to_date(month) for month in months}))
        if not partner_ids or not months:
            return 0
        self._flush_sources()
        written = 0
        with Walk(self.env) as walk:
            walk.begin(self._select_start(partner_ids, months[0]))
            for month in months:
                rules = policy or self.env["bank.tier.policy"]._active_for(self.env.company, month)
                if not rules.level_ids:
                    continue
                walk.step(rules, Ladder(rules), month)
                written += self._store(walk, rules, month)
                self.env["bank.tier.move"]._move(
                    SQL(
                        """SELECT partner_id, COALESCE(last_month >= %s, FALSE) FROM %s
                            WHERE last_month IS NULL OR last_month <= %s""",
                        months[0],
                        walk.found,
                        month,
                    ),
                    month=month,
                )
        self.invalidate_model()
        return written

    @api.model
    def _with_later_months(self, partner_ids, months):
        if not months:
            return []
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT month FROM bank_tier_standing
                    WHERE partner_id = ANY(%s) AND month > %s AND company_id = %s""",
                partner_ids,
                months[-1],
                self.env.company.id,
            )
        )
        return months + sorted(row[0] for row in rows)

    @api.model
    def _flush_sources(self):
        for name in (
            "res.partner",
            "res.currency.rate",
            "bank.customer.month",
            "bank.group.month",
            "bank.group.member",
            "bank.tier",
            "bank.tier.policy",
            "bank.tier.policy.level",
            "bank.tier.policy.weight",
            "bank.tier.override",
            "bank.tier.history",
        ):
            self.env[name].flush_model()
        self.flush_model()

    @api.model
    def _select_start(self, partner_ids, month):
        """Where customers stand before ``month``: after the month judged before it; else as the first judged month
        found them; else as they are now, a manual tier put aside."""
        return SQL(
            """
            SELECT partner.id AS partner_id,
                   CASE WHEN former.id IS NOT NULL THEN former.tier_id
                        WHEN first.id IS NOT NULL THEN first.from_tier_id
                        WHEN override.id IS NOT NULL THEN override.base_tier_id
                        ELSE partner.tier_id END AS tier_id,
                   CASE WHEN former.state = 'downgraded' THEN 0 ELSE COALESCE(former.bad_months, 0) END AS bad_months,
                   former.best_bad_amount, former.currency_id, former.id IS NULL AS is_first,
                   last.month AS last_month
              FROM res_partner partner
              LEFT JOIN LATERAL (SELECT * FROM bank_tier_standing standing
                                  WHERE standing.partner_id = partner.id AND standing.month < %(month)s
                                    AND standing.is_open IS NOT TRUE
                                  ORDER BY standing.month DESC LIMIT 1) AS former ON TRUE
              LEFT JOIN LATERAL (SELECT id, from_tier_id FROM bank_tier_standing standing
                                  WHERE standing.partner_id = partner.id
                                  ORDER BY standing.month LIMIT 1) AS first ON former.id IS NULL
              LEFT JOIN LATERAL (SELECT month FROM bank_tier_standing standing
                                  WHERE standing.partner_id = partner.id
                                  ORDER BY standing.month DESC LIMIT 1) AS last ON TRUE
              LEFT JOIN bank_tier_override override
                ON override.partner_id = partner.id AND override.state = 'approved' AND override.is_in_force
             WHERE partner.id = ANY(%(ids)s) AND partner.is_bank_customer
               AND (partner.company_id IS NULL OR partner.company_id = %(company)s)
            """,
            month=month,
            ids=partner_ids,
            company=self.env.company.id,
        )

    @api.model
    def _store(self, walk, policy, month):
        """Write what the walk found where it differs from what is stored; return the number of rows."""
        names = ["policy_id", "metric_amount", "currency_id", *_FOUND]
        columns = SQL(", ").join(map(SQL.identifier, names))
        withdrawn = self.env.execute_query(
            SQL(
                """DELETE FROM bank_tier_standing standing USING %(found)s AS found
                    WHERE standing.partner_id = found.partner_id AND standing.month = %(month)s
                      AND found.is_open AND found.state != 'upgraded' RETURNING 1""",
                found=walk.found,
                month=month,
            )
        )
        written = self.env.execute_query(
            SQL(
                """
                INSERT INTO bank_tier_standing AS stored (
                       partner_id, company_id, month, %(columns)s, computed_at,
                       create_uid, create_date, write_uid, write_date)
                SELECT partner_id, %(company)s, %(month)s, %(policy)s,
                       round(CASE WHEN is_shown THEN amount ELSE own_amount END, %(digits)s), %(currency)s, %(values)s,
                       now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM %(found)s WHERE NOT is_open OR state = 'upgraded'
                    ON CONFLICT (partner_id, month) DO UPDATE
                   SET (%(columns)s) = ROW(%(excluded)s), computed_at = excluded.computed_at,
                       write_uid = excluded.write_uid, write_date = excluded.write_date
                 WHERE (%(stored)s) IS DISTINCT FROM (%(excluded)s)
             RETURNING 1
                """,
                columns=columns,
                company=self.env.company.id,
                month=month,
                policy=policy.id,
                currency=policy.currency_id.id,
                digits=policy.currency_id.decimal_places,
                values=SQL(", ").join(map(SQL.identifier, _FOUND.values())),
                uid=self.env.uid,
                found=walk.found,
                excluded=SQL(", ").join(SQL("excluded.%s", SQL.identifier(name)) for name in names),
                stored=SQL(", ").join(SQL("stored.%s", SQL.identifier(name)) for name in names),
            )
        )
        return len(withdrawn) + len(written)
