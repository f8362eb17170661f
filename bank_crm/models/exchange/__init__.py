from . import bank_exchange_key
from . import bank_exchange_batch
from . import bank_exchange_error
from . import bank_exchange
