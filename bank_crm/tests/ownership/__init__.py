from . import (
    test_archiving_users,
    test_assigning_access,
    test_assignment,
    test_handover,
    test_mirror,
    test_scope,
)
