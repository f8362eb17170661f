"""Benefits from before 19.0.1.3.0 had no numbers: those that were shipped get the shipped ones, unless changed."""

# code: is_counted, quota_per_year, run_off_months, unit_cost, cost_per_year
SHIPPED = [
    ("fee_waiver", True, 60, 3, 5, 0),
    ("priority_queue", False, 0, 1, 0, 0),
    ("vip_desk", False, 0, 3, 0, 120),
    ("relationship_manager", False, 0, 3, 0, 800),
    ("lounge", True, 6, 3, 150, 0),
    ("health_check", True, 1, 6, 1200, 0),
    ("investment_advice", True, 12, 3, 300, 0),
    ("family_office", False, 0, 6, 0, 20000),
]


def migrate(cr, version):
    if not version:
        return
    cr.execute("SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'CNY'")
    (currency_id,) = cr.fetchone()
    for code, is_counted, quota, run_off, unit_cost, cost_per_year in SHIPPED:
        cr.execute(
            """UPDATE bank_benefit benefit
                  SET is_counted = %s, quota_per_year = %s, run_off_months = %s, unit_cost = %s, cost_per_year = %s,
                      currency_id = %s
                 FROM ir_model_data data
                WHERE data.module = 'bank_crm' AND data.model = 'bank.benefit' AND data.res_id = benefit.id
                  AND data.name = %s AND benefit.code = %s AND COALESCE(benefit.quota_per_year, 0) = 0
                  AND COALESCE(benefit.unit_cost, 0) = 0 AND COALESCE(benefit.cost_per_year, 0) = 0""",
            (is_counted, quota, run_off, unit_cost, cost_per_year, currency_id, f"bank_benefit_{code}", code),
        )
