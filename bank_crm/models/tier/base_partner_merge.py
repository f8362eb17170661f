from odoo import models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_bank_rows(self, sources, target):
        """Of each month the target's standing stays, else a source's; the merged months are judged anew by the night.

        One manual tier stays in force, the target's before others; what else was asked for or approved is given up.
        """
        self.env.flush_all()
        self._merge_standings(sources, target)
        self._merge_overrides(sources, target)
        self.env.invalidate_all(flush=False)
        return super()._merge_bank_rows(sources, target)

    def _merge_standings(self, sources, target):
        """A chain of months is one customer's: where the target has none, the longest chain of a source is taken."""
        self.env.execute_query(
            SQL(
                """
                WITH keeper AS (
                    SELECT partner_id FROM bank_tier_standing WHERE partner_id = ANY(%(partners)s)
                     GROUP BY partner_id ORDER BY partner_id = %(target)s DESC, count(*) DESC, partner_id LIMIT 1
                )
                DELETE FROM bank_tier_standing standing
                 WHERE standing.partner_id = ANY(%(partners)s)
                   AND standing.partner_id != (SELECT partner_id FROM keeper)
             RETURNING 1
                """,
                partners=(sources | target).ids,
                target=target.id,
            )
        )

    def _merge_overrides(self, sources, target):
        self.env.execute_query(
            SQL(
                """
                UPDATE bank_tier_override override
                   SET state = CASE WHEN state = 'approved' THEN 'replaced' ELSE 'cancelled' END, is_in_force = FALSE
                 WHERE partner_id = ANY(%(partners)s) AND state IN ('requested', 'approved')
                   AND id NOT IN (SELECT DISTINCT ON (state) id FROM bank_tier_override
                                   WHERE partner_id = ANY(%(partners)s) AND state IN ('requested', 'approved')
                                   ORDER BY state, partner_id = %(target)s DESC, id)
             RETURNING 1
                """,
                partners=(sources | target).ids,
                target=target.id,
            )
        )
