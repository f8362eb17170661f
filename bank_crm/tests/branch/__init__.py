from . import test_bank_branch
