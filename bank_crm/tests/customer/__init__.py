from . import (
    test_becoming_a_customer,
    test_customer_event,
    test_customer_list,
    test_customer_tour,
    test_identity_document,
    test_income_band,
    test_merge,
    test_overview,
    test_query_counts,
    test_profile_fields,
    test_related_figures,
    test_screens,
)
