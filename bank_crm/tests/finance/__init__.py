from . import (
    test_bank_holding,
    test_bank_holding_party,
    test_bank_product,
    test_customer_month,
    test_totals,
)
