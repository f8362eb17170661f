from . import test_metrics
from . import test_questionnaires
from . import test_survey_scores
from . import test_survey_start
from . import test_inviting
from . import test_figures
