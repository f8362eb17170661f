from odoo import models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_bank_rows(self, sources, target):
        """Two roles of the same kind in the same holding become one, with the sum of the shares."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                WITH role AS (
                    SELECT holding_id, role, sum(share_pct) AS share_pct,
                           (array_agg(id ORDER BY partner_id = %(target)s DESC, id))[1] AS keeper_id
                      FROM bank_holding_party
                     WHERE partner_id = ANY(%(partners)s)
                     GROUP BY holding_id, role
                ),
                kept AS (
                    UPDATE bank_holding_party party SET share_pct = role.share_pct
                      FROM role WHERE party.id = role.keeper_id AND party.share_pct IS DISTINCT FROM role.share_pct
                )
                DELETE FROM bank_holding_party party USING role
                 WHERE party.holding_id = role.holding_id AND party.role = role.role
                   AND party.partner_id = ANY(%(partners)s) AND party.id != role.keeper_id
             RETURNING party.id
                """,
                target=target.id,
                partners=(sources | target).ids,
            )
        )
        self._merge_months(sources, target)
        self.env.invalidate_all()
        return super()._merge_bank_rows(sources, target)

    def _merge_months(self, sources, target):
        """The figures of both become the figures of one: all months that either of them has are computed anew."""
        self.env.execute_query(
            SQL(
                """
                WITH months AS (
                    SELECT DISTINCT month FROM bank_customer_month WHERE partner_id = ANY(%(partners)s)
                ),
                gone AS (DELETE FROM bank_customer_month WHERE partner_id = ANY(%(sources)s))
                INSERT INTO bank_month_stale (partner_id, month, reason,
                                              create_uid, create_date, write_uid, write_date)
                SELECT %(target)s, month, 'merge',
                       %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM months
             RETURNING id
                """,
                partners=(sources | target).ids,
                sources=sources.ids,
                target=target.id,
                uid=self.env.uid,
            )
        )

    def _after_bank_merge(self, target):
        result = super()._after_bank_merge(target)
        self.env["bank.financial.profile"]._refresh_totals(target.ids)
        # sudo: bank.month.stale - who merges need not have a right to the figures
        self.env["bank.month.stale"].sudo()._empty(target.ids)
        return result
