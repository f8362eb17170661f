from . import bank_sealed_mixin
from . import bank_masked_mixin
from . import bank_customer_bound_mixin
from . import bank_run
from . import bank_run_keys
from . import bank_demo
from . import bank_outbound_silence
from . import res_config_settings
