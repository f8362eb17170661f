"""The bank of ``bank_crm`` (see its ``tests/common.py``) with a satisfaction programme.

``cls.users`` gains ``satisfaction`` (Satisfaction Manager who also reads customers' own words) and ``survey_user``, a
user of Odoo's surveys who is no staff of the bank. ``cls.questionnaire`` has four questions: ``cls.nps`` (0 to 10),
``cls.csat`` (1 to 5), ``cls.about_manager`` (1 to 5, a driver about the relationship manager) and ``cls.words``
(text). ``cls.program`` (code ``REL``) is running, by email and portal, without contact rules.
"""

from odoo import Command
from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.bank_crm.tests.common import BankWorld

SURVEY_ROLES = {
    "satisfaction": "bank_crm_survey.group_satisfaction_manager,bank_crm_survey.group_survey_verbatim",
    "survey_user": "survey.group_survey_manager",
}


class SurveyWorld(BankWorld):
    @classmethod
    def make_world(cls):
        result = super().make_world()
        for name, groups in SURVEY_ROLES.items():
            cls.users[name] = new_test_user(cls.env, f"bank_{name}", groups=groups, password=f"bank_{name}")
        cls.questionnaire = cls.make_questionnaire()
        cls.nps, cls.csat, cls.about_manager, cls.words = cls.questionnaire.question_ids
        cls.env["bank.survey.contact.rule"].search([]).active = False  # the rules that are shipped
        cls.program = cls.make_program("REL", "Relationship")
        return result

    @classmethod
    def make_questionnaire(cls, title="How are we doing?", **values):
        questions = [
            cls.question_vals("How likely are you to recommend us?", "nps", 0, 10, constr_mandatory=True),
            cls.question_vals("How satisfied are you?", "csat", 1, 5),
            cls.question_vals("Your manager", "driver", 1, 5, bank_about_manager=True, bank_metric_code="manager"),
            {"title": "Anything else?", "question_type": "text_box", "bank_metric": "verbatim"},
        ]
        return cls.env["survey.survey"].create(
            {
                "title": title,
                "survey_type": "bank",
                "access_mode": "token",
                "questions_layout": "one_page",
                "question_and_page_ids": [
                    Command.create({"sequence": index, **question}) for index, question in enumerate(questions)
                ],
                **values,
            }
        )

    @classmethod
    def question_vals(cls, title, metric, low, high, **values):
        return {
            "title": title,
            "question_type": "scale",
            "scale_min": low,
            "scale_max": high,
            "bank_metric": metric,
            "bank_metric_code": metric,
            **values,
        }

    @classmethod
    def make_program(cls, code, name, survey=None, state="running", **values):
        # Programmes that are shipped step aside: their codes are the ones that tests like to use.
        shipped = cls.env["bank.survey.program"].search([("code", "=", code), ("state", "=", "draft")])
        for program in shipped.filtered(lambda program: program.get_external_id()[program.id]):
            program.code = f"SHIPPED-{code}"
        shipped.flush_recordset()  # before the INSERT below
        return (
            cls.env["bank.survey.program"]
            ._unguarded()
            .create(
                {
                    "code": code,
                    "name": name,
                    "survey_id": (survey or cls.questionnaire).id,
                    "state": state,
                    "channel_ids": [
                        Command.create({"sequence": 1, "channel": "email"}),
                        Command.create({"sequence": 2, "channel": "portal"}),
                    ],
                    "min_cell": 1,
                    "min_seconds": 0,
                    **values,
                }
            )
            .with_env(cls.env)
        )

    @classmethod
    def make_invitation(cls, partner=None, program=None, **values):
        """Make an invitation that was sent, past all rules."""
        partner, program = partner or cls.anna, program or cls.program
        invitations = cls.env["bank.survey.invitation"]
        nonce = invitations._new_nonce()
        return invitations.create(
            {
                "program_id": program.id,
                "company_id": program.company_id.id,
                "survey_id": program.survey_id.id,
                "partner_id": partner.id,
                "channel": "email",
                "lang": "en_US",
                "state": "sent",
                "token_nonce": nonce,
                "token_hash": invitations._hash_of_token(invitations._token_of_nonce(nonce)),
                "tier_id": partner.tier_id.id,
                "branch_id": partner.branch_id.id,
                "manager_id": partner.relationship_manager_id.id,
                "value_class": partner.value_class,
                **values,
            }
        )


@tagged("post_install", "-at_install")
class SurveyCase(SurveyWorld, TransactionCase):
    """A test in the bank of this module's picture."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_world()
