from . import test_questionnaires
from . import test_metrics
