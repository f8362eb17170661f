from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class BankOwnershipConflict(models.Model):
    """Customers whom several branches serve and who have no owner, or one who is contested: a row for each branch.

    A branch serves a customer when he owns something there, when somebody there is assigned to him, or when it claims
    him. The rows are a query, not a table.
    """

    _name = "bank.ownership.conflict"
    _description = "Customer Served by Several Branches"
    _auto = False
    _order = "branch_count desc, id"  # the id holds customer and branch
    _rec_name = "partner_id"
    _depends = {
        "res.partner": ["is_bank_customer", "relationship_manager_id", "company_id"],
        "bank.holding": ["branch_id", "state", "is_held_away"],
        "bank.holding.party": ["partner_id", "holding_id", "role"],
        "bank.assignment": ["partner_id", "branch_id", "date_to"],
        "bank.ownership.claim": ["partner_id", "branch_id", "state"],
    }

    partner_id = fields.Many2one(comodel_name="res.partner", string="Customer", readonly=True)
    branch_id = fields.Many2one(comodel_name="bank.branch", string="Serving Branch", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    kind = fields.Selection(selection=[("unowned", "Without an Owner"), ("contested", "Contested")], readonly=True)
    branch_count = fields.Integer(string="Branches", readonly=True, aggregator="max")
    holding_count = fields.Integer(string="Holdings Here", readonly=True)
    is_assigned = fields.Boolean(string="Assigned Here", readonly=True)
    is_claimed = fields.Boolean(string="Claimed Here", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH candidate AS (
                SELECT partner.id, partner.company_id,
                       CASE WHEN partner.relationship_manager_id IS NULL THEN 'unowned' ELSE 'contested' END AS kind
                  FROM res_partner partner
                 WHERE partner.is_bank_customer AND partner.active
                   AND (partner.relationship_manager_id IS NULL
                        OR partner.id IN (SELECT partner_id FROM bank_ownership_claim
                                           WHERE state IN ('submitted', 'contested')))
            ), served AS (
                SELECT party.partner_id, holding.branch_id, 1 AS holding, FALSE AS assigned, FALSE AS claimed
                  FROM candidate
                  JOIN bank_holding_party party ON party.partner_id = candidate.id AND party.role IN ('owner', 'joint')
                  JOIN bank_holding holding ON holding.id = party.holding_id
                 WHERE holding.branch_id IS NOT NULL AND holding.state <> 'closed' AND holding.is_held_away IS NOT TRUE
             UNION ALL
                SELECT assignment.partner_id, assignment.branch_id, 0, TRUE, FALSE
                  FROM candidate JOIN bank_assignment assignment ON assignment.partner_id = candidate.id
                 WHERE assignment.branch_id IS NOT NULL AND assignment.date_to IS NULL
             UNION ALL
                SELECT claim.partner_id, claim.branch_id, 0, FALSE, TRUE
                  FROM bank_ownership_claim claim WHERE claim.state IN ('submitted', 'contested')
            ), pair AS (
                SELECT partner_id, branch_id, SUM(holding) AS holding_count, bool_or(assigned) AS is_assigned,
                       bool_or(claimed) AS is_claimed, COUNT(*) OVER (PARTITION BY partner_id) AS branch_count
                  FROM served GROUP BY partner_id, branch_id
            )
            SELECT pair.partner_id::bigint * 1000000 + pair.branch_id AS id, pair.*, candidate.kind,
                   candidate.company_id
              FROM pair JOIN candidate ON candidate.id = pair.partner_id
             WHERE pair.branch_count > 1
            """
        )

    # ------------------------------------------------------------------
    # Proposal
    # ------------------------------------------------------------------

    def action_propose_owner(self):
        """Preview owners for these customers without one: contract, household, branch of the first account, largest
        average balance of three months; then whoever has the fewest customers at that branch."""
        unowned = self.filtered(lambda conflict: conflict.kind == "unowned").partner_id
        if not unowned:
            raise UserError(self.env._("Choose customers without an owner; about contested ones the claim decides."))
        proposal = self.env["bank.assignment.proposal"].create({})
        found = self._propose_branches(unowned.ids)
        proposal._store_proposed_branches(unowned.ids, found)
        return proposal._reopen()

    @api.model
    def _propose_branches(self, partner_ids):
        """Return ``{customer: (branch, basis)}`` by the order of the rules; a tie is left to the next rule."""
        self.env.flush_all()
        found = {}
        for basis, query in (
            ("contract", self._claimed_sql(partner_ids, "contract")),
            ("household", self._claimed_sql(partner_ids, "household")),
            ("opening_branch", self._opened_sql(partner_ids)),
            ("balance", self._average_sql(partner_ids)),
        ):
            for partner_id, branch_id in self.env.execute_query(query):
                found.setdefault(partner_id, (branch_id, basis))
        return found

    @api.model
    def _claimed_sql(self, partner_ids, basis):
        return SQL(
            """SELECT partner_id, MIN(branch_id) FROM bank_ownership_claim
                WHERE partner_id = ANY(%s) AND basis = %s AND state IN ('submitted', 'contested')
                GROUP BY partner_id HAVING MIN(branch_id) = MAX(branch_id)""",
            partner_ids,
            basis,
        )

    @api.model
    def _opened_sql(self, partner_ids):
        """The branch of the oldest open holding."""
        return SQL(
            """SELECT partner_id, MIN(branch_id) FROM (
                   SELECT party.partner_id, holding.branch_id,
                          RANK() OVER (PARTITION BY party.partner_id ORDER BY holding.opened_on) AS place
                     FROM bank_holding_party party JOIN bank_holding holding ON holding.id = party.holding_id
                    WHERE party.partner_id = ANY(%s) AND party.role IN ('owner', 'joint') AND holding.state <> 'closed'
                      AND holding.branch_id IS NOT NULL AND holding.opened_on IS NOT NULL
                      AND holding.is_held_away IS NOT TRUE) AS opened
                WHERE place = 1 GROUP BY partner_id HAVING MIN(branch_id) = MAX(branch_id)""",
            partner_ids,
        )

    @api.model
    def _average_sql(self, partner_ids):
        """The branch with the largest daily average of assets over the last 90 days, at the latest exchange rates."""
        return SQL(
            """
            WITH span AS (SELECT %(today)s::date - 89 AS begins, %(today)s::date + 1 AS ends),
            point AS (
                SELECT party.partner_id, holding.branch_id, balance.amount * party.share_pct / 100
                         / COALESCE(rate.rate, 1) AS amount, balance.date,
                       LEAD(balance.date) OVER (PARTITION BY party.id ORDER BY balance.date) AS next
                  FROM bank_holding_party party
                  JOIN bank_holding holding ON holding.id = party.holding_id
                  JOIN bank_product product ON product.id = holding.product_id AND product.product_class <> 'loan'
                  JOIN bank_balance balance ON balance.holding_id = holding.id
                  LEFT JOIN LATERAL (
                       SELECT rate FROM res_currency_rate WHERE currency_id = holding.currency_id
                          AND (company_id IS NULL OR company_id = holding.company_id) AND name <= %(today)s
                        ORDER BY company_id NULLS LAST, name DESC LIMIT 1) AS rate ON TRUE
                 WHERE party.partner_id = ANY(%(partners)s) AND party.role IN ('owner', 'joint')
                   AND holding.branch_id IS NOT NULL AND holding.state <> 'closed'
                   AND holding.is_held_away IS NOT TRUE AND balance.date <= %(today)s
            ), average AS (
                SELECT partner_id, branch_id, SUM(amount * (LEAST(COALESCE(next, ends), ends)
                         - GREATEST(date, begins))) AS weight
                  FROM point, span WHERE COALESCE(next, ends) > begins GROUP BY partner_id, branch_id
            ), placed AS (
                SELECT *, RANK() OVER (PARTITION BY partner_id ORDER BY weight DESC) AS place FROM average
            )
            SELECT partner_id, MIN(branch_id) FROM placed
             WHERE place = 1 AND weight > 0 GROUP BY partner_id HAVING MIN(branch_id) = MAX(branch_id)
            """,
            partners=partner_ids,
            today=self.env["bank.run"]._today(),
        )
