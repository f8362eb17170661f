from odoo import api, fields, models

from .bank_survey_invitation import GRACE, OPEN_STATES

BATCH = 2000


class BankSurveyInvitation(models.Model):
    """Invitations run out.  An answer that was begun gets a day more; what becomes of it is a matter of answers."""

    _inherit = "bank.survey.invitation"

    @api.model
    def _cron_expire(self):
        """Close what has run out; called again by the scheduler until nothing has."""
        now = fields.Datetime.now()
        domain = [
            "|",
            "&",
            ("state", "in", ("queued", "sent")),
            ("expires_at", "<=", now),
            "&",
            ("state", "=", "started"),
            ("expires_at", "<=", now - GRACE),
        ]
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=self.search_count(domain))
        while batch := self.search(domain, limit=BATCH, order="expires_at, id"):
            # Somebody is answering right now: his invitation is left to the next run.
            locked = batch.try_lock_for_update()
            locked.filtered_domain(domain).write({"state": "expired", "next_reminder_at": False})
            if not commit_progress(len(locked)) or len(locked) < len(batch):
                break
        self._end_finished_calls()
        self._delete_stale_mails()
        commit_progress(remaining=0)

    @api.model
    def _end_finished_calls(self):
        """Take away the tasks of calls whose invitations were closed by a statement over many."""
        self.search([("call_activity_id", "!=", False), ("state", "not in", OPEN_STATES)], limit=BATCH)._end_calls()

    @api.model
    def _delete_stale_mails(self):
        """Delete mails that lead to closed invitations: they hold the secret of a link, and nobody needs them."""
        # sudo: mail.mail - the server's own rows
        mails = self.env["mail.mail"].sudo()
        stuck = mails.search(
            [("model", "=", self._name), ("state", "in", ("outgoing", "exception", "cancel"))], limit=BATCH
        )
        # sudo: bank.survey.invitation - the server's own job
        open_ids = set(self.sudo().search([("id", "in", stuck.mapped("res_id")), ("state", "in", OPEN_STATES)]).ids)
        stuck.filtered(lambda mail: mail.res_id not in open_ids).unlink()
