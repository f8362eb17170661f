from . import test_bank_run, test_sealed_mixin, test_sealing
