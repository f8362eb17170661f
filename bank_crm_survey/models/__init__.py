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
from . import survey_question_metric
from . import survey_question_validation
from . import survey_survey_answers
from . import survey_user_input_saving
from . import survey_user_input_line_score
from . import survey_user_input_scores
from . import survey_user_input_judge
from . import survey_user_input_finish
from . import survey_user_input_anonymous
from . import bank_survey_invitation_start
from . import bank_survey_invitation_anonymous
from . import bank_survey_program_answers

# doors of the customer
from . import survey_survey_door
from . import survey_user_input_door
from . import bank_survey_program_door
from . import bank_survey_invitation_door
from . import bank_survey_point
from . import bank_survey_contact_request

# waves and contact rules
from . import bank_survey_contact_state
from . import bank_survey_contact_rule
from . import bank_survey_program_domain
from . import bank_survey_program_reach
from . import bank_survey_program_inviting
from . import res_partner_survey_rules

# sending

# figures
from . import bank_survey_stat
from . import bank_survey_kpi_tally
from . import bank_survey_program_kpi
from . import res_partner_survey_figures
from . import survey_user_input_figures

# closed loop

# questionnaires
