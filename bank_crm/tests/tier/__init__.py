from . import (
    test_first_assignment,
    test_override,
    test_policy_life,
    test_policy_reference,
    test_policy_walk,
    test_simulation,
)
