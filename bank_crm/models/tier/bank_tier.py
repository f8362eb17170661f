from odoo import api, fields, models
from odoo.tools import SQL

RULE_VERSION = "first-assignment-1"


class BankTier(models.Model):
    """A level of service that customers reach by their assets (S1).

    The first assignment puts a customer on the highest tier whose ``min_amount`` his present assets under management
    reach. Watching months, grace and downgrades belong to ``bank.tier.policy``: where a company has an active one, the
    night leaves :meth:`_assign_from_aum` to companies without, and newcomers are put on a level of the policy.
    """

    _name = "bank.tier"
    _description = "Customer Tier"
    _order = "sequence, min_amount, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10, help="The higher the number, the higher the tier.")
    min_amount = fields.Monetary(
        string="From Amount", required=True, help="Assets under management from which it is given."
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    color = fields.Integer()
    benefit_ids = fields.Many2many(comodel_name="bank.benefit", string="Benefits")
    description = fields.Text(translate=True)
    company_id = fields.Many2one(
        comodel_name="res.company", index=True, help="Empty means that the tier is used by all companies."
    )
    active = fields.Boolean(default=True)
    customer_count = fields.Integer(compute="_compute_customer_count")

    _code_uniq = models.UniqueIndex("(code, COALESCE(company_id, 0))", "Another tier of this company has this code.")
    _min_amount_check = models.Constraint(
        "CHECK(min_amount >= 0)", "From Amount: an amount of assets cannot be negative."
    )

    def _compute_customer_count(self):
        counts = dict(self.env["res.partner"]._read_group([("tier_id", "in", self.ids)], ["tier_id"], ["__count"]))
        for tier in self:
            tier.customer_count = counts.get(tier, 0)

    @api.model
    def _assign_from_aum(self, partner_ids):
        """Put customers on the tier of their present assets; write history and events of those whose tier changes.

        :param partner_ids: list of ids of ``res.partner``
        :return: number of the customers whose tier changed
        """
        if not partner_ids:
            return 0
        self.env["res.partner"].flush_model(["tier_id", "company_id", "is_bank_customer", "financial_profile_id"])
        self.env["bank.financial.profile"].flush_model(["partner_id", "aum", "currency_id", "figures_as_of"])
        self.flush_model()
        self.env["bank.tier.override"].flush_model()
        thresholds = self._select_thresholds(
            partner_ids, [(tier, tier.min_amount, tier.currency_id) for tier in self.search([])]
        )
        rows = self.env.execute_query(self._assign_statement(self._select_reached(list(partner_ids), thresholds)))
        self.env["res.partner"].invalidate_model(["tier_id", "tier_history_ids"])
        if rows:
            self._record_tier_events([row[0] for row in rows])
        return len(rows)

    @api.model
    def _assign_newcomers(self, partner_ids):
        """Put customers who have no tier straight on the tier of their assets, once figures of them are known.

        The others wait for the night: going up and down is the policy's business (CCB's rule puts a new customer on
        his level at once, others on the lowest one first).

        :param partner_ids: ids of ``res.partner``, or :class:`odoo.tools.SQL` of a sub-select that gives them
        :return: number of the customers who got a tier
        """
        self.env["res.partner"].flush_model(["tier_id", "is_bank_customer"])
        self.env["bank.financial.profile"].flush_model(["partner_id", "aum", "currency_id", "figures_as_of"])
        scope = partner_ids if isinstance(partner_ids, SQL) else SQL("SELECT unnest(%s::int[])", list(partner_ids))
        newcomers = self.env.execute_query(
            SQL(
                """SELECT partner.id FROM res_partner partner
                     JOIN bank_financial_profile profile ON profile.partner_id = partner.id
                    WHERE partner.id IN (%s) AND partner.is_bank_customer AND partner.tier_id IS NULL
                      AND profile.figures_as_of IS NOT NULL""",
                scope,
            )
        )
        ids = [row[0] for row in newcomers]
        policy = self.env["bank.tier.policy"]._now_for(self.env.company)
        return self._assign_by_policy(ids, policy) if policy else self._assign_from_aum(ids)

    @api.model
    def _assign_by_policy(self, partner_ids, policy):
        """Put newcomers on their first level under a policy, by their present assets.

        :return: number of the customers who got a tier
        """
        if not partner_ids:
            return 0
        levels = policy.level_ids.sorted("min_amount")
        if policy.newcomer == "as_others":
            levels = levels[:1]
        amounts = [(level.tier_id, level.min_amount, policy.currency_id) for level in levels]
        self.env["bank.tier.override"].flush_model()
        reached = self._select_reached(partner_ids, self._select_thresholds(partner_ids, amounts))
        rows = self.env.execute_query(
            self._assign_statement(reached, version=policy._version_label(), policy_id=policy.id)
        )
        self.env["res.partner"].invalidate_model(["tier_id", "tier_history_ids"])
        if rows:
            self._record_tier_events([row[0] for row in rows])
        return len(rows)

    @api.model
    def _assign_statement(self, reached, version=RULE_VERSION, policy_id=None):
        """Return the statement that updates the contacts and appends their history; it gives the history's ids.

        :param reached: see :meth:`_select_reached`
        """
        return SQL(
            """
            WITH reached AS (%(reached)s),
            changed AS (
                UPDATE res_partner partner
                   SET tier_id = reached.tier_id, write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
                  FROM reached
                 WHERE partner.id = reached.partner_id AND partner.tier_id IS DISTINCT FROM reached.tier_id
             RETURNING reached.*
            )
            INSERT INTO bank_tier_history (partner_id, from_tier_id, to_tier_id, changed_on, reason, metric_amount,
                                           currency_id, rule_version, policy_id, inputs, user_id,
                                           create_uid, create_date, write_uid, write_date)
            SELECT partner_id, old_tier_id, tier_id, %(today)s,
                   CASE WHEN old_tier_id IS NULL THEN 'initial'
                        WHEN sequence > old_sequence THEN 'upgrade' ELSE 'downgrade' END,
                   aum, currency_id, %(version)s, %(policy)s,
                   jsonb_build_object('aum', aum, 'figures_as_of', figures_as_of, 'min_amount', min_amount),
                   %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
              FROM changed
         RETURNING id
            """,
            reached=reached,
            uid=self.env.uid,
            today=self.env["bank.run"]._today(),
            version=version,
            policy=policy_id,
        )

    @api.model
    def _select_reached(self, partner_ids, thresholds):
        """Return the query of the highest tier that each customer reaches, beside the one he has. A manual tier
        in force goes before, unless it is one of "at least" and the assets reach a higher one."""
        return SQL(
            """
            SELECT DISTINCT ON (partner.id) partner.id AS partner_id, tier.id AS tier_id, tier.sequence,
                   tier.min_amount, partner.tier_id AS old_tier_id, old.sequence AS old_sequence,
                   profile.aum, profile.currency_id, profile.figures_as_of
              FROM res_partner partner
              JOIN bank_financial_profile profile ON profile.partner_id = partner.id
              JOIN bank_tier tier ON tier.active AND (tier.company_id IS NULL OR tier.company_id = partner.company_id)
              JOIN (%(thresholds)s) AS threshold(tier_id, currency_id, amount)
                ON threshold.tier_id = tier.id AND threshold.currency_id = profile.currency_id
              LEFT JOIN bank_tier old ON old.id = partner.tier_id
              LEFT JOIN bank_tier_override override
                ON override.partner_id = partner.id AND override.state = 'approved' AND override.is_in_force
              LEFT JOIN bank_tier manual ON manual.id = override.tier_id
             WHERE partner.id = ANY(%(partner_ids)s) AND partner.is_bank_customer
               AND (override.id IS NULL OR override.effect = 'at_least' AND tier.sequence > manual.sequence)
               AND GREATEST(profile.aum, 0) >= threshold.amount  -- an overdrawn account does not bar the lowest tier
             ORDER BY partner.id, tier.sequence DESC, tier.min_amount DESC, tier.id
            """,
            thresholds=thresholds,
            partner_ids=partner_ids,
        )

    @api.model
    def _select_thresholds(self, partner_ids, amounts):
        """Return the rows (tier, currency, amount): each threshold in each currency of these customers' profiles.

        :param amounts: ``[(tier, amount, currency)]``
        """
        used = SQL(
            "SELECT DISTINCT currency_id FROM bank_financial_profile WHERE partner_id = ANY(%s)", list(partner_ids)
        )
        currencies = self.env["res.currency"].browse(row[0] for row in self.env.execute_query(used))
        company, today = self.env.company, self.env["bank.run"]._today()
        rows = [
            SQL(
                "(%s, %s, %s::numeric)",
                tier.id,
                currency.id,
                own._convert(amount, currency, company, today, round=False),
            )
            for tier, amount, own in amounts
            for currency in currencies
        ]
        if not rows:
            return SQL("SELECT NULL::int, NULL::int, NULL::numeric WHERE FALSE")
        return SQL("VALUES %s", SQL(", ").join(rows))

    @api.model
    def _record_tier_events(self, history_ids):
        # The names (of all languages) are kept as they stand at the time.
        self.env["bank.customer.event"]._record_select(
            "tier.changed",
            SQL(
                """
                SELECT history.partner_id, 'bank.tier.history', history.id,
                       jsonb_build_object('from', (SELECT tier.name FROM bank_tier tier
                                                    WHERE tier.id = history.from_tier_id),
                                          'to', (SELECT tier.name FROM bank_tier tier
                                                  WHERE tier.id = history.to_tier_id),
                                          'reason', history.reason)
                  FROM bank_tier_history history WHERE history.id = ANY(%(ids)s)
                """,
                ids=history_ids,
            ),
        )

    def action_view_customers(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_customer_action")
        action["domain"] = [("is_bank_customer", "=", True), ("tier_id", "=", self.id)]
        return action
