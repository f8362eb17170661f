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
from . import bank_survey_bounds_mixin
from . import survey_bounds

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
from . import survey_user_input_break_off
from . import survey_user_input_retention
from . import survey_user_input_review
from . import bank_survey_reopening
from . import survey_question_lock
from . import survey_question_answer
from . import survey_survey_version
from . import bank_erasure_answers
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
from . import survey_user_input_contact_state
from . import bank_survey_stratum_drawing
from . import bank_survey_wave_sampling
from . import bank_survey_wave_life
from . import bank_survey_wave_figures
from . import bank_survey_wave_weights
from . import bank_survey_wave_audit
from . import bank_survey_invitation_quota
from . import bank_run_survey
from . import bank_survey_wave_jobs

# sending
from . import bank_survey_message
from . import bank_survey_message_rendering
from . import bank_survey_program_messages
from . import bank_survey_invitation_bounce
from . import bank_survey_invitation_sending
from . import bank_survey_invitation_check
from . import bank_survey_invitation_mailing
from . import bank_survey_invitation_calling
from . import bank_survey_invitation_reminding
from . import bank_survey_invitation_expiry
from . import bank_survey_invitation_gateway
from . import bank_survey_program_outbox
from . import bank_survey_program_trigger
from . import bank_survey_program_api
from . import mail_thread
from . import mail_mail

# figures
from . import bank_survey_stat
from . import bank_survey_kpi_tally
from . import bank_survey_program_kpi
from . import bank_survey_kpi_board
from . import bank_survey_invitation_figures
from . import bank_survey_score_figures
from . import bank_scorecard_metric
from . import res_partner_survey_figures
from . import survey_user_input_figures

# closed loop
from . import bank_survey_cause
from . import bank_survey_topic
from . import bank_survey_followup_rule
from . import bank_survey_followup_step
from . import bank_survey_followup
from . import bank_survey_followup_attempt
from . import bank_survey_followup_making
from . import bank_survey_followup_work
from . import bank_survey_followup_reminders
from . import bank_survey_followup_privacy
from . import bank_survey_followup_complaint
from . import bank_survey_followup_recovery
from . import bank_survey_followup_reach
from . import bank_survey_followup_report
from . import bank_survey_program_loop
from . import bank_survey_invitation_loop
from . import bank_survey_program_outer_loop
from . import bank_survey_improvement
from . import survey_user_input_loop
from . import survey_user_input_topic
from . import res_partner_loop
from . import res_users_loop

# questionnaires
from . import bank_survey_program_shipped
from . import bank_demo
