from . import bank_sealed_mixin
from . import bank_run
