from odoo import SUPERUSER_ID, models
from odoo.tools import SQL


class BankSurveyInvitation(models.Model):
    """What an invitation keeps of an anonymous answer: that there is one, and in which month it was given."""

    _inherit = "bank.survey.invitation"

    def _forget_answer(self):
        """Forget when the customer answered. His link stays, for it is also his way to be asked no more."""
        if not self:
            return
        self.write({"opened_at": False, "started_at": False, "next_reminder_at": False})
        self.flush_recordset()
        self.env.execute_query(
            SQL(
                """UPDATE bank_survey_invitation
                      SET completed_at = date_trunc('month', completed_at),
                          write_date = date_trunc('month', write_date), write_uid = %s
                    WHERE id = ANY(%s) RETURNING 1""",
                SUPERUSER_ID,
                self.ids,
            )
        )
        self.invalidate_recordset(flush=False)
