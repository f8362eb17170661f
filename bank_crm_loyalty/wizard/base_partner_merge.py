from odoo import models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_bank_rows(self, sources, target):
        """Two accounts of one programme become one: entries, lots and what they were used for stay as they are."""
        self.env.flush_all()
        partners = (sources | target).ids
        self.env.execute_query(
            SQL("SELECT id FROM bank_points_account WHERE partner_id = ANY(%s) ORDER BY id FOR UPDATE", partners)
        )
        pairs = self.env.execute_query(
            SQL(
                """
                SELECT id, keeper_id
                  FROM (SELECT id, first_value(id) OVER (PARTITION BY program_id
                                                         ORDER BY partner_id = %s DESC, id) AS keeper_id
                          FROM bank_points_account WHERE partner_id = ANY(%s)) AS account
                 WHERE id != keeper_id
                """,
                target.id,
                partners,
            )
        )
        if pairs:
            self._join_points_accounts(SQL(", ").join(SQL("(%s, %s)", *pair) for pair in pairs))
        return super()._merge_bank_rows(sources, target)

    def _join_points_accounts(self, pairs):
        """Move everything of accounts into others and remove them.

        :param pairs: SQL rows (account, the one that stays)
        """
        joined = SQL("(VALUES %s) AS joined(id, keeper_id)", pairs)
        for table in ("bank_points_entry", "bank_points_finding"):
            self.env.cr.execute(
                SQL(
                    "UPDATE %(table)s AS record SET account_id = joined.keeper_id FROM %(joined)s"
                    " WHERE record.account_id = joined.id",
                    table=SQL.identifier(table),
                    joined=joined,
                )
            )
        # who was frozen stays so, a closed account does not close the other one
        self.env.cr.execute(
            SQL(
                """
                UPDATE bank_points_account AS keeper
                   SET balance = keeper.balance + other.balance, pending = keeper.pending + other.pending,
                       held = keeper.held + other.held, debt = keeper.debt + other.debt, version = keeper.version + 1,
                       state = CASE WHEN other.is_frozen OR keeper.state = 'frozen' THEN 'frozen'
                                    WHEN other.is_active OR keeper.state = 'active' THEN 'active' ELSE 'closed' END,
                       last_activity_on = GREATEST(keeper.last_activity_on, other.last_activity_on)
                  FROM (SELECT joined.keeper_id, sum(balance)::int AS balance, sum(pending)::int AS pending,
                               sum(held)::int AS held, sum(debt)::int AS debt, bool_or(state = 'frozen') AS is_frozen,
                               bool_or(state = 'active') AS is_active, max(last_activity_on) AS last_activity_on
                          FROM bank_points_account account JOIN %(joined)s ON joined.id = account.id
                         GROUP BY joined.keeper_id) AS other
                 WHERE other.keeper_id = keeper.id
                """,
                joined=joined,
            )
        )
        self.env.cr.execute(
            SQL("DELETE FROM bank_points_account account USING %s WHERE joined.id = account.id", joined)
        )
        self.env.invalidate_all()
