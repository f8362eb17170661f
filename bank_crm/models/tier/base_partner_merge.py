from odoo import models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_bank_rows(self, sources, target):
        """A customer has one value: the target's, or else the first source's, until the night reckons anew.

        Of each month the target's standing stays, else a source's; the merged months are judged anew by the night. One
        manual tier stays in force, the target's before others; what else was asked for or approved is given up.
        """
        self.env.flush_all()
        self._merge_standings(sources, target)
        self._merge_overrides(sources, target)
        self._keep_one_value(sources, target)
        self._keep_one_override(sources, target)
        self._add_up_benefits(sources, target)
        self.env.invalidate_all()
        return super()._merge_bank_rows(sources, target)

    def _keep_one_value(self, sources, target):
        self.env.execute_query(
            SQL(
                """
                DELETE FROM bank_customer_value value USING (
                    SELECT (array_agg(id ORDER BY partner_id = %(target)s DESC, id))[1] AS keeper_id
                      FROM bank_customer_value WHERE partner_id = ANY(%(partners)s)
                ) AS kept
                 WHERE value.partner_id = ANY(%(partners)s) AND value.id != kept.keeper_id
             RETURNING 1
                """,
                target=target.id,
                partners=(sources | target).ids,
            )
        )

    def _keep_one_override(self, sources, target):
        """A customer has one active override of his stage: the target's, or else the oldest."""
        self.env.execute_query(
            SQL(
                """
                UPDATE bank_lifecycle_override override SET state = 'ended' FROM (
                    SELECT (array_agg(id ORDER BY partner_id = %(target)s DESC, id))[1] AS keeper_id
                      FROM bank_lifecycle_override WHERE partner_id = ANY(%(partners)s) AND state = 'active'
                ) AS kept
                 WHERE override.partner_id = ANY(%(partners)s) AND override.state = 'active'
                   AND override.id != kept.keeper_id
             RETURNING 1
                """,
                target=target.id,
                partners=(sources | target).ids,
            )
        )

    def _add_up_benefits(self, sources, target):
        """What both have used of a benefit in a year counts together; the uses themselves move as they are."""
        self.env.execute_query(
            SQL(
                """
                WITH total AS (
                    SELECT benefit_id, year, sum(used)::int AS used,
                           (array_agg(id ORDER BY partner_id = %(target)s DESC, id))[1] AS keeper_id
                      FROM bank_benefit_year WHERE partner_id = ANY(%(partners)s)
                     GROUP BY benefit_id, year
                ),
                kept AS (
                    UPDATE bank_benefit_year counted SET used = total.used
                      FROM total WHERE counted.id = total.keeper_id AND counted.used != total.used
                )
                DELETE FROM bank_benefit_year counted USING total
                 WHERE counted.benefit_id = total.benefit_id AND counted.year = total.year
                   AND counted.partner_id = ANY(%(partners)s) AND counted.id != total.keeper_id
             RETURNING 1
                """,
                target=target.id,
                partners=(sources | target).ids,
            )
        )

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
