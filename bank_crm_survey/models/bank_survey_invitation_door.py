from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .bank_survey_invitation import OPEN_STATES

# How the link of an invitation answers when it is not open; every other state was never sent to anybody.
CLOSED_STATES = {
    "completed": "completed",
    "expired": "expired",
    "withdrawn": "withdrawn",
    "refused": "refused",
    "bounced": "withdrawn",
}
ANSWERS_FOR_CUSTOMERS = (
    "bank_crm.group_service_agent",
    "bank_crm.group_relationship_manager",
    "bank_crm.group_branch_manager",
    "bank_crm_survey.group_satisfaction_manager",
)


class BankSurveyInvitation(models.Model):
    """How the link of an invitation answers a customer, and how staff answer for him."""

    _inherit = "bank.survey.invitation"

    def _door_state(self):
        """Return how the link answers: ``open``, or why it does not.

        ``completed``, ``expired``, ``withdrawn`` and ``refused`` are told to the customer; ``unknown``, the state of
        invitations that were never sent, is answered as a link that does not exist.
        """
        self.ensure_one()
        if self.state not in OPEN_STATES:
            return CLOSED_STATES.get(self.state, "unknown")
        return "open" if self._is_open() else "expired"

    def _open_until(self):
        """Return until when the link is open: in the customer's time zone, in the language of the environment."""
        self.ensure_one()
        last_day = self.wave_id.closes_on
        if self.expires_at:
            tz = self.partner_id.tz or self.company_id.partner_id.tz or "UTC"
            expires_on = fields.Datetime.context_timestamp(self.with_context(tz=tz), self.expires_at).date()
            last_day = min(last_day or expires_on, expires_on)
        return format_date(self.env, last_day, date_format="long") if last_day else ""

    def _mark_opened(self):
        """The customer's browser showed the page; programs that only follow links do not get here."""
        self.filtered(lambda invitation: not invitation.opened_at and invitation._door_state() == "open").write(
            {"opened_at": fields.Datetime.now()}
        )

    # ------------------------------------------------------------------
    # Declining
    # ------------------------------------------------------------------

    def _decline(self, everything=False):
        """The customer declines this survey, or all surveys of the bank; saying so twice changes nothing.

        :param everything: withdraw his consent to surveys and all invitations of his that are waiting or sent
        """
        self.ensure_one()
        self._lock()  # against a start in another window at the same time
        declined = self.state in OPEN_STATES
        if declined:
            self.write({"state": "refused", "next_reminder_at": False})
        withdrawn = self._decline_everything() if everything else False
        if declined or withdrawn:
            payload = {"label": self.program_id.name, "all": bool(everything)}
            self.env["bank.customer.event"]._record(
                "survey.refused",
                [
                    {
                        "partner_id": self.partner_id.id,
                        "source_model": self._name,
                        "source_id": self.id,
                        "payload": payload,
                    }
                ],
            )

    def _decline_everything(self):
        """Withdraw the customer's consent to surveys; return whether he had not done so already."""
        waiting = self.search([("partner_id", "=", self.partner_id.id), ("state", "in", ("queued", "sent"))])
        waiting.write({"state": "withdrawn", "next_reminder_at": False})
        if not self.partner_id.is_bank_customer:
            return bool(waiting)
        consents = self.env["bank.consent"]
        current = consents._current(self.partner_id, "survey", "any")
        decisions = consents._decisions(self.partner_id.ids, ["survey"])
        channels = {channel for _partner, _purpose, channel in decisions} | {"any"}
        if current.state == "withdrawn" and all(
            consents._verdict(decisions, self.partner_id.id, "survey", channel) == "withdrawn" for channel in channels
        ):
            return bool(waiting)
        values = {"partner_id": self.partner_id.id, "purpose": "survey", "channel": "any", "state": "withdrawn"}
        evidence = self.env._("Said so by the link of his invitation to “%(program)s”.", program=self.program_id.name)
        consents.create([{**values, "source": "customer", "evidence": evidence}])
        return True

    # ------------------------------------------------------------------
    # Answering for the customer
    # ------------------------------------------------------------------

    def action_answer_for_customer(self):
        """Open the questions in a new window, to enter what the customer says on the telephone.

        The answer is marked as entered by the user and does not count unless the programme counts such answers.

        :raises AccessError: ``[not_for_you]`` the role does not answer for customers, or not for this one
        :raises UserError: ``[anonymous_survey]``, ``[answer_begun]``, ``[invitation_closed]``
        """
        self.ensure_one()
        self.check_access("read")
        if not any(self.env.user.has_group(group) for group in ANSWERS_FOR_CUSTOMERS):
            raise AccessError(
                self.env._(
                    "[not_for_you] Service agents, relationship managers, branch managers and satisfaction managers "
                    "answer for customers. Ask one of them."
                )
            )
        # sudo: bank.survey.invitation - the user may answer for this customer; the answer names him
        invitation = self.sudo()
        if refusal := invitation._refusal_of_staff(self.env.user):
            raise invitation._staff_error(refusal)
        if invitation._door_state() != "open":
            raise UserError(
                self.env._("[invitation_closed] State: this invitation is closed. Invite the customer again.")
            )
        answer = invitation._start(channel="phone", assisted_by=self.env.user)
        return {"type": "ir.actions.act_url", "target": "new", "url": answer._door_url(invitation.lang)}

    def _refusal_of_staff(self, user):
        """Return why a member of staff must not answer for the customer, or None.

        The page with the questions shows what was stored, so only who may know that is let in.

        :return: ``anonymous_survey``, ``not_for_you``: who said what is confidential, ``answer_begun``: somebody else
            has answered a part
        """
        self.ensure_one()
        anonymity, answer = self.program_id.anonymity, self.user_input_ids
        if anonymity == "anonymous":
            return "anonymous_survey"
        if anonymity == "confidential" and not user._sees_all_bank_answers():
            return "not_for_you"
        if answer.user_input_line_ids and answer.bank_assisted_by_id != user and not answer._is_read_by(user):
            return "answer_begun"
        return None

    def _staff_error(self, refusal):
        """Return the exception of a refusal (see ``_refusal_of_staff``)."""
        if refusal == "anonymous_survey":
            return UserError(
                self.env._(
                    "[anonymous_survey] “%(program)s” is anonymous: nobody but the customer himself answers it. Send "
                    "him the link again.",
                    program=self.program_id.name,
                )
            )
        if refusal == "not_for_you":
            return AccessError(
                self.env._(
                    "[not_for_you] “%(program)s” is confidential: satisfaction managers answer for customers. Ask one "
                    "of them.",
                    program=self.program_id.name,
                )
            )
        return UserError(
            self.env._(
                "[answer_begun] Invitation: the customer, or somebody else for him, has answered a part. Ask him to "
                "go on by his own link."
            )
        )
