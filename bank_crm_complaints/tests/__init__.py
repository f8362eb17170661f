from . import test_ticket_core
from . import test_ticket_text_masking
from . import test_clock_engine
from . import test_clock_properties
from . import test_ticket_masking
from . import test_ticket_register
from . import test_ticket_work
from . import test_ticket_query_budget
