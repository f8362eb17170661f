from odoo import models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_bank_rows(self, sources, target):
        """What a rule gave to both for the same month becomes one row of the target's key: his months are computed
        anew with all balances, and the difference to what both had together is booked."""
        self.env.flush_all()
        values = {
            "partners": (sources | target).ids,
            "sources": sources.ids,
            "target": target.id,
            "own": SQL(
                "concat_ws(':', split_part(key, ':', 1), %s::int, split_part(key, ':', 3), rule_code)", target.id
            ),
        }
        self.env.execute_query(
            SQL(
                """
                WITH month AS (
                    SELECT id, program_id, %(own)s AS own_key, partner_id, points, base_points, campaign_wanted,
                           campaign_granted, corrections
                      FROM bank_points_earning
                     WHERE partner_id = ANY(%(partners)s) AND key ~ '^(AUM|BDAY):'
                ),
                joint AS (
                    SELECT program_id, own_key,
                           (array_agg(id ORDER BY partner_id = %(target)s DESC, id))[1] AS keeper_id,
                           sum(points)::int AS points, sum(base_points)::int AS base_points,
                           sum(campaign_wanted)::int AS campaign_wanted,
                           sum(campaign_granted)::int AS campaign_granted, max(corrections) AS corrections,
                           COALESCE(sum(points) FILTER (WHERE partner_id = ANY(%(sources)s)), 0)::int AS absorbed
                      FROM month GROUP BY program_id, own_key
                ),
                gone AS (
                    DELETE FROM bank_points_earning earning USING month, joint
                     WHERE earning.id = month.id AND joint.program_id = month.program_id
                       AND joint.own_key = month.own_key AND month.id != joint.keeper_id
                )
                UPDATE bank_points_earning earning
                   SET key = joint.own_key, points = joint.points, base_points = joint.base_points,
                       campaign_wanted = joint.campaign_wanted, campaign_granted = joint.campaign_granted,
                       corrections = joint.corrections,
                       absorbed_points = COALESCE(earning.absorbed_points, 0) + joint.absorbed
                  FROM joint WHERE joint.keeper_id = earning.id AND joint.absorbed != 0
             RETURNING earning.id
                """,
                **values,
            )
        )
        self.env["bank.points.earning"].invalidate_model(flush=False)
        return super()._merge_bank_rows(sources, target)
