"""What a policy compares: the figures of a month, a customer's own or his household's."""

from odoo.tools import SQL

from .ladder import month_end


class Figures:
    """The queries of the figures; part of :class:`Walk`, which has the tables."""

    def _select_households(self, ladder, month, factors):
        """The figures of each customer's primary group, and whether every other member lets them be seen."""
        return SQL(
            """
            SELECT DISTINCT ON (member.partner_id) member.partner_id, (%(metric)s) * conversion.factor AS amount,
                   figures.coverage_days,
                   GREATEST(figures.computed_at, figures.write_date) AS computed_at,
                   NOT EXISTS (SELECT 1 FROM bank_group_member other
                                WHERE other.group_id = member.group_id AND other.partner_id != member.partner_id
                                  AND other.include_assets IS TRUE AND other.date_from <= %(last)s
                                  AND (other.date_to IS NULL OR other.date_to >= %(last)s)
                                  AND (other.has_consented IS NOT TRUE OR other.objects_to_totals IS TRUE)) AS is_open
              FROM bank_group_member member
              JOIN bank_group_month figures ON figures.group_id = member.group_id AND figures.month = %(month)s
              JOIN (%(factors)s) AS conversion(currency_id, factor) ON conversion.currency_id = figures.currency_id
             WHERE member.is_primary_group IS TRUE AND member.include_assets IS TRUE
               AND member.date_from <= %(last)s AND (member.date_to IS NULL OR member.date_to >= %(last)s)
               AND figures.company_id = %(company)s
             ORDER BY member.partner_id, member.id DESC
            """,
            metric=ladder.metric("figures"),
            factors=factors,
            month=month,
            last=month_end(month),
            company=self.company.id,
        )

    def _select_figures(self, policy, ladder, month, factors):
        """What the policy compares. An average of the running month is what of the whole month's is sure already."""
        days = month_end(month).day
        own = SQL(
            """
            SELECT state.partner_id, figures.state = 'open' AS is_open, figures.days,
                   (%(metric)s) * conversion.factor AS amount, figures.coverage_days,
                   GREATEST(figures.computed_at, figures.write_date) AS computed_at,
                   figures.branch_id, figures.relationship_manager_id
              FROM %(state)s AS state
              JOIN bank_customer_month figures
                ON figures.partner_id = state.partner_id AND figures.month = %(month)s
               AND figures.company_id = %(company)s
              JOIN (%(factors)s) AS conversion(currency_id, factor) ON conversion.currency_id = figures.currency_id
            """,
            metric=ladder.metric("figures"),
            state=self.state,
            month=month,
            company=self.company.id,
            factors=factors,
        )
        if policy.household_scope == "household":
            better = SQL(
                """
                SELECT own.partner_id, own.is_open, own.days, own.branch_id, own.relationship_manager_id,
                       own.amount AS own_amount,
                       GREATEST(own.amount, household.amount) AS amount,
                       COALESCE(household.amount > own.amount, FALSE) AS is_household,
                       NOT COALESCE(household.amount > own.amount AND NOT household.is_open, FALSE) AS is_shown,
                       CASE WHEN household.amount > own.amount THEN household.coverage_days
                            ELSE own.coverage_days END AS coverage_days,
                       GREATEST(own.computed_at, household.computed_at) AS figures_at
                  FROM (%s) AS own LEFT JOIN %s AS household ON household.partner_id = own.partner_id
                """,
                own,
                self.households,
            )
        else:
            better = SQL(
                """SELECT own.partner_id, own.is_open, own.days, own.branch_id, own.relationship_manager_id,
                          own.amount AS own_amount, own.amount, FALSE AS is_household, TRUE AS is_shown,
                          own.coverage_days, own.computed_at AS figures_at FROM (%s) AS own""",
                own,
            )
        return SQL(
            """
            SELECT partner_id, is_open, own_amount, is_household, is_shown, coverage_days, figures_at,
                   branch_id, relationship_manager_id,
                   CASE WHEN is_open THEN amount * LEAST(COALESCE(days, 0), %(days)s) / %(days)s
                        ELSE amount END AS amount,
                   -- of the month that runs, only days that are over can be missing
                   CASE WHEN is_open THEN COALESCE(days, 0) ELSE %(days)s END - COALESCE(coverage_days, 0)
                       > %(days)s - LEAST(%(enough)s, %(days)s) AS is_provisional
              FROM (%(better)s) AS better
            """,
            days=days,
            enough=policy.coverage_min_days,
            better=better,
        )
