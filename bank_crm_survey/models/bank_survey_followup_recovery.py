from datetime import timedelta

from odoo import fields, models


class BankSurveyFollowup(models.Model):
    """A customer who was won back says so: he is asked again, once, some days after his follow-up was closed."""

    _inherit = "bank.survey.followup"

    recovery_invitation_id = fields.Many2one(
        comodel_name="bank.survey.invitation",
        string="Asked Again",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    def _after_close(self):
        result = super()._after_close()
        for followup in self:
            followup._ask_again()
        return result

    def _ask_again(self):
        """Invite the customer again where the programme wants it: after a talk, and not after such an invitation."""
        self.ensure_one()
        days = self.program_id.recovery_days
        wanted = days > 0 and self.kind == "call" and self.contacted_at and self.partner_id
        if not wanted or self.recovery_invitation_id or self.invitation_id.is_recovery:
            return
        invitations = self.program_id._invite_partners(
            self.partner_id,
            touchpoint_ref=f"followup,{self.id}",
            is_recovery=True,
            send_after=self.closed_at + timedelta(days=days),
        )
        self._unguarded().recovery_invitation_id = invitations[:1].id
