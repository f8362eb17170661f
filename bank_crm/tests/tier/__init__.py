from . import test_first_assignment
from . import test_lifecycle
from . import test_values
from . import test_values_run
from . import test_benefits
from . import (
    test_first_assignment,
    test_override,
    test_policy_life,
    test_policy_reference,
    test_policy_walk,
    test_simulation,
)
