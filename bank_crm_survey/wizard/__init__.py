# closed loop
from . import bank_survey_followup_step_mixin
from . import bank_survey_followup_contact
from . import bank_survey_followup_close
from . import bank_survey_followup_cancel
from . import bank_survey_followup_reassign
from . import bank_survey_analysis
from . import bank_survey_analysis_line
from . import bank_survey_message_preview
from . import bank_survey_reopen
from . import bank_survey_review

# waves and contact rules
from . import bank_survey_simulation
from . import base_partner_merge_answers
from . import base_partner_merge_contact_state
