import contextlib

from odoo import fields, models
from odoo.exceptions import AccessError

WAITING = ("drawn", "queued")
ANSWERED = ("completed",)
NOT_ASKED = ("suppressed",)


class BankSurveyProgram(models.Model):
    """How far the invitations of a programme are, for the buttons on its form; as far as its reader may see them."""

    _inherit = "bank.survey.program"

    waiting_count = fields.Integer(string="Waiting", compute="_compute_outbox_counts")
    sent_count = fields.Integer(string="Sent", compute="_compute_outbox_counts")
    answered_count = fields.Integer(string="Answered", compute="_compute_outbox_counts")
    suppressed_count = fields.Integer(string="Not Asked", compute="_compute_outbox_counts")

    def _compute_outbox_counts(self):
        invitations = self.env["bank.survey.invitation"]
        counts, sent = {}, {}
        with contextlib.suppress(AccessError):  # administrators see no customers: 0
            for program, state, number, sent_number in invitations._read_group(
                [("program_id", "in", self.ids)], ["program_id", "state"], ["__count", "sent_at:count"]
            ):
                counts[program.id, state] = number
                sent[program.id] = sent.get(program.id, 0) + sent_number
        for program in self:
            id_ = program._origin.id
            program.waiting_count = sum(counts.get((id_, state), 0) for state in WAITING)
            program.sent_count = sent.get(id_, 0)
            program.answered_count = sum(counts.get((id_, state), 0) for state in ANSWERED)
            program.suppressed_count = sum(counts.get((id_, state), 0) for state in NOT_ASKED)

    def _action_invitations(self, domain):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm_survey.bank_survey_invitation_action")
        action["domain"] = [("program_id", "=", self.id), *domain]
        return action

    def action_view_waiting(self):
        """Open the invitations that have not been sent yet."""
        return self._action_invitations([("state", "in", WAITING)])

    def action_view_sent(self):
        """Open the invitations that were sent, whatever became of them."""
        return self._action_invitations([("sent_at", "!=", False)])

    def action_view_answered(self):
        """Open the invitations that were answered."""
        return self._action_invitations([("state", "in", ANSWERED)])

    def action_view_suppressed(self):
        """Open the invitations of customers who were not asked, with the reasons."""
        return self._action_invitations([("state", "in", NOT_ASKED)])
