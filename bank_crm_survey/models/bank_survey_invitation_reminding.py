from odoo import api, models


class BankSurveyInvitation(models.Model):
    """Reminders: of those who have not answered and can be reminded by email; of text messages, see the gateway.

    When a reminder is due follows from the time of the invitation.  Reminders that were missed, because the server
    stood still or the programme was paused, are not made up for: nobody gets two in a row.
    """

    _inherit = "bank.survey.invitation"

    @api.model
    def _cron_remind(self):
        """Send the reminders that are due; called again by the scheduler until none is."""
        self._run_outbox("reminder", "bank_crm_survey.ir_cron_survey_remind")

    def _remind(self, now):
        """Remind the customers of these invitations of one programme."""
        self._count_reminder(now)
        self._mail("reminder")

    def _count_reminder(self, now):
        """Note that these customers are reminded, and when to remind them next."""
        for invitation in self:
            program = invitation.program_id
            invitation.write(
                {
                    "reminder_count": invitation.reminder_count + 1,
                    "last_reminder_at": now,
                    "next_reminder_at": program._reminder_after(invitation.sent_at, now, invitation.expires_at),
                    "leased_until": False,
                }
            )
