from . import test_first_assignment
