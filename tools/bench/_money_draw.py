"""The holdings and balances of the customers of `_population`, and the months before the one that closes.

Set-based. Holdings lie in the table in the order in which they were opened, balances in the order of their days, as
feeds leave them: those of one customer are scattered. Of each holding one balance of the month before and four of the
month are known.
"""

from tools.bench._ticket_draw import bulk

HISTORY = 11  # closed months before the one that the night closes
JOINT_SHARE = 0.04
BELOW_SHARE = 0.06  # customers who have been below the level of their tier for one to five months
POSTINGS = 0.4  # for each holding, in the month

# Code, class, yearly margin in percent, currency, months to maturity
PRODUCTS = (
    ("D1", "deposit", 1.2, "CNY", None),
    ("D2", "deposit", 1.0, "CNY", None),
    ("D3", "deposit", 0.8, "CNY", 12),
    ("DU", "deposit", 1.1, "USD", None),
    *((f"F{n}", "fund", 0.6, "CNY", None) for n in range(1, 5)),
    *((f"W{n}", "wealth", 0.9, "CNY", 6) for n in range(1, 5)),
    ("I1", "insurance", 1.5, "CNY", 60),
    ("I2", "insurance", 1.5, "CNY", 120),
    ("M1", "metal", 0.5, "CNY", None),
    ("L1", "loan", 2.1, "CNY", 240),
    ("L2", "loan", 3.9, "CNY", 36),
    ("C1", "card", 6.0, "CNY", None),
    ("A1", "fund", 0.0, "CNY", None),
)

# Each customer has one to four holdings; the first three share his assets, the fourth is a debt or held elsewhere.
DRAW = """
    CREATE UNLOGGED TABLE bench_holding AS
    SELECT %(first_holding)s + row_number() OVER (ORDER BY chance, partner_id, k) - 1 AS id,
           drawn.partner_id, drawn.branch_id, drawn.second, drawn.third, product.id AS product_id,
           product.product_class, product.currency_id, product.term_months, product.code = 'A1' AS is_held_away,
           drawn.third < %(joint)s AND drawn.partner_id < %(last_partner)s AS is_joint,
           round((CASE WHEN product.code IN ('L1', 'L2') THEN 10000 + 3 * aum * second
                       WHEN product.code = 'C1' THEN 100 + 20000 * second
                       WHEN product.code = 'A1' THEN aum / 2
                       ELSE aum * ('{{1,0,0},{0.4,0.6,0},{0.3,0.4,0.3},{0.3,0.4,0.3}}'::numeric[])[number][k]
                            * CASE product.code WHEN 'DU' THEN 0.14 ELSE 1 END END)::numeric, 2) AS amount,
           %(month)s::date + 21 + floor(third * 7)::int AS balance_on,
           %(month)s::date - 60 - floor(chance * 4000)::int AS opened_on
      FROM (
        SELECT counted.*, k, random() AS chance, random() AS second, random() AS third, random() AS fourth
          FROM (SELECT profile.partner_id, partner.branch_id, profile.aum, 1 + floor(random() * 4)::int AS number
                  FROM bank_financial_profile profile JOIN res_partner partner ON partner.id = profile.partner_id
                 ORDER BY profile.partner_id) AS counted
         CROSS JOIN LATERAL generate_series(1, number) AS k
      ) AS drawn
      JOIN bank_product product ON product.company_id = %(company)s AND product.code = CASE k
           WHEN 1 THEN 'D1'
           WHEN 2 THEN CASE WHEN fourth < 0.05 THEN 'DU' WHEN fourth < 0.5 THEN 'D2' ELSE 'D3' END
           WHEN 3 THEN ('{F1,F2,F3,F4,W1,W2,W3,W4,I1,I2,M1}'::text[])[1 + floor(fourth * 11)::int]
           ELSE ('{L1,L1,L1,L2,L2,L2,C1,C1,C1,A1}'::text[])[1 + floor(fourth * 10)::int] END
     ORDER BY id
"""

HOLDINGS = """
    INSERT INTO bank_holding (id, product_id, product_class, company_id, branch_id, external_id, source, currency_id,
                              balance, balance_on, opened_on, matures_on, state, is_held_away, owner_id,
                              create_uid, create_date, write_uid, write_date)
    SELECT id, product_id, product_class, %(company)s, branch_id, 'H' || id, 'core', currency_id,
           amount, balance_on, opened_on,
           CASE WHEN term_months > 0
                THEN %(month)s::date + 35 + floor(second * LEAST(term_months, 24) * 30)::int END,
           'active', is_held_away, partner_id, 1, opened_on, 1, balance_on
      FROM bench_holding ORDER BY id
"""

PARTIES = """
    INSERT INTO bank_holding_party (holding_id, partner_id, role, share_pct,
                                    create_uid, create_date, write_uid, write_date)
    SELECT id, partner_id + owner, CASE owner WHEN 0 THEN 'owner' ELSE 'joint' END,
           CASE WHEN NOT is_joint THEN 100 WHEN owner = 0 THEN 60 ELSE 40 END, 1, opened_on, 1, opened_on
      FROM bench_holding CROSS JOIN LATERAL generate_series(0, is_joint::int) AS owner
     ORDER BY id, owner
"""

BALANCES = """
    INSERT INTO bank_balance (holding_id, date, amount, create_uid, create_date, write_uid, write_date)
    SELECT id, date, amount, 1, date, 1, date
      FROM (
        SELECT id, CASE n WHEN 0 THEN %(month)s::date - 1 - floor(random() * 20)::int
                          WHEN 4 THEN balance_on
                          ELSE %(month)s::date + (n - 1) * 7 + floor(random() * 7)::int END AS date,
               CASE n WHEN 4 THEN amount ELSE round((amount * (0.85 + 0.3 * random()))::numeric, 2) END AS amount
          FROM bench_holding CROSS JOIN generate_series(0, 4) AS n
      ) AS drawn
     ORDER BY date, id
"""

POSTED = """
    INSERT INTO bank_transaction (holding_id, company_id, source, external_id, booked_on, amount, currency_id, kind,
                                  create_uid, create_date, write_uid, write_date)
    SELECT id, %(company)s, 'core', 'T' || id, %(month)s::date + floor(second * 28)::int,
           CASE WHEN second < 0.1 THEN -5 ELSE round((amount * (third - 0.5) / 10)::numeric, 2) END, currency_id,
           CASE WHEN second < 0.1 THEN 'fee' WHEN third < 0.5 THEN 'payment_out' ELSE 'payment_in' END,
           1, balance_on, 1, balance_on
      FROM bench_holding WHERE (second * 1000 - floor(second * 1000)) < %(postings)s AND NOT is_held_away
     ORDER BY 5, 1
"""

# A manager works at one branch.
BRANCHES = """
    UPDATE res_partner SET branch_id = (%(branches)s::int[])[
           1 + array_position(%(managers)s::int[], relationship_manager_id) %% array_length(%(branches)s::int[], 1)]
     WHERE is_bank_customer AND relationship_manager_id IS NOT NULL
"""

# Some have a tier above the level that their assets reach.
RAISED = """
    UPDATE res_partner partner SET tier_id = higher.id
      FROM bank_tier tier
      JOIN bank_tier higher ON higher.active AND higher.sequence = (
           SELECT min(next.sequence) FROM bank_tier next WHERE next.active AND next.sequence > tier.sequence)
     WHERE partner.is_bank_customer AND tier.id = partner.tier_id AND partner.id %% 1000 < 1000 * %(below)s
"""

MONTHS = """
    INSERT INTO bank_customer_month (
        partner_id, company_id, month, state, currency_id, branch_id, relationship_manager_id,
        adb_aum, adb_deposit, adb_fund, adb_wealth, adb_insurance, adb_metal, adb_other, adb_loan, adb_card,
        eop_aum, eop_deposit, eop_wealth, eop_loan, eop_net_assets, transaction_count, inflow, outflow, contribution,
        coverage_days, days, joint_policy, rule_version, computed_at, create_uid, create_date, write_uid, write_date)
    SELECT partner.id, %(company)s, month, 'closed', profile.currency_id, partner.branch_id,
           partner.relationship_manager_id,
           round(aum * drift, 2), round(aum * drift * 0.7, 2), round(aum * drift * 0.1, 2),
           round(aum * drift * 0.2, 2), 0, 0, 0, 0, 0,
           round(aum * drift, 2), round(aum * drift * 0.7, 2), round(aum * drift * 0.3, 2), 0, round(aum * drift, 2),
           partner.id %% 7, 0, 0, round(aum * drift * 0.01 / 12 - CASE WHEN partner.id %% 9 = 0 THEN 30 ELSE 0 END, 2),
           days, days, 'share', '1', computed_at, 1, computed_at, 1, computed_at
      FROM (SELECT month, (month + interval '1 month')::date - month AS days,
                   month + interval '1 month 3 hours' AS computed_at
              FROM (SELECT (%(month)s::date - interval '1 month' * ago)::date AS month
                      FROM generate_series(%(history)s, 1, -1) AS ago) AS past) AS past
     CROSS JOIN LATERAL (
        SELECT partner.*, (0.9 + 0.02 * ((partner.id + extract(month FROM past.month)::int) %% 10))::numeric AS drift
          FROM res_partner partner WHERE partner.is_bank_customer OFFSET 0
     ) AS partner
      JOIN bank_financial_profile profile ON profile.partner_id = partner.id
"""

# In the last month before, those with too high a tier have been below their level for one to five months.
STANDINGS = """
    INSERT INTO bank_tier_standing (
        partner_id, company_id, policy_id, month, effective_on, metric_amount, decisive_amount, currency_id,
        is_household, coverage_days, is_provisional, is_open, from_tier_id, reached_tier_id, tier_id, bad_months,
        best_bad_amount, months_left, state, branch_id, relationship_manager_id, figures_at, computed_at,
        create_uid, create_date, write_uid, write_date)
    SELECT partner_id, company_id, %(policy)s, month, (month + interval '1 month')::date, adb_aum, adb_aum,
           currency_id, FALSE, coverage_days, FALSE, FALSE, tier_id, tier_id, tier_id, bad, NULLIF(adb_aum * bad, 0),
           CASE WHEN bad > 0 THEN 6 - bad END,
           CASE WHEN bad = 0 THEN 'kept' WHEN bad < 3 THEN 'below' ELSE 'watch' END,
           branch_id, relationship_manager_id, computed_at, computed_at, 1, computed_at, 1, computed_at
      FROM (
        SELECT figures.*, partner.tier_id,
               CASE WHEN figures.month = (%(month)s::date - interval '1 month')::date
                     AND partner.id %% 1000 < 1000 * %(below)s THEN 1 + partner.id %% 5 ELSE 0 END AS bad
          FROM bank_customer_month figures JOIN res_partner partner ON partner.id = figures.partner_id
      ) AS figures
     ORDER BY month, partner_id
"""

FIRST_TIERS = """
    INSERT INTO bank_tier_history (partner_id, to_tier_id, changed_on, reason, currency_id, rule_version,
                                   create_uid, create_date, write_uid, write_date)
    SELECT id, tier_id, %(month)s::date - 700, 'initial', %(currency)s, '1', 1, create_date, 1, create_date
      FROM res_partner WHERE is_bank_customer AND tier_id IS NOT NULL
"""

STEPS = (HOLDINGS, PARTIES, BALANCES, RAISED, MONTHS, STANDINGS, FIRST_TIERS)
TABLES = (
    "bank_holding",
    "bank_holding_party",
    "bank_balance",
    "bank_transaction",
    "bank_customer_month",
    "bank_tier_standing",
    "bank_tier_history",
)


def fill(context, connection, setup):
    """Fill a database that has the customers.

    :param setup: company, currency, policy, month; branches, managers
    """
    with connection.cursor() as cr:
        cr.execute("SET max_parallel_workers_per_gather = 0")  # the same draw each time
        cr.execute("SET work_mem = '256MB'")
        cr.execute("SET maintenance_work_mem = '512MB'")
        cr.execute("SELECT setseed(0.23)")
        cr.execute("""SELECT COALESCE((SELECT max(id) FROM bank_holding), 0) + 1,
                             (SELECT max(partner_id) FROM bank_financial_profile)""")
        first_holding, last_partner = cr.fetchone()
        values = {
            **setup,
            "first_holding": first_holding,
            "last_partner": last_partner,
            "joint": JOINT_SHARE,
            "below": BELOW_SHARE,
            "postings": POSTINGS,
            "history": HISTORY,
        }
        cr.execute("DROP TABLE IF EXISTS bench_holding")
        cr.execute(BRANCHES, values)
        cr.execute(DRAW, values)
        cr.execute("ANALYZE bench_holding")
        with bulk(cr, TABLES):
            for statement in (*STEPS, POSTED):
                cr.execute(statement, values)
        cr.execute("DROP TABLE bench_holding")
        cr.execute("VACUUM ANALYZE res_partner")
        cr.execute("RESET work_mem")
        cr.execute("RESET maintenance_work_mem")
        cr.execute("RESET max_parallel_workers_per_gather")
    context.say("holdings, balances and eleven closed months: done")
