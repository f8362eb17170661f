from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from .bank_survey_followup import OPEN_STATES
from .bank_survey_followup_making import SILENT

# Outcomes that need no talk with the customer.
WITHOUT_CONTACT = ("not_reached", "complaint")


class BankSurveyFollowup(models.Model):
    """What staff do with a follow-up: try to reach the customer, close it, give it up, hand it on."""

    _inherit = "bank.survey.followup"

    def action_contacted(self):
        """Open the window in which an attempt to reach the customer is recorded."""
        return self._open_step("bank.survey.followup.contact", self.env._("Record a Contact"))

    def action_close(self):
        """Open the window in which the cause, the outcome and a note are given."""
        return self._open_step("bank.survey.followup.close", self.env._("Close the Follow-up"))

    def action_cancel(self):
        """Open the window in which the reason is given."""
        return self._open_step("bank.survey.followup.cancel", self.env._("Give Up the Follow-up"))

    def action_reassign(self):
        """Open the window in which another owner is chosen."""
        return self._open_step("bank.survey.followup.reassign", self.env._("Hand On the Follow-up"))

    def _open_step(self, model, name):
        self.ensure_one()
        self._check_open()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_followup_id": self.id},
        }

    def _check_open(self):
        """:raises AccessError: the user may not work on it
        :raises UserError: ``[followup_done]``"""
        self.check_access("write")
        if done := self.filtered(lambda followup: followup.state not in OPEN_STATES):
            raise UserError(
                self.env._(
                    "[followup_done] %(followup)s is closed or given up already. Reload the page.",
                    followup=done[0].display_name,
                )
            )

    def _record_attempt(self, channel, is_reached, note="", attempted_at=None):
        """Write an attempt to reach the customer down; the first one that reaches him meets the deadline of contact.

        :raises UserError: ``[followup_done]``
        :raises ValidationError: the time is not between the answer and now
        """
        self.ensure_one()
        self._check_open()
        at = attempted_at or fields.Datetime.now()
        if not self.answered_at <= at <= fields.Datetime.now():
            raise ValidationError(
                self.env._("When: enter a time between the customer's answer and now, when you tried to reach him.")
            )
        # sudo: bank.survey.followup.attempt - nobody makes attempts but by this method; access is checked above
        self.env["bank.survey.followup.attempt"].sudo().create(
            {
                "followup_id": self.id,
                "channel": channel,
                "is_reached": is_reached,
                "note": note,
                "attempted_at": at,
                "user_id": self.env.uid,
            }
        )
        if is_reached and self.state == "new":
            server = self._server()
            server.write({"state": "contacted", "contacted_at": at, "escalation_level": 0, "told_at": at})
            server.next_step_at = server._step_at(0)
            server._plan_activities()

    def _close(self, outcome, note, root_cause=None):
        """Close the loop.

        :raises UserError: ``[followup_done]``
        :raises ValidationError: ``[followup_incomplete]``: outcome, note, cause or contact are missing
        """
        self.ensure_one()
        self._check_open()
        self._check_can_close(outcome, note, root_cause)
        server = self._server()
        server.write(
            {
                "state": "closed",
                "closed_at": fields.Datetime.now(),
                "outcome": outcome,
                "note": self.env["bank.text.masking.mixin"]._mask_texts([note.strip()])[0],
                "root_cause_id": root_cause.id if root_cause else False,
                "next_step_at": False,
            }
        )
        server._end_activities()
        server._after_close()

    def _check_can_close(self, outcome, note, root_cause):
        missing = []
        if not outcome:
            missing.append(self.env._("Outcome"))
        if not (note or "").strip():
            missing.append(self.env._("What Was Found and Done"))
        if self.kind == "call" and not root_cause:
            missing.append(self.env._("Root Cause"))
        if missing:
            raise ValidationError(
                self.env._("[followup_incomplete] %(fields)s: needed to close a follow-up.", fields=", ".join(missing))
            )
        if outcome == "not_reached" and not self.attempt_ids:
            raise ValidationError(
                self.env._("[followup_incomplete] Attempts: record at least one attempt to reach the customer first.")
            )
        if outcome == "complaint" and not self.complaint_id:
            raise ValidationError(
                self.env._("[followup_incomplete] Complaint: make it a complaint first, then close the follow-up.")
            )
        if self.state == "new" and outcome not in WITHOUT_CONTACT:
            raise ValidationError(
                self.env._("[followup_incomplete] Contact: record the contact with the customer first.")
            )

    def _after_close(self):
        """What follows when loops are closed: the event of the customer; topics of the addon extend it.

        Where a manager is criticised there is no event: he reads the timeline of his customer.
        """
        self.env["bank.customer.event"]._record(
            "survey.followed_up",
            [
                {
                    "partner_id": followup.partner_id.id,
                    "source_model": followup._name,
                    "source_id": followup.id,
                    "occurred_at": followup.closed_at,
                    "payload": {"program": followup.program_id.code, "outcome": followup.outcome},
                }
                for followup in self
                if followup.partner_id and not followup.excluded_user_ids and not followup.is_confidential
            ],
        )

    def _cancel(self, reason):
        """Give follow-ups up.

        :raises UserError: ``[followup_done]``
        :raises ValidationError: no reason
        """
        self._check_open()
        if not (reason or "").strip():
            raise ValidationError(self.env._("Reason: write why there is nothing to follow up."))
        server = self._server()
        server.write({"state": "cancelled", "cancel_reason": reason.strip(), "next_step_at": False})
        server._end_activities()

    def _reassign(self, user):
        """Give follow-ups to another owner, who must be allowed to work on them.

        :raises UserError: ``[followup_done]``
        :raises ValidationError: ``[owner_not_allowed]``; it does not say why: who is criticised is not told
        """
        self._check_open()
        server = self._server()
        self.flush_recordset()
        allowed = user.active and not user.share and server.with_user(user)._may_be_owner()
        if not allowed:
            raise ValidationError(
                self.env._(
                    "[owner_not_allowed] Owner: %(user)s cannot work on this follow-up. Choose somebody else.",
                    user=user.name,
                )
            )
        server.write({"user_id": user.id, "told_at": False})
        server._plan_activities()
        server._wake_reminders()

    def _may_be_owner(self):
        """Tell whether the user of this environment could work on these as their owner."""
        user = self.env.user
        if not self.has_access("read") or not self.env["bank.survey.followup"].has_access("write"):
            return False
        confidential = any(followup.is_confidential for followup in self)
        return not confidential or user.has_group("bank_crm_survey.group_satisfaction_manager")

    def _server(self):
        # sudo: bank.survey.followup - the state changes by its methods alone, which check the user's right to write
        return self.sudo()._unguarded()

    # ------------------------------------------------------------------
    # Activities of the owner
    # ------------------------------------------------------------------

    def _plan_activities(self):
        """Make the owner's activity with the next deadline, in place of what there was before."""
        self._end_activities()
        call = self.env.ref("mail.mail_activity_data_call", raise_if_not_found=False)
        todo = self.env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
        model_id = self.env["ir.model"]._get_id(self._name)
        vals_list = []
        for followup in self.filtered("user_id"):
            kind = call if followup.state == "new" else todo
            vals_list.append(
                {
                    "res_model_id": model_id,
                    "res_id": followup.id,
                    "activity_type_id": kind.id if kind else False,
                    "user_id": followup.user_id.id,
                    "summary": followup._activity_summary(),
                    "date_deadline": followup._local_day(followup.due_at),
                    "automated": True,
                }
            )
        # The owner is told once for all of them (see _cron_remind), not by a message for each.
        quiet = {**SILENT, "mail_activity_quick_update": True}
        self.env["mail.activity"].with_context(**quiet).create(vals_list)

    def _activity_summary(self):
        """Return what to do in the language of the owner; it names nobody."""
        words = self.with_context(lang=self.user_id.lang or self.env.lang).env
        if self.kind == "thank":
            return words._("Thank the customer for his answer")
        if self.state == "new":
            return words._("Call the customer about his answer")
        return words._("Close the follow-up: cause and outcome")

    def _local_day(self, moment):
        tz = self.user_id.tz or self.company_id.resource_calendar_id.tz or "UTC"
        return fields.Datetime.context_timestamp(self.with_context(tz=tz), moment).date()

    def _end_activities(self):
        # sudo: mail.activity - done with the step of the follow-up itself
        self.sudo().activity_ids.with_context(**SILENT, mail_activity_quick_update=True).unlink()
