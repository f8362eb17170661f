from odoo import models
from odoo.fields import Domain

RUNS_SURVEYS = ("bank_crm_survey.group_satisfaction_manager", "bank_crm.group_bank_admin")
SEES_ALL_ANSWERS = (
    "bank_crm_survey.group_satisfaction_manager",
    "bank_crm.group_compliance",
    "bank_crm.group_auditor",
)


class ResUsers(models.Model):
    """What a user may see of surveys of the bank, for access rules (see ``res.users`` of ``bank_crm``)."""

    _inherit = "res.users"

    def _runs_bank_surveys(self):
        """Whether the user makes questionnaires and programmes."""
        return any(self.has_group(group) for group in RUNS_SURVEYS)

    def _sees_all_bank_answers(self):
        return any(self.has_group(group) for group in SEES_ALL_ANSWERS)

    def _bank_questionnaire_domain(self, path):
        """Return the rule of questionnaires: those of the bank belong to whoever runs programmes or sees all answers.

        :param path: field that leads to ``survey.survey``, with a dot behind it; empty on the survey itself
        """
        if self._runs_bank_surveys() or self._sees_all_bank_answers():
            return [(1, "=", 1)]
        own = Domain("survey_type", "=", "bank")
        return list(Domain(path.removesuffix("."), "not any", own) if path else ~own)

    def _bank_choice_domain(self):
        """Return the rule of the choices of questions and of the rows of matrices."""
        if self._runs_bank_surveys() or self._sees_all_bank_answers():
            return [(1, "=", 1)]
        own = Domain("survey_id.survey_type", "=", "bank")
        return list(Domain("question_id", "not any", own) & Domain("matrix_question_id", "not any", own))

    def _bank_answer_domain(self, path=""):
        """Return the rule of answers (``survey.user_input``): those of the bank are for whoever sees all of them.

        Everybody else sees answers of his customers as scores and follow-ups.

        :param path: field that leads to the answer, with a dot behind it
        """
        if self._sees_restricted_customers():
            return [(1, "=", 1)]
        domain = Domain(f"{path}survey_id.survey_type", "!=", "bank")
        if self._sees_all_bank_answers():
            customer = f"{path}partner_id"
            domain |= Domain(customer, "=", False) | Domain(f"{customer}.is_restricted", "=", False)
        return list(domain)

    def _bank_answer_line_domain(self):
        """Return the rule of lines of answers: customers' own words of the bank's surveys are a right of their own."""
        domain = Domain(self._bank_answer_domain("user_input_id."))
        if not self.has_group("bank_crm_survey.group_survey_verbatim"):
            domain &= Domain("survey_id.survey_type", "!=", "bank") | Domain(
                "answer_type", "not in", ("char_box", "text_box")
            )
        return list(domain)

    def _bank_survey_line_domain(self, path):
        """Return the rule of records of one customer: by role, and all of them for whoever runs the programmes.

        :param path: field that leads to the customer
        """
        if self.has_group("bank_crm_survey.group_satisfaction_manager"):
            free = Domain(f"{path}.is_restricted", "=", False) | Domain(path, "=", False)
            return list(free | Domain(self._bank_related_domain(path)))
        return self._bank_related_domain(path)

    def _bank_score_domain(self):
        """Return the rule of scores: of identified answers by customer, of confidential ones for all-seeing roles."""
        domain = Domain(self._bank_survey_line_domain("partner_id")) & Domain("partner_id", "!=", False)
        if self._sees_all_bank_answers():
            return list(domain)
        return list(domain & Domain("program_id.anonymity", "=", "identified"))

    def _bank_survey_stat_domain(self):
        """Return the rule of figures: the bank's, those of the branch tree, those of one's own customers."""
        if self._sees_all_bank_answers():
            return [(1, "=", 1)]
        domain = Domain("manager_id", "=", self.id)
        if self.has_group("bank_crm.group_branch_manager") and self.managed_branch_ids:
            domain |= Domain("branch_id", "child_of", self.managed_branch_ids.ids)
        return list(domain)
