from . import test_first_assignment
from . import test_lifecycle
from . import test_values
from . import test_values_run
