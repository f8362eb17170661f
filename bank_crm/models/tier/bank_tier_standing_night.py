from odoo import api, models
from odoo.tools import SQL


class BankTierStanding(models.Model):
    """Which months the night has to judge."""

    _inherit = "bank.tier.standing"

    @api.model
    def _catch_up(self, partner_ids):
        """Judge the months whose figures are new or have changed since, for each customer from the first of them on.

        :return: number of the standings written
        """
        self._flush_sources()
        written = 0
        for first, group in self._find_stale(list(partner_ids)).items():
            written += self._compute_standings(group, self._months_from(group, first))
        return written

    @api.model
    def _find_stale(self, partner_ids):
        """Return ``{first month to judge: [customer ids]}``."""
        policies = self.env["bank.tier.policy"].search(
            [("company_id", "=", self.env.company.id), ("state", "in", ("active", "retired"))]
        )
        if not policies:
            return {}
        rises = policies.filtered(lambda policy: policy.upgrade == "immediate" and policy.metric != "end_of_month")
        rows = self.env.execute_query(
            SQL(
                """
                SELECT first, array_agg(partner_id ORDER BY partner_id) FROM (
                    SELECT figures.partner_id, min(figures.month) AS first
                      FROM bank_customer_month figures
                      LEFT JOIN bank_tier_standing standing
                        ON standing.partner_id = figures.partner_id AND standing.month = figures.month
                     WHERE figures.partner_id = ANY(%(ids)s) AND figures.company_id = %(company)s
                       AND figures.month >= %(start)s AND (figures.state = 'closed' OR %(rises)s)
                       AND (standing.id IS NULL OR standing.is_open AND figures.state = 'closed'
                            OR GREATEST(figures.computed_at, figures.write_date) > standing.figures_at
                            OR %(changed_group)s)
                     GROUP BY figures.partner_id
                ) AS stale GROUP BY first ORDER BY first
                """,
                ids=partner_ids,
                company=self.env.company.id,
                start=min(policies.mapped("valid_from")),
                rises=bool(rises),
                changed_group=self._changed_group()
                if "household" in policies.mapped("household_scope")
                else SQL("FALSE"),
            )
        )
        return dict(rows)

    @api.model
    def _changed_group(self):
        return SQL(
            """EXISTS (SELECT 1 FROM bank_group_member member
                         JOIN bank_group_month total
                           ON total.group_id = member.group_id AND total.month = figures.month
                        WHERE member.partner_id = figures.partner_id AND member.is_primary_group IS TRUE
                          AND GREATEST(total.computed_at, total.write_date) > standing.figures_at)"""
        )

    @api.model
    def _months_from(self, partner_ids, first):
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT month FROM bank_customer_month WHERE partner_id = ANY(%s) AND month >= %s",
                partner_ids,
                first,
            )
        )
        return [row[0] for row in rows]
