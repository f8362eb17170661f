from . import test_complaint_bridge
from . import test_hostile
from . import test_makeup_days
from . import test_sending_complaints
