from . import (
    test_bank_holding,
    test_bank_holding_party,
    test_bank_product,
    test_customer_month,
    test_holding_portal,
    test_statement,
    test_group_months,
    test_month_explanation,
    test_month_properties,
    test_months_night,
    test_totals,
)
