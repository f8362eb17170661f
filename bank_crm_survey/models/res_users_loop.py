from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    """Who sees which follow-ups, and that nobody sees how a customer judged him."""

    _inherit = "res.users"

    def _bank_score_domain(self):
        """Extend the rule of scores: what a customer thinks of his manager is hidden from that manager."""
        about_me = Domain("manager_id", "=", self.id) | Domain("partner_id.relationship_manager_id", "=", self.id)
        about_me &= Domain("question_id.bank_about_manager", "=", True)
        return list(Domain(super()._bank_score_domain()) & ~about_me)

    def _bank_followup_domain(self, writing=False):
        """Return the rule of follow-ups: those of one's customers, one's own, none in which one is criticised."""
        open_to_me = Domain("excluded_user_ids", "not in", self.ids)
        runs_it = self.has_group("bank_crm_survey.group_satisfaction_manager")
        if runs_it or (self._sees_all_bank_answers() and not writing):
            return list(open_to_me & Domain(self._bank_survey_line_domain("partner_id")))
        mine = Domain("user_id", "=", self.id) & Domain("partner_id.is_restricted", "=", False)
        # Whoever serves all customers sees their follow-ups; he works on his own.
        if not (writing and self._sees_all_bank_customers()):
            mine |= Domain(self._bank_related_domain("partner_id", writing=writing))
        return list(open_to_me & Domain("is_confidential", "=", False) & mine)

    def _bank_followup_line_domain(self):
        """Return the rule of what belongs to a follow-up."""
        return list(Domain("followup_id", "any", Domain(self._bank_followup_domain())))

    def _bank_recovery_domain(self):
        """Return the rule of invitations after follow-ups: they would tell whom the customer criticised."""
        return list(Domain("recovery_followup_ids", "not any", Domain("excluded_user_ids", "in", self.ids)))

    def _bank_improvement_domain(self):
        """Return the rule of improvements: branch managers see those of their branches and of the whole bank."""
        if self._sees_all_bank_answers():
            return [(1, "=", 1)]
        return list(Domain("branch_id", "=", False) | Domain("branch_id", "child_of", self.managed_branch_ids.ids))
