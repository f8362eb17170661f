from odoo import models

MANAGERS = "bank_crm_survey.group_satisfaction_manager"


class BankSurveyProgram(models.Model):
    """Who answers for the closed loop of a programme, and how many customers it wins back."""

    _inherit = "bank.survey.program"

    def _satisfaction_managers(self):
        """Return the users among whom :meth:`_loop_manager` chooses, as superuser."""
        # sudo: res.users - who works as satisfaction manager is no secret
        members = self.env.ref(MANAGERS).sudo().all_user_ids
        return members.filtered(lambda user: user.active and not user.share).sorted("id")

    def _loop_manager(self, excluded=None, members=None):
        """Return the satisfaction manager who follows up for this programme: its responsible, else the first one.

        :param excluded: users who must not
        :param members: what :meth:`_satisfaction_managers` found before, for many programmes
        """
        self.ensure_one()
        members = self._satisfaction_managers() if members is None else members
        members = members.filtered(lambda user: self.company_id in user.company_ids)
        if excluded:
            members -= excluded
        return members.filtered(lambda user: user == self.user_id) or members[:1]
