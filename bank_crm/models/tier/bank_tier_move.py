import itertools

from odoo import api, models
from odoo.tools import SQL

_numbers = itertools.count(1)


class BankTierMove(models.AbstractModel):
    """Puts customers on the tier where they belong, in a few statements: contact, history and event together.

    Where a customer belongs is what his last standing says, with a manual tier that is in force laid over it. What
    others have written on the contact meanwhile (an import, the core-banking system) gives way to it.
    """

    _name = "bank.tier.move"
    _description = "Move of Customers Between Tiers"

    @api.model
    def _move(self, scope, month=None):
        """Move the customers whose tier differs from where they belong.

        :param scope: :class:`odoo.tools.SQL` giving (partner_id, whether months were judged again for him)
        :param month: standings after this month do not count yet; default: each customer's last one does
        :return: number of the customers moved
        """
        table = SQL.identifier(f"bank_tier_move_{next(_numbers)}")
        self.env.cr.execute(
            SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", table, self._select_moves(scope, month))
        )
        count = self.env.cr.rowcount
        if count:
            self.env.cr.execute(SQL("ANALYZE %s", table))
            self._update_partners(table)
            history_ids = self._insert_history(table)
            self.env["bank.tier"]._record_tier_events(history_ids)
            self.env["res.partner"].invalidate_model(["tier_id", "tier_history_ids"])
        self.env.cr.execute(SQL("DROP TABLE %s", table))
        return count

    @api.model
    def _select_moves(self, scope, month):
        wanted_month = SQL("standing.month <= %s", month) if month else SQL("TRUE")
        return SQL(
            """
            SELECT placed.*,
                   CASE WHEN placed.is_manual THEN 'manual'
                        WHEN old_tier_id IS NULL THEN 'initial'
                        WHEN new_tier_id = standing_tier_id AND (
                             state = 'upgraded' AND new_sequence > old_sequence
                             OR state = 'downgraded' AND old_tier_id = from_tier_id) THEN state
                        WHEN placed.has_ended THEN 'expired'
                        WHEN old_tier_id = from_tier_id THEN 'policy'
                        WHEN is_replayed THEN 'correction'
                        ELSE 'policy' END AS cause
              FROM (
                SELECT partner.id AS partner_id, partner.tier_id AS old_tier_id, old.sequence AS old_sequence,
                       chosen.tier_id AS new_tier_id, new.sequence AS new_sequence, scope.is_replayed,
                       standing.id AS standing_id, standing.tier_id AS standing_tier_id, standing.from_tier_id,
                       standing.state, override.id AS override_id,
                       chosen.is_override AS is_manual, ended.id IS NOT NULL AS has_ended
                  FROM (%(scope)s) AS scope(partner_id, is_replayed)
                  JOIN res_partner partner ON partner.id = scope.partner_id AND partner.is_bank_customer
                  LEFT JOIN LATERAL (SELECT * FROM bank_tier_standing standing
                                      WHERE standing.partner_id = partner.id AND %(wanted_month)s
                                      ORDER BY standing.month DESC LIMIT 1) AS standing ON TRUE
                  LEFT JOIN bank_tier_override override
                    ON override.partner_id = partner.id AND override.state = 'approved' AND override.is_in_force
                  LEFT JOIN LATERAL (SELECT * FROM bank_tier_override ended
                                      WHERE ended.partner_id = partner.id AND ended.is_ending LIMIT 1) AS ended ON TRUE
                  LEFT JOIN bank_tier own
                    ON own.id = CASE WHEN standing.id IS NOT NULL THEN standing.tier_id
                                     WHEN override.id IS NOT NULL THEN override.base_tier_id
                                     WHEN ended.id IS NOT NULL THEN ended.base_tier_id
                                     ELSE partner.tier_id END
                  LEFT JOIN bank_tier manual ON manual.id = override.tier_id
                 CROSS JOIN LATERAL (
                    SELECT COALESCE(override.id IS NOT NULL AND override.tier_id IS DISTINCT FROM own.id
                                    AND (override.effect = 'exactly' OR own.id IS NULL
                                         OR manual.sequence > own.sequence), FALSE) AS is_override
                    OFFSET 0
                  ) AS laid_over
                 CROSS JOIN LATERAL (
                    SELECT laid_over.is_override,
                           CASE WHEN laid_over.is_override THEN override.tier_id ELSE own.id END AS tier_id
                    OFFSET 0
                  ) AS chosen
                  LEFT JOIN bank_tier old ON old.id = partner.tier_id
                  LEFT JOIN bank_tier new ON new.id = chosen.tier_id
                 WHERE chosen.tier_id IS DISTINCT FROM partner.tier_id
              ) AS placed
            """,
            scope=scope,
            wanted_month=wanted_month,
        )

    @api.model
    def _update_partners(self, table):
        self.env.cr.execute(
            SQL(
                """UPDATE res_partner partner
                      SET tier_id = move.new_tier_id, write_uid = %s, write_date = now() AT TIME ZONE 'UTC'
                     FROM %s AS move WHERE partner.id = move.partner_id""",
                self.env.uid,
                table,
            )
        )

    @api.model
    def _insert_history(self, table):
        """Append a row for each move, with what was seen; return the ids."""
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO bank_tier_history (
                       partner_id, from_tier_id, to_tier_id, changed_on, reason, metric_amount, currency_id,
                       rule_version, policy_id, month, override_id, approver_id, valid_until, inputs, user_id,
                       create_uid, create_date, write_uid, write_date)
                SELECT move.partner_id, move.old_tier_id, move.new_tier_id,
                       CASE WHEN move.cause IN ('upgraded', 'downgraded', 'initial') AND standing.is_open IS NOT TRUE
                            THEN LEAST(standing.effective_on, %(today)s) ELSE %(today)s END,
                       CASE move.cause WHEN 'upgraded' THEN 'upgrade' WHEN 'downgraded' THEN 'downgrade'
                                       ELSE move.cause END,
                       standing.metric_amount, standing.currency_id,
                       policy.code || '-' || policy.version, policy.id, standing.month,
                       override.id, override.approver_id, override.valid_until,
                       jsonb_strip_nulls(jsonb_build_object(
                           'metric', policy.metric, 'month', standing.month, 'metric_amount', standing.metric_amount,
                           'level_amount', level.min_amount, 'former_level_amount', former.min_amount,
                           'is_household', NULLIF(standing.is_household, FALSE),
                           'is_running_month', NULLIF(standing.is_open, FALSE),
                           'coverage_days', standing.coverage_days, 'is_provisional', standing.is_provisional,
                           'bad_months', NULLIF(standing.bad_months, 0), 'months_below', below.months,
                           'downgrade_target', CASE WHEN move.cause = 'downgraded' THEN former.downgrade_target END,
                           'policy_tier_id', standing.tier_id, 'effective_on', standing.effective_on,
                           'override_id', override.id)),
                       %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM %(table)s AS move
                  LEFT JOIN bank_tier_standing standing ON standing.id = move.standing_id
                  LEFT JOIN bank_tier_policy policy ON policy.id = standing.policy_id
                  LEFT JOIN bank_tier_policy_level level
                    ON level.policy_id = policy.id AND level.tier_id = move.new_tier_id
                  LEFT JOIN bank_tier_policy_level former
                    ON former.policy_id = policy.id AND former.tier_id = move.old_tier_id
                  LEFT JOIN bank_tier_override override ON override.id = move.override_id AND move.is_manual
                  LEFT JOIN LATERAL (
                    SELECT jsonb_agg(jsonb_build_object('month', month, 'amount', metric_amount) ORDER BY month)
                           AS months
                      FROM (SELECT earlier.month, earlier.metric_amount FROM bank_tier_standing earlier
                             WHERE earlier.partner_id = move.partner_id AND earlier.month <= standing.month
                               AND earlier.is_provisional IS NOT TRUE AND earlier.is_open IS NOT TRUE
                             ORDER BY earlier.month DESC LIMIT standing.bad_months) AS streak
                  ) AS below ON move.cause = 'downgraded'
             RETURNING id
                """,
                today=self.env["bank.run"]._today(),
                uid=self.env.uid,
                table=table,
            )
        )
        return [row[0] for row in rows]
