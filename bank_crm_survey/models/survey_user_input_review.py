from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class SurveyUserInput(models.Model):
    """What satisfaction managers decide about an answer: it counts, it does not, or it is opened again."""

    _inherit = "survey.user_input"

    bank_reopening_ids = fields.One2many(
        comodel_name="bank.survey.reopening", inverse_name="user_input_id", string="Opened Again"
    )
    bank_may_reopen = fields.Boolean(compute="_compute_bank_may_reopen", export_string_translation=False)

    @api.model
    def _check_may_judge(self):
        """:raises AccessError: ``[not_for_you]``"""
        if not self.env.su and not self.env.user.has_group("bank_crm_survey.group_satisfaction_manager"):
            raise AccessError(
                self.env._("[not_for_you] Answers are counted, set aside and opened again by satisfaction managers.")
            )

    def _for_decision(self):
        """Return these answers as superuser, if the user may decide about them.

        :raises AccessError: ``[not_for_you]``
        :raises UserError: ``[not_answered]``
        """
        self._check_may_judge()
        self.check_access("read")
        # sudo: survey.user_input - nobody writes answers; the role decides about those that he may see
        answers = self.sudo()
        if answers.filtered(lambda answer: not answer._is_bank_answer() or not answer.bank_disposition):
            raise UserError(self.env._("[not_answered] Answer: it is not finished yet, or only a test."))
        return answers

    def _decide(self, counts, reason):
        """Count these answers or set them aside, for good, with a reason."""
        answers = self._for_decision()
        before = answers.filtered("bank_kpi_ok")
        answers.write({"bank_kpi_ok": counts, "bank_reviewed_by_id": self.env.uid})
        if not counts:
            answers.filtered(lambda answer: not answer.bank_suspect_reason).write({"bank_suspect_reason": "set_aside"})
        self.env.flush_all()
        answers._rewrite_counted(SQL("answer.id = ANY(%s)", answers.ids))
        answers._note_decision(self.env._("Counted") if counts else self.env._("Set aside"), reason)
        if counts:
            # What was set aside was not followed up.
            named = (answers - before).filtered(lambda answer: not answer.bank_is_anonymous)
            named._after_bank_answers()

    def _note_decision(self, heading, reason):
        """Write a decision into the history of these answers; that of an anonymous one names nobody anyway."""
        reason = self.env["bank.text.masking.mixin"]._mask_texts([reason])[0]
        body = Markup("<b>%s</b><br/>%s") % (heading, reason)
        self._message_log_batch(bodies=dict.fromkeys(self.ids, body), author_id=self.env.user.partner_id.id)

    def _reopen(self, reason):
        """Open a finished answer again, so that the customer or staff may correct it; its scores are withdrawn.

        :raises UserError: ``[anonymous_survey]``, ``[not_answered]``, ``[invitation_closed]``
        """
        self.ensure_one()
        answer = self._for_decision()
        if answer._is_nobodys():
            raise UserError(
                self.env._("[anonymous_survey] Answer: it is anonymous, so nobody can be asked to correct it.")
            )
        if answer.state != "done":
            raise UserError(self.env._("[not_answered] Answer: it is not finished yet, or only a test."))
        if not answer.bank_invitation_id._is_occasion_open():
            raise UserError(
                self.env._(
                    "[invitation_closed] Answer: its wave is over or its questionnaire is archived, so nobody could "
                    "send it off again and its scores would be lost. Set it aside if it is wrong."
                )
            )
        reason = self.env["bank.text.masking.mixin"]._mask_texts([reason])[0]
        # sudo: bank.survey.reopening - rows are made by this method alone
        self.env["bank.survey.reopening"].sudo().create(
            [
                {
                    "user_input_id": answer.id,
                    "user_id": self.env.uid,
                    "reason": reason,
                    "snapshot": answer._bank_snapshot(),
                    "answered_at": answer.end_datetime,
                }
            ]
        )
        answer.write(
            {
                "state": "in_progress",
                "end_datetime": False,
                "bank_disposition": False,
                "bank_reviewed_by_id": False,
                "last_displayed_page_id": False,
            }
        )
        answer._write_bank_scores()
        answer._recheck_other_answers()
        invitation = answer.bank_invitation_id
        invitation.write({"state": "started", "completed_at": False, "expires_at": invitation._reopened_until()})
        answer.write({"deadline": invitation._answer_deadline()})
        answer._note_decision(self.env._("Opened again"), reason)

    def _is_nobodys(self):
        """Whether there is no customer who could be asked about this answer."""
        self.ensure_one()
        is_nameless = not self.partner_id or not self.bank_invitation_id
        return is_nameless or self.bank_is_anonymous or self.bank_program_id.anonymity == "anonymous"

    @api.depends("state", "partner_id", "bank_invitation_id", "bank_is_anonymous")
    def _compute_bank_may_reopen(self):
        for answer in self:
            # sudo: bank.survey.invitation - whether its wave is over, of an answer that the user sees
            invitation = answer.sudo().bank_invitation_id
            is_finished = answer.state == "done" and not answer.test_entry
            answer.bank_may_reopen = is_finished and not answer._is_nobodys() and invitation._is_occasion_open()

    def action_count_it(self):
        """Ask for the reason why these answers count after all."""
        return self._open_review("count")

    def action_set_aside(self):
        """Ask for the reason why these answers do not count."""
        return self._open_review("set_aside")

    def action_reopen(self):
        """Ask for the reason why this answer is opened again."""
        self.ensure_one()
        return self._open_review("reopen")

    def _open_review(self, decision):
        self._for_decision()
        model = "bank.survey.reopen" if decision == "reopen" else "bank.survey.review"
        context = {"default_user_input_ids": self.ids, "default_decision": decision}
        if decision == "reopen":
            context = {"default_user_input_id": self.id}
        return {
            "type": "ir.actions.act_window",
            "name": self.env["ir.model"]._get(model).name,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": context,
        }

    def _bank_snapshot(self):
        """Return what was answered, as JSON."""
        return [
            {
                "question": line.question_id.title,
                "metric_code": line.question_id.bank_metric_code or None,
                "value": None if line.skipped else line._bank_whole_value(),
                "score": line.bank_score if line.bank_bucket else None,
            }
            for line in self.user_input_line_ids
        ]
