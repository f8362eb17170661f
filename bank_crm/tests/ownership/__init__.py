from . import test_assigning_access, test_assignment, test_mirror, test_scope
