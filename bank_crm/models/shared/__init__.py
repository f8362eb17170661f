from . import bank_sealed_mixin
from . import bank_customer_bound_mixin
from . import bank_encrypted_number_mixin
from . import bank_run
from . import bank_demo
