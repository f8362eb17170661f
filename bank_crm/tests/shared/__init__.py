from . import test_bank_run, test_sealed_mixin, test_sealing
from . import test_bank_run, test_outbound_silence, test_sealed_mixin, test_sealing
