from . import bank_exchange_import_sheet
from . import bank_exchange_import_column
from . import bank_exchange_import
