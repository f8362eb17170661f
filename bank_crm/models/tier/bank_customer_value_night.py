from odoo import api, models
from odoo.tools import SQL, split_every

from .bank_customer_value_stage import RESULTS


class BankCustomerValue(models.Model):
    """Brings the values of customers up to date from the stage, batch by batch; only rows that differ are written."""

    _inherit = "bank.customer.value"

    @api.model
    def _newest_month(self):
        """Return the first day of the newest closed month of the company's customers, or None."""
        return self.env.execute_query(
            SQL(
                "SELECT max(month) FROM bank_customer_month WHERE company_id = %s AND state = 'closed'",
                self.env.company.id,
            )
        )[0][0]

    @api.model
    def _compute_values(self, month):
        """Compute the value classes of all customers of the company from the closed months up to ``month``.

        The classes of customers depend on each other, so there is no reckoning for some of them. The run ``values``
        does the same in batches that are committed.

        :param month: date, first day of a month
        :return: number of the customers of whom something changed
        """
        mark = f"by hand {month}"
        self._stage_values(month, mark)
        partner_ids = [
            row[0]
            for row in self.env.execute_query(
                SQL(
                    """SELECT partner_id FROM %s UNION SELECT partner_id FROM bank_customer_value
                        WHERE company_id = %s ORDER BY partner_id""",
                    SQL.identifier(self._stage_name()),
                    self.env.company.id,
                )
            )
        ]
        changed = sum(
            self._apply_stage(list(batch)) for batch in split_every(self.env["bank.run"].BATCH_SIZE, partner_ids)
        )
        self._drop_stage()
        return changed

    @api.model
    def _apply_stage(self, partner_ids):
        """Write the values of these customers from the stage, and what follows from a new class.

        :return: number of the customers of whom something changed
        """
        self.env.flush_all()
        history_ids = self._write_history(partner_ids)
        changed = self._write_values(partner_ids)
        changed |= self._delete_unfounded(partner_ids)
        changed |= self._write_partner_classes(partner_ids)
        if history_ids:
            self._record_value_events(history_ids)
        self.invalidate_model()
        self.env["res.partner"].invalidate_model(["value_class", "value_ids", "value_history_ids"])
        return len(changed)

    @api.model
    def _write_history(self, partner_ids):
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO bank_customer_value_history (
                    partner_id, company_id, branch_id, month, from_class, to_class, contribution, rank_bank,
                    cumulative_bank, currency_id, policy_id, create_uid, create_date, write_uid, write_date)
                SELECT COALESCE(stage.partner_id, value.partner_id), COALESCE(stage.company_id, value.company_id),
                       stage.branch_id, COALESCE(stage.month, value.month), value.abc_bank, stage.abc_bank,
                       stage.contribution, stage.rank_bank, stage.cumulative_bank,
                       COALESCE(stage.currency_id, value.currency_id), stage.policy_id, %(meta)s
                  FROM (SELECT * FROM %(stage)s WHERE partner_id = ANY(%(ids)s)) AS stage
                  FULL JOIN (SELECT * FROM bank_customer_value
                              WHERE partner_id = ANY(%(ids)s) AND company_id = %(company)s) AS value
                         ON value.partner_id = stage.partner_id
                 WHERE stage.abc_bank IS DISTINCT FROM value.abc_bank
                 ORDER BY 1
             RETURNING id
                """,
                meta=self._meta(),
                **self._scope(partner_ids),
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _write_values(self, partner_ids):
        columns = SQL(", ").join(map(SQL.identifier, (*RESULTS, "previous_class")))
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO bank_customer_value AS value (partner_id, %(columns)s, computed_at,
                                                          create_uid, create_date, write_uid, write_date)
                SELECT fresh.partner_id, %(columns)s, now() AT TIME ZONE 'UTC', %(meta)s
                  FROM (SELECT stage.*, (SELECT history.to_class FROM bank_customer_value_history history
                                          WHERE history.partner_id = stage.partner_id AND history.month < stage.month
                                          ORDER BY history.month DESC, history.id DESC LIMIT 1) AS previous_class
                          FROM %(stage)s stage WHERE partner_id = ANY(%(ids)s)) AS fresh
                 ORDER BY fresh.partner_id
                ON CONFLICT (partner_id) DO UPDATE
                   SET (%(columns)s, computed_at, write_uid, write_date) =
                       (%(excluded)s, EXCLUDED.computed_at, EXCLUDED.write_uid, EXCLUDED.write_date)
                 WHERE (%(stored)s) IS DISTINCT FROM (%(excluded)s)
             RETURNING value.partner_id
                """,
                columns=columns,
                excluded=self._prefixed("excluded"),
                stored=self._prefixed("value"),
                meta=self._meta(),
                **self._scope(partner_ids),
            )
        )
        return {row[0] for row in rows}

    @api.model
    def _delete_unfounded(self, partner_ids):
        """Customers without figures in these months have no value; their history tells that they had one."""
        rows = self.env.execute_query(
            SQL(
                """
                WITH gone AS (
                    DELETE FROM bank_customer_value value
                     WHERE partner_id = ANY(%(ids)s) AND company_id = %(company)s
                       AND NOT EXISTS (SELECT FROM %(stage)s stage WHERE stage.partner_id = value.partner_id)
                 RETURNING partner_id
                ),
                cleared AS (
                    UPDATE res_partner partner SET value_class = NULL FROM gone WHERE partner.id = gone.partner_id
                )
                SELECT partner_id FROM gone
                """,
                **self._scope(partner_ids),
            )
        )
        return {row[0] for row in rows}

    @api.model
    def _write_partner_classes(self, partner_ids):
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE res_partner partner
                   SET value_class = stage.abc_bank, write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
                  FROM %(stage)s stage
                 WHERE partner.id = ANY(%(ids)s) AND stage.partner_id = partner.id
                   AND partner.value_class IS DISTINCT FROM stage.abc_bank
             RETURNING partner.id
                """,
                uid=self.env.uid,
                **self._scope(partner_ids),
            )
        )
        return {row[0] for row in rows}

    @api.model
    def _record_value_events(self, history_ids):
        """Who becomes one of the bank's best customers, or is none any more, is worth a look."""
        self.env["bank.customer.event"]._record_select(
            "value.changed",
            SQL(
                """
                SELECT history.partner_id, 'bank.customer.value.history', history.id,
                       jsonb_build_object('from', upper(history.from_class), 'to', upper(history.to_class),
                                          'month', to_char(history.month, 'YYYY-MM'))
                  FROM bank_customer_value_history history
                 WHERE history.id = ANY(%s) AND history.from_class IS NOT NULL
                   AND 'a' IN (history.from_class, COALESCE(history.to_class, ''))
                 ORDER BY history.id
                """,
                history_ids,
            ),
        )

    # ------------------------------------------------------------------
    # Pieces of statements
    # ------------------------------------------------------------------

    @api.model
    def _scope(self, partner_ids):
        return {
            "stage": SQL.identifier(self._stage_name()),
            "ids": list(partner_ids),
            "company": self.env.company.id,
        }

    @api.model
    def _meta(self):
        return SQL("%(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'", uid=self.env.uid)

    @api.model
    def _prefixed(self, alias):
        return SQL(", ").join(SQL.identifier(alias, name) for name in (*RESULTS, "previous_class"))
