{
    "name": "Bank CRM: Satisfaction",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "Satisfaction programmes of a bank: invitations nobody gets twice, honest figures, closed loop",
    "author": "Bank CRM maintainers",
    "license": "LGPL-3",
    "depends": ["bank_crm", "survey"],
    "data": [
        "security/bank_survey_groups.xml",
        "security/ir.model.access.csv",
        "security/bank_survey_rules.xml",
        # frame of the menus and the records of the core
        "views/bank_survey_menus.xml",
        "views/bank_survey_program_views.xml",
        "views/bank_survey_wave_views.xml",
        "views/bank_survey_invitation_views.xml",
        # answers
        # doors of the customer
        "views/public_feedback_templates.xml",
        "views/public_survey_templates.xml",
        "views/public_portal_templates.xml",
        "report/bank_survey_point_poster.xml",
        "views/bank_survey_point_views.xml",
        "views/bank_survey_contact_request_views.xml",
        "views/bank_survey_invitation_door_views.xml",
        # waves and contact rules
        "data/bank_survey_contact_rules.xml",
        # sending
        # figures
        # closed loop
        # questionnaires
        "data/bank_survey_questionnaire_relationship.xml",
        "data/bank_survey_questionnaire_complaint.xml",
        "data/bank_survey_questionnaire_visit.xml",
        "data/bank_survey_questionnaire_opening.xml",
        "data/bank_survey_questionnaire_seminar.xml",
        "data/bank_survey_questionnaire_poll_hours.xml",
        "data/bank_survey_questionnaire_poll_services.xml",
        "data/bank_survey_programs.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "bank_crm_survey/static/src/**/*",
            ("remove", "bank_crm_survey/static/src/public/**/*"),
        ],
        "web.assets_frontend": ["bank_crm_survey/static/src/public/**/*"],
        "web.assets_tests": ["bank_crm_survey/static/tests/tours/**/*"],
    },
    "demo": ["demo/bank_crm_survey_demo.xml"],
    "application": True,
}
