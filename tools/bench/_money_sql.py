"""The results of the night, written by hand: a few statements over all customers, staged in analysed tables.

What is not needed for the result stays away: batches, commits, correction of what was computed before, customers of
several companies. The parameters are those of `_money_bank.Bank.values`.
"""

import time

# ---------------------------------------------------------------------- figures of the month

MONTHS = (
    # What a unit of a foreign currency was worth on each day
    """
    CREATE TEMPORARY TABLE hand_rate ON COMMIT DROP AS
    SELECT currency.id AS currency_id, day::date AS date,
           (SELECT 1 / rate.rate FROM res_currency_rate rate
             WHERE rate.currency_id = currency.id AND rate.name <= day ORDER BY rate.name DESC LIMIT 1) AS factor
      FROM (SELECT DISTINCT currency_id AS id FROM res_currency_rate WHERE currency_id != %(currency)s) AS currency
     CROSS JOIN generate_series(%(month)s::date - interval '400 days', %(last)s::date, interval '1 day') AS day
    """,
    "ANALYZE hand_rate",
    # Balance x days of each holding: a balance holds until the next one
    """
    CREATE TEMPORARY TABLE hand_holding ON COMMIT DROP AS
    SELECT span.holding_id, sum(worth * (until_on - from_on)) AS weighted,
           sum(worth) FILTER (WHERE until_on > %(last)s::date) AS at_end,
           sum(GREATEST(0, LEAST(until_on, date + %(carry)s + 1) - from_on))
               + (%(days)s - (LEAST(%(last)s::date, max(closed_on)) + 1 - GREATEST(%(month)s::date, max(opened_on))))
               AS covered
      FROM (
        SELECT balance.holding_id, balance.date, holding.opened_on, holding.closed_on,
               CASE WHEN holding.product_class IN ('loan', 'card') THEN abs(balance.amount) ELSE balance.amount END
                   * COALESCE(rate.factor, 1) AS worth,
               GREATEST(balance.date, %(month)s::date, holding.opened_on) AS from_on,
               LEAST(COALESCE(balance.next_on, %(last)s::date + 1), %(last)s::date + 1, holding.closed_on + 1)
                   AS until_on
          FROM (SELECT holding_id, date, amount, lead(date) OVER (PARTITION BY holding_id ORDER BY date) AS next_on
                  FROM bank_balance WHERE date <= %(last)s) AS balance
          JOIN bank_holding holding ON holding.id = balance.holding_id
          LEFT JOIN hand_rate rate ON rate.currency_id = holding.currency_id AND rate.date = balance.date
         WHERE balance.next_on IS NULL OR balance.next_on > %(month)s
      ) AS span
     WHERE until_on > from_on
     GROUP BY span.holding_id
    """,
    "ANALYZE hand_holding",
    """
    CREATE TEMPORARY TABLE hand_posting ON COMMIT DROP AS
    SELECT posting.holding_id, count(*) AS count,
           sum(GREATEST(amount, 0) * COALESCE(rate.factor, 1)) AS inflow,
           sum(-LEAST(amount, 0) * COALESCE(rate.factor, 1)) AS outflow,
           sum(-amount * COALESCE(rate.factor, 1)) FILTER (WHERE kind = 'fee') AS fees
      FROM bank_transaction posting
      LEFT JOIN hand_rate rate ON rate.currency_id = posting.currency_id AND rate.date = posting.booked_on
     WHERE booked_on BETWEEN %(month)s AND %(last)s
     GROUP BY posting.holding_id
    """,
    "ANALYZE hand_posting",
    """
    CREATE TEMPORARY TABLE hand_figure ON COMMIT DROP AS
    SELECT partner_id,
           sum(weighted) FILTER (WHERE is_aum) AS adb_aum,
           sum(weighted) FILTER (WHERE product_class = 'deposit') AS adb_deposit,
           sum(weighted) FILTER (WHERE product_class = 'fund') AS adb_fund,
           sum(weighted) FILTER (WHERE product_class = 'wealth') AS adb_wealth,
           sum(weighted) FILTER (WHERE product_class = 'insurance') AS adb_insurance,
           sum(weighted) FILTER (WHERE product_class = 'metal') AS adb_metal,
           sum(weighted) FILTER (WHERE product_class = 'other') AS adb_other,
           sum(weighted) FILTER (WHERE product_class = 'loan') AS adb_loan,
           sum(weighted) FILTER (WHERE product_class = 'card') AS adb_card,
           sum(at_end) FILTER (WHERE is_aum) AS eop_aum,
           sum(at_end) FILTER (WHERE product_class = 'deposit') AS eop_deposit,
           sum(at_end) FILTER (WHERE product_class IN ('fund', 'wealth', 'insurance', 'metal')) AS eop_wealth,
           sum(at_end) FILTER (WHERE product_class IN ('loan', 'card')) AS eop_loan,
           sum(CASE WHEN is_debt THEN -at_end ELSE at_end END) AS eop_net_assets,
           sum(count)::int AS transaction_count, sum(inflow) AS inflow, sum(outflow) AS outflow,
           COALESCE(sum(weighted * margin_pct / 36500) FILTER (WHERE product_class IS NOT NULL), 0)
               + COALESCE(sum(fees), 0) AS contribution,
           min(covered) FILTER (WHERE is_aum) AS coverage_days
      FROM (
        SELECT party.partner_id, product.margin_pct::numeric AS margin_pct,
               CASE WHEN holding.is_held_away IS NOT TRUE THEN product.product_class END AS product_class,
               product.product_class IN ('loan', 'card') AS is_debt,
               product.is_aum AND holding.is_held_away IS NOT TRUE AS is_aum,
               sums.weighted * party.share_pct / 100 AS weighted, sums.at_end * party.share_pct / 100 AS at_end,
               sums.covered, posting.count, posting.fees * party.share_pct / 100 AS fees,
               CASE WHEN product.product_class IN ('loan', 'card') THEN 0
                    ELSE posting.inflow * party.share_pct / 100 END AS inflow,
               CASE WHEN product.product_class IN ('loan', 'card') THEN 0
                    ELSE posting.outflow * party.share_pct / 100 END AS outflow
          FROM hand_holding sums
          JOIN bank_holding holding ON holding.id = sums.holding_id
          JOIN bank_product product ON product.id = holding.product_id
          JOIN bank_holding_party party ON party.holding_id = holding.id AND party.role IN ('owner', 'joint')
          LEFT JOIN hand_posting posting ON posting.holding_id = holding.id AND holding.is_held_away IS NOT TRUE
      ) AS part
     GROUP BY partner_id
    """,
    "ANALYZE hand_figure",
    """
    INSERT INTO bank_customer_month (
        partner_id, company_id, month, state, currency_id, branch_id, relationship_manager_id,
        adb_aum, adb_deposit, adb_fund, adb_wealth, adb_insurance, adb_metal, adb_other, adb_loan, adb_card,
        eop_aum, eop_deposit, eop_wealth, eop_loan, eop_net_assets, transaction_count, inflow, outflow, contribution,
        coverage_days, days, joint_policy, rule_version, computed_at, create_uid, create_date, write_uid, write_date)
    SELECT partner.id, %(company)s, %(month)s, 'closed', %(currency)s, partner.branch_id,
           partner.relationship_manager_id,
           round(COALESCE(adb_aum, 0) / %(days)s, 2), round(COALESCE(adb_deposit, 0) / %(days)s, 2),
           round(COALESCE(adb_fund, 0) / %(days)s, 2), round(COALESCE(adb_wealth, 0) / %(days)s, 2),
           round(COALESCE(adb_insurance, 0) / %(days)s, 2), round(COALESCE(adb_metal, 0) / %(days)s, 2),
           round(COALESCE(adb_other, 0) / %(days)s, 2), round(COALESCE(adb_loan, 0) / %(days)s, 2),
           round(COALESCE(adb_card, 0) / %(days)s, 2),
           round(COALESCE(eop_aum, 0), 2), round(COALESCE(eop_deposit, 0), 2), round(COALESCE(eop_wealth, 0), 2),
           round(COALESCE(eop_loan, 0), 2), round(COALESCE(eop_net_assets, 0), 2), COALESCE(transaction_count, 0),
           round(COALESCE(inflow, 0), 2), round(COALESCE(outflow, 0), 2), round(COALESCE(contribution, 0), 2),
           COALESCE(coverage_days, %(days)s), %(days)s, 'share', '1', now() AT TIME ZONE 'UTC',
           1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
      FROM res_partner partner LEFT JOIN hand_figure figure ON figure.partner_id = partner.id
     WHERE partner.is_bank_customer
     ORDER BY partner.id
    """,
)

# ---------------------------------------------------------------------- tiers

TIERS = (
    """
    CREATE TEMPORARY TABLE hand_standing ON COMMIT DROP AS
    SELECT stated.*,
           CASE WHEN rank > former THEN 'upgraded' WHEN rank < former THEN 'downgraded'
                WHEN counted = 0 OR is_due THEN 'kept'
                WHEN counted >= (%(watch)s::int[])[former] THEN 'watch' ELSE 'below' END AS state,
           CASE WHEN rank > former OR is_due AND rank = former THEN 0 ELSE counted END AS bad_months
      FROM (
        SELECT counted.*,
               CASE WHEN reached > former AND NOT is_provisional THEN reached
                    WHEN is_due THEN LEAST(GREATEST(1, width_bucket(best, %(amounts)s::numeric[])), former)
                    ELSE former END AS rank
          FROM (
            SELECT judged.*, is_bad AND counted >= (%(downgrade)s::int[])[former] AS is_due
              FROM (
                SELECT judged.*,
                       CASE WHEN is_bad THEN before + 1 WHEN is_provisional THEN before
                            WHEN reached >= former THEN 0 ELSE before END AS counted,
                       CASE WHEN is_bad THEN GREATEST(best_before, amount) ELSE best_before END AS best
                  FROM (
                    SELECT raw.*, reached < former AND NOT is_provisional AS is_bad
                      FROM (
                        SELECT figures.partner_id, figures.adb_aum AS amount, figures.coverage_days,
                               figures.coverage_days < %(enough)s AS is_provisional, figures.computed_at,
                               figures.branch_id, figures.relationship_manager_id, standing.tier_id AS from_tier_id,
                               CASE WHEN standing.state = 'downgraded' THEN 0 ELSE standing.bad_months END AS before,
                               CASE WHEN standing.bad_months > 0 AND standing.state != 'downgraded'
                                    THEN standing.best_bad_amount END AS best_before,
                               array_position(%(tiers)s::int[], standing.tier_id) AS former,
                               GREATEST(1, width_bucket(figures.adb_aum, %(amounts)s::numeric[])) AS reached
                          FROM bank_customer_month figures
                          JOIN bank_tier_standing standing
                            ON standing.partner_id = figures.partner_id AND standing.month = %(before)s
                         WHERE figures.month = %(month)s
                        OFFSET 0
                      ) AS raw OFFSET 0
                  ) AS judged OFFSET 0
              ) AS judged OFFSET 0
          ) AS counted OFFSET 0
      ) AS stated
    """,
    "ANALYZE hand_standing",
    """
    INSERT INTO bank_tier_standing (
        partner_id, company_id, policy_id, month, effective_on, metric_amount, decisive_amount, currency_id,
        is_household, coverage_days, is_provisional, is_open, from_tier_id, reached_tier_id, tier_id, bad_months,
        best_bad_amount, months_left, state, next_tier_id, next_short, branch_id, relationship_manager_id,
        figures_at, computed_at, create_uid, create_date, write_uid, write_date)
    SELECT partner_id, %(company)s, %(policy)s, %(month)s,
           CASE state WHEN 'upgraded' THEN %(month)s::date ELSE %(last)s::date + 1 END, amount, amount, %(currency)s,
           FALSE, coverage_days, is_provisional, FALSE, from_tier_id, (%(tiers)s::int[])[reached],
           (%(tiers)s::int[])[rank], bad_months, CASE WHEN bad_months > 0 THEN best END,
           CASE WHEN state IN ('below', 'watch') THEN (%(downgrade)s::int[])[rank] - bad_months END, state,
           (%(tiers)s::int[])[rank + 1], GREATEST((%(amounts)s::numeric[])[rank + 1] - amount, 0),
           branch_id, relationship_manager_id, computed_at, now() AT TIME ZONE 'UTC',
           1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
      FROM hand_standing ORDER BY partner_id
    """,
    """
    UPDATE res_partner partner
       SET tier_id = (%(tiers)s::int[])[rank], write_uid = 1, write_date = now() AT TIME ZONE 'UTC'
      FROM hand_standing WHERE partner.id = hand_standing.partner_id AND rank != former
    """,
    """
    WITH moved AS (
        INSERT INTO bank_tier_history (
            partner_id, from_tier_id, to_tier_id, changed_on, reason, metric_amount, currency_id, rule_version,
            policy_id, month, inputs, user_id, create_uid, create_date, write_uid, write_date)
        SELECT found.partner_id, from_tier_id, (%(tiers)s::int[])[rank],
               CASE state WHEN 'upgraded' THEN %(month)s::date ELSE %(last)s::date + 1 END,
               CASE state WHEN 'upgraded' THEN 'upgrade' ELSE 'downgrade' END, amount, %(currency)s, 'CCB-1',
               %(policy)s, %(month)s,
               jsonb_build_object('metric', 'average', 'month', %(month)s::date, 'metric_amount', amount,
                                  'level_amount', (%(amounts)s::numeric[])[rank],
                                  'former_level_amount', (%(amounts)s::numeric[])[former],
                                  'coverage_days', coverage_days, 'is_provisional', is_provisional,
                                  'bad_months', bad_months, 'policy_tier_id', (%(tiers)s::int[])[rank],
                                  'months_below', below.months),
               1, 1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
          FROM hand_standing found
          LEFT JOIN LATERAL (
            SELECT jsonb_agg(jsonb_build_object('month', month, 'amount', metric_amount) ORDER BY month) AS months
              FROM (SELECT month, metric_amount FROM bank_tier_standing earlier
                     WHERE earlier.partner_id = found.partner_id AND earlier.month <= %(month)s
                     ORDER BY month DESC LIMIT found.bad_months) AS streak
          ) AS below ON found.state = 'downgraded'
         WHERE rank != former
     RETURNING id, partner_id, from_tier_id, to_tier_id, reason
    )
    INSERT INTO bank_customer_event (partner_id, source_model, source_id, payload, kind, occurred_at, user_id,
                                     create_uid, create_date, write_uid, write_date)
    SELECT moved.partner_id, 'bank.tier.history', moved.id,
           jsonb_build_object('from', old.name, 'to', new.name, 'reason', moved.reason), 'tier.changed', now, 1,
           1, now, 1, now
      FROM (SELECT now() AT TIME ZONE 'UTC') AS clock(now), moved
      JOIN bank_tier old ON old.id = moved.from_tier_id JOIN bank_tier new ON new.id = moved.to_tier_id
    """,
)

# ---------------------------------------------------------------------- value classes

VALUES = (
    """
    CREATE TEMPORARY TABLE hand_base ON COMMIT DROP AS
    SELECT partner_id, round(sum(contribution), 2) AS contribution, sum(transaction_count)::int AS frequency
      FROM bank_customer_month
     WHERE company_id = %(company)s AND state = 'closed'
       AND month BETWEEN (%(month)s::date - interval '11 months')::date AND %(month)s
     GROUP BY partner_id
    """,
    "ANALYZE hand_base",
    """
    CREATE TEMPORARY TABLE hand_recent ON COMMIT DROP AS
    SELECT party.partner_id, max(booked_on) AS last_on
      FROM (SELECT holding_id, max(booked_on) AS booked_on FROM bank_transaction
             WHERE booked_on <= %(last)s AND kind != ALL(%(passive)s) GROUP BY holding_id) AS posting
      JOIN bank_holding_party party ON party.holding_id = posting.holding_id AND party.role IN ('owner', 'joint')
     GROUP BY party.partner_id
    """,
    "ANALYZE hand_recent",
    """
    CREATE TEMPORARY TABLE hand_value ON COMMIT DROP AS
    SELECT scored.*, (rfm_recency::text || rfm_frequency || rfm_money)::varchar AS rfm_cell,
           (%(cells)s::jsonb ->> (rfm_recency::text || rfm_frequency || rfm_money))::int AS rfm_segment_id
      FROM (
        SELECT partner_id, branch_id, relationship_manager_id, contribution, frequency, rank_bank,
               CASE WHEN branch_id IS NOT NULL THEN rank_branch END AS rank_branch,
               CASE WHEN relationship_manager_id IS NOT NULL THEN rank_book END AS rank_book,
               CASE WHEN gain <= 0 THEN 'c' WHEN (sum_bank - gain) * 100 < total_bank * 80 THEN 'a'
                    WHEN sum_bank * 100 <= total_bank * 95 THEN 'b' ELSE 'c' END AS abc_bank,
               CASE WHEN branch_id IS NULL THEN NULL WHEN gain <= 0 THEN 'c'
                    WHEN (sum_branch - gain) * 100 < total_branch * 80 THEN 'a'
                    WHEN sum_branch * 100 <= total_branch * 95 THEN 'b' ELSE 'c' END AS abc_branch,
               CASE WHEN relationship_manager_id IS NULL THEN NULL WHEN gain <= 0 THEN 'c'
                    WHEN (sum_book - gain) * 100 < total_book * 80 THEN 'a'
                    WHEN sum_book * 100 <= total_book * 95 THEN 'b' ELSE 'c' END AS abc_book,
               CASE WHEN total_bank > 0 THEN round(sum_bank * 100 / total_bank, 3) END AS cumulative_bank,
               CASE WHEN branch_id IS NOT NULL AND total_branch > 0
                    THEN round(sum_branch * 100 / total_branch, 3) END AS cumulative_branch,
               CASE WHEN relationship_manager_id IS NOT NULL AND total_book > 0
                    THEN round(sum_book * 100 / total_book, 3) END AS cumulative_book,
               ((rank_bank - 1) * 5 / customers + 1)::varchar AS top_share, %(last)s::date - last_on AS recency_days,
               CASE WHEN last_on IS NOT NULL
                    THEN ((recency_rank - 1) * 5 / with_recency + 1)::int END AS rfm_recency,
               CASE WHEN most_frequent > 0
                    THEN ((frequency_rank - 1) * 5 / customers + 1)::int END AS rfm_frequency,
               ((money_rank - 1) * 5 / customers + 1)::int AS rfm_money
          FROM (
            SELECT ranked.*, sum(gain) OVER (bank ROWS UNBOUNDED PRECEDING) AS sum_bank,
                   sum(gain) OVER () AS total_bank, row_number() OVER bank AS rank_bank,
                   sum(gain) OVER (branch ROWS UNBOUNDED PRECEDING) AS sum_branch,
                   sum(gain) OVER (PARTITION BY branch_id) AS total_branch, row_number() OVER branch AS rank_branch,
                   sum(gain) OVER (book ROWS UNBOUNDED PRECEDING) AS sum_book,
                   sum(gain) OVER (PARTITION BY relationship_manager_id) AS total_book,
                   row_number() OVER book AS rank_book,
                   count(*) OVER () AS customers, count(last_on) OVER () AS with_recency,
                   max(frequency) OVER () AS most_frequent,
                   rank() OVER (ORDER BY last_on NULLS LAST) AS recency_rank,
                   rank() OVER (ORDER BY frequency) AS frequency_rank,
                   rank() OVER (ORDER BY contribution) AS money_rank
              FROM (SELECT base.*, GREATEST(contribution, 0) AS gain, recent.last_on, partner.branch_id,
                           partner.relationship_manager_id
                      FROM hand_base base
                      JOIN res_partner partner ON partner.id = base.partner_id
                      LEFT JOIN hand_recent recent ON recent.partner_id = base.partner_id) AS ranked
            WINDOW bank AS (ORDER BY contribution DESC, partner_id),
                   branch AS (PARTITION BY branch_id ORDER BY contribution DESC, partner_id),
                   book AS (PARTITION BY relationship_manager_id ORDER BY contribution DESC, partner_id)
          ) AS summed
      ) AS scored
    """,
    "ANALYZE hand_value",
    """
    WITH moved AS (
        INSERT INTO bank_customer_value_history (
            partner_id, company_id, branch_id, month, from_class, to_class, contribution, rank_bank, cumulative_bank,
            currency_id, policy_id, create_uid, create_date, write_uid, write_date)
        SELECT new.partner_id, %(company)s, new.branch_id, %(month)s, old.abc_bank, new.abc_bank, new.contribution,
               new.rank_bank, new.cumulative_bank, %(currency)s, %(value_policy)s,
               1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
          FROM hand_value new LEFT JOIN bank_customer_value old ON old.partner_id = new.partner_id
         WHERE old.abc_bank IS DISTINCT FROM new.abc_bank
         ORDER BY new.partner_id
     RETURNING id, partner_id, from_class, to_class
    )
    INSERT INTO bank_customer_event (partner_id, source_model, source_id, payload, kind, occurred_at, user_id,
                                     create_uid, create_date, write_uid, write_date)
    SELECT partner_id, 'bank.customer.value.history', id,
           jsonb_build_object('from', upper(from_class), 'to', upper(to_class),
                              'month', to_char(%(month)s::date, 'YYYY-MM')), 'value.changed', now, 1, 1, now, 1, now
      FROM (SELECT now() AT TIME ZONE 'UTC') AS clock(now), moved
     WHERE from_class IS NOT NULL AND 'a' IN (from_class, to_class)
    """,
    """
    UPDATE bank_customer_value value
       SET branch_id = new.branch_id, relationship_manager_id = new.relationship_manager_id,
           policy_id = %(value_policy)s, month = %(month)s, contribution = new.contribution,
           abc_bank = new.abc_bank, abc_branch = new.abc_branch, abc_book = new.abc_book,
           rank_bank = new.rank_bank, rank_branch = new.rank_branch, rank_book = new.rank_book,
           cumulative_bank = new.cumulative_bank, cumulative_branch = new.cumulative_branch,
           cumulative_book = new.cumulative_book, top_share = new.top_share, previous_class = value.abc_bank,
           recency_days = new.recency_days, frequency = new.frequency, rfm_recency = new.rfm_recency,
           rfm_frequency = new.rfm_frequency, rfm_money = new.rfm_money, rfm_cell = new.rfm_cell,
           rfm_segment_id = new.rfm_segment_id, computed_at = now() AT TIME ZONE 'UTC',
           write_uid = 1, write_date = now() AT TIME ZONE 'UTC'
      FROM hand_value new WHERE value.partner_id = new.partner_id
    """,
    """
    INSERT INTO bank_customer_value (
        partner_id, company_id, branch_id, relationship_manager_id, policy_id, month, currency_id, contribution,
        abc_bank, abc_branch, abc_book, rank_bank, rank_branch, rank_book, cumulative_bank, cumulative_branch,
        cumulative_book, top_share, recency_days, frequency, rfm_recency, rfm_frequency, rfm_money, rfm_cell,
        rfm_segment_id, computed_at, create_uid, create_date, write_uid, write_date)
    SELECT partner_id, %(company)s, branch_id, relationship_manager_id, %(value_policy)s, %(month)s, %(currency)s,
           contribution, abc_bank, abc_branch, abc_book, rank_bank, rank_branch, rank_book, cumulative_bank,
           cumulative_branch, cumulative_book, top_share, recency_days, frequency, rfm_recency, rfm_frequency,
           rfm_money, rfm_cell, rfm_segment_id, now() AT TIME ZONE 'UTC',
           1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
      FROM hand_value new
     WHERE NOT EXISTS (SELECT FROM bank_customer_value value WHERE value.partner_id = new.partner_id)
     ORDER BY partner_id
    """,
    """
    UPDATE res_partner partner
       SET value_class = new.abc_bank, write_uid = 1, write_date = now() AT TIME ZONE 'UTC'
      FROM hand_value new
     WHERE partner.id = new.partner_id AND partner.value_class IS DISTINCT FROM new.abc_bank
    """,
)

JOBS = {"months": MONTHS, "tiers": TIERS, "values": VALUES}


def run(connection, jobs, values):
    """Do the work of these jobs, each in a transaction.

    :return: {job: seconds}
    """
    seconds = {}
    for job in jobs:
        with connection.cursor() as cr:
            start = time.perf_counter()
            cr.execute("BEGIN")
            cr.execute("SET LOCAL work_mem = '256MB'")
            for statement in JOBS[job]:
                cr.execute(statement, values)
            cr.execute("COMMIT")
            seconds[job] = time.perf_counter() - start
    return seconds
