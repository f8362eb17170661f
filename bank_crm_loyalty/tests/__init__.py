from . import test_book
from . import test_bulk
from . import test_reconcile
