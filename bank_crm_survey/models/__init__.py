# the core
from . import bank_survey_program
from . import bank_survey_program_channel
from . import bank_survey_stratum
from . import bank_survey_wave
from . import bank_survey_invitation
from . import bank_survey_score
from . import survey_survey
from . import survey_question
from . import survey_user_input
from . import survey_user_input_line
from . import res_partner
from . import res_users
from . import bank_customer_event

# answers

# doors of the customer

# waves and contact rules

# sending

# figures

# closed loop

# questionnaires
