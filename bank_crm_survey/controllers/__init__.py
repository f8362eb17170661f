from . import feedback
from . import feedback_contact
from . import feedback_point
from . import feedback_stop
from . import survey_doors
from . import survey_portal
