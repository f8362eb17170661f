from odoo import api, fields, models
from odoo.tools import SQL

from .bank_survey_followup import OPEN_STATES

AT_ONCE = 200


class BankSurveyFollowup(models.Model):
    """Owners are told of new follow-ups, and higher places of those that wait, in one message for each recipient."""

    _inherit = "bank.survey.followup"

    @api.model
    def _wake_reminders(self):
        """Let the scheduler tell owners soon; a customer who just answered does not wait for it."""
        cron = self.env.ref("bank_crm_survey.ir_cron_bank_survey_followups", raise_if_not_found=False)
        if cron:
            cron._trigger()

    @api.model
    def _cron_remind(self):
        """Hand on what lost its owner, tell owners of new follow-ups, then take the steps of the escalation."""
        progress = self.env["ir.cron"]._commit_progress
        self._hand_on_moved()
        progress()
        while new := self.search([("told_at", "=", False), ("state", "in", OPEN_STATES)], limit=AT_ONCE):
            new._tell_owners()
            if not progress(len(new)):
                return
        while late := self.search([("next_step_at", "<=", fields.Datetime.now())], limit=AT_ONCE):
            late._take_step()
            if not progress(len(late)):
                return

    def _tell_owners(self):
        for user, followups in self.grouped("user_id").items():
            if user:
                followups._tell(user, is_late=False)
        self._unguarded().write({"told_at": fields.Datetime.now()})

    def _take_step(self):
        """Tell whom the step of the escalation names; one message for each recipient."""
        by_user = {}
        managers = self.env["bank.survey.program"]._satisfaction_managers()
        for followup in self:
            steps = followup._steps()
            level = followup.escalation_level
            step = steps[level] if level < len(steps) else None
            if step and (user := followup._recipient(step.recipient, managers)):
                by_user[user] = by_user.get(user, self.browse()) | followup
            followup._unguarded().write({"escalation_level": level + 1, "next_step_at": followup._step_at(level + 1)})
        for user, followups in by_user.items():
            followups._tell(user, is_late=True)

    def _recipient(self, recipient, managers):
        """Return whom a step tells: never who is criticised; of confidential answers satisfaction managers alone."""
        self.ensure_one()
        user = self.env["res.users"]
        if not self.is_confidential and recipient == "owner":
            user = self.user_id
        elif not self.is_confidential and recipient == "branch_manager":
            user = self._branch_manager(self.partner_id.branch_id or self.branch_id)
        if not user.active or user in self.excluded_user_ids:
            user = self.program_id._loop_manager(self.excluded_user_ids, managers)
        return user

    def _steps(self):
        """Return the steps of the rule in the order in which they are reached."""
        begin, due = self._stretch()
        return self.rule_id.step_ids.sorted(lambda step: (step._reached_at(begin, due), step.id))

    def _stretch(self):
        """Return ``(begin, deadline)`` of the deadline that runs."""
        if self.state == "new" and self.contact_due_at:
            return self.answered_at, self.contact_due_at
        return self.contacted_at or self.answered_at, self.close_due_at

    def _step_at(self, level):
        """Return when the step of the escalation of this level (from 0) is reached, False without one."""
        self.ensure_one()
        steps = self._steps()
        return steps[level]._reached_at(*self._stretch()).replace(microsecond=0) if level < len(steps) else False

    def _tell(self, user, is_late):
        """Send one message about these to ``user``; it names no customer."""
        words = self.with_context(lang=user.lang or self.env.lang, tz=user.tz or "UTC")
        count = len(self)
        if is_late:
            subject = words.env._("Follow-ups that wait: %(count)s", count=count)
        else:
            subject = words.env._("New follow-ups for you: %(count)s", count=count)
        self.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            subject=subject,
            body=words.env["ir.qweb"]._render(
                "bank_crm_survey.bank_survey_followup_message",
                {"followups": words.sorted("due_at"), "is_late": is_late, "base_url": self[:1].get_base_url()},
            ),
            email_layout_xmlid="mail.mail_notification_light",
        )

    @api.model
    def _hand_on_moved(self):
        """Open follow-ups go with the customer: to his new relationship manager, or past an owner who left."""
        managers = self.env["bank.survey.program"]._satisfaction_managers()
        for followup in self._moved():
            owner, customer = followup.user_id, followup.partner_id
            new_owner = followup._choose_owner(
                "manager",
                owner.browse(),
                customer.relationship_manager_id,
                customer.branch_id or followup.branch_id,
                followup.excluded_user_ids,
                lambda followup=followup: followup.program_id._loop_manager(followup.excluded_user_ids, managers),
            )
            if new_owner and new_owner != owner:
                followup._unguarded().write({"user_id": new_owner.id, "told_at": False})
                followup._plan_activities()

    @api.model
    def _moved(self):
        """Return the open follow-ups whose owner left, or was the manager of a customer who has another one now."""
        self.flush_model()
        self.env["res.partner"].flush_model(["relationship_manager_id"])
        self.env["res.users"].flush_model(["active"])
        rows = self.env.execute_query(
            SQL(
                """SELECT followup.id
                     FROM bank_survey_followup AS followup
                     JOIN bank_survey_followup_rule AS rule ON rule.id = followup.rule_id
                     JOIN res_users AS owner ON owner.id = followup.user_id
                     JOIN res_partner AS customer ON customer.id = followup.partner_id
                    WHERE followup.state IN %s AND followup.is_confidential IS NOT TRUE
                      AND (owner.active IS NOT TRUE
                           OR rule.owner_policy = 'manager' AND followup.user_id = followup.manager_id
                              AND customer.relationship_manager_id IS DISTINCT FROM followup.user_id)
                    ORDER BY followup.id
                    LIMIT %s""",
                OPEN_STATES,
                AT_ONCE,
            )
        )
        return self.browse(row[0] for row in rows)
