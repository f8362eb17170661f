from . import (
    test_archiving_users,
    test_assigning_access,
    test_assignment,
    test_assignment_rule,
    test_handover,
    test_handover_rpc,
    test_handover_tour,
    test_merging_owners,
    test_mirror,
    test_ownership_claim,
    test_ownership_conflict,
    test_scope,
)
from . import test_access_grant
from . import test_merge_request
