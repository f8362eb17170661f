from odoo import models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_bank_rows(self, sources, target):
        """A customer has one value: the target's, or else the first source's, until the night reckons anew."""
        self.env.flush_all()
        self._keep_one_value(sources, target)
        self._keep_one_override(sources, target)
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
