import uuid
from datetime import timedelta

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .bank_survey_invitation import GRACE, OPEN_STATES

# States that the first opening of the questionnaire ends; one that was broken off stays so until it is completed.
UNBEGUN_STATES = ("queued", "sent")


class BankSurveyInvitation(models.Model):
    """Beginning to answer: one answer for each invitation, whoever opens it how often, in how many windows."""

    _inherit = "bank.survey.invitation"

    def _start(self, channel=None, assisted_by=None):
        """Return the answer of this invitation (``survey.user_input`` as superuser), in progress.

        The invitation is locked: of two callers at once the second waits, is tried again and finds the answer of the
        first.

        :param channel: by which way it is answered, if by another one than it was sent
        :param assisted_by: ``res.users`` who enters the answer for the customer
        :raises UserError: ``[invitation_closed]``
        """
        self.ensure_one()
        # sudo: bank.survey.invitation - callers have checked the link, the log-in or the member of staff
        invitation = self.sudo()
        invitation._lock()
        answer = invitation.user_input_ids
        invitation._check_open(answer)
        if answer:
            answer.write(invitation._restart_vals(answer, channel, assisted_by))
        else:
            answer = invitation._make_answer(channel, assisted_by)
        if invitation.state in UNBEGUN_STATES:
            now = fields.Datetime.now()
            invitation.write(
                {
                    "state": "started",
                    "opened_at": invitation.opened_at or now,
                    "started_at": invitation.started_at or now,
                }
            )
        return answer

    def _lock(self):
        """Lock these invitations and read them anew: what is decided about them is decided by one at a time."""
        self.flush_model()
        self.env.execute_query(
            SQL("SELECT id FROM bank_survey_invitation WHERE id = ANY(%s) ORDER BY id FOR UPDATE", self.ids)
        )
        self.invalidate_recordset()

    def _is_open(self):
        """Whether the invitation can still be answered, apart from an answer that may be there already."""
        self.ensure_one()
        is_in_time = not self.expires_at or self._closes_at() > fields.Datetime.now()
        return self.state in OPEN_STATES and is_in_time and self._is_occasion_open()

    def _is_occasion_open(self):
        """Whether wave and questionnaire still take answers."""
        self.ensure_one()
        wave = self.wave_id
        today = self.env["bank.run"].with_company(self.company_id)._today()
        is_wave_open = wave.state != "closed" and (not wave.closes_on or wave.closes_on >= today)
        return is_wave_open and self.survey_id.active

    def _closes_at(self):
        """Return when the questions close, naive UTC or False; whoever is answering has a day more."""
        self.ensure_one()
        return self._answer_deadline() if self.state == "started" else self.expires_at

    def _answer_deadline(self):
        """Return until when an answer that was begun can be sent off, naive UTC or False."""
        self.ensure_one()
        return self.expires_at and self.expires_at + GRACE

    def _reopened_until(self):
        """Return until when an answer that is opened again can be corrected: as long as a new invitation at least."""
        until = fields.Datetime.now() + timedelta(days=self.program_id.expires_days)
        return max(until, self.expires_at) if self.expires_at else False

    def _check_open(self, answer):
        """:raises UserError: ``[invitation_closed]``"""
        if not self._is_open() or answer.state == "done":
            raise UserError(
                self.env._("[invitation_closed] Invitation: it is closed. It was answered, ran out or was withdrawn.")
            )

    def _restart_vals(self, answer, channel, assisted_by):
        """Return what changes when an answer is gone on with, by the customer or by staff.

        As long as nothing was entered, it is the answer of whoever opens it now, and the page that the other one has
        open is of no use any more.
        """
        vals = {"deadline": self._answer_deadline()}
        if bool(assisted_by) == bool(answer.bank_assisted_by_id):
            return vals
        if assisted_by:
            vals["bank_assisted_by_id"] = assisted_by.id
        if not answer.user_input_line_ids:
            vals |= {
                "bank_assisted_by_id": assisted_by.id if assisted_by else False,
                "bank_channel": channel or self.channel,
                "access_token": str(uuid.uuid4()),
            }
        return vals

    def _make_answer(self, channel, assisted_by):
        anonymous = self.program_id.anonymity == "anonymous"
        answers = self.env["survey.user_input"]
        if anonymous:
            # sudo: survey.user_input - who was logged in is not kept on an anonymous answer
            answers = answers.with_user(SUPERUSER_ID).sudo()
        answer = answers._create_bank_answer(
            {
                "survey_id": self.survey_id.id,
                "deadline": self._answer_deadline(),
                "bank_invitation_id": self.id,
                "bank_channel": channel or self.channel,
                "bank_assisted_by_id": assisted_by.id if assisted_by else False,
                **(self._anonymous_vals() if anonymous else self._customer_vals()),
                **self._occasion_vals(),
            }
        )
        self.invalidate_recordset(["user_input_ids"])
        return answer.with_env(self.env)

    def _customer_vals(self):
        """Return what an answer keeps of the customer as he was when he was drawn."""
        partner = self.partner_id
        # sudo: res.lang - public page
        lang = self.env["res.lang"].sudo().search([("code", "=", self.lang)], limit=1) if self.lang else None
        return {
            "partner_id": partner.id,
            "email": partner.email,
            "nickname": partner.name,
            "lang_id": lang.id if lang else False,
            "bank_tier_id": self.tier_id.id,
            "bank_branch_id": self.branch_id.id,
            "bank_manager_id": self.manager_id.id,
            "bank_value_class": self.value_class,
            "bank_product_id": self.product_id.id,
        }

    def _anonymous_vals(self):
        """Return what an anonymous answer keeps: what its programme says it keeps."""
        program = self.program_id
        return {
            "partner_id": False,
            "email": False,
            "nickname": False,
            "bank_tier_id": program.keeps_tier and self.tier_id.id,
            "bank_branch_id": program.keeps_branch and self.branch_id.id,
            "bank_product_id": program.keeps_product and self.product_id.id,
        }

    def _occasion_vals(self):
        keeps_stratum = self.program_id.anonymity != "anonymous" or self.program_id._keeps_strata_of(self.wave_id)
        return {
            "bank_program_id": self.program_id.id,
            "bank_wave_id": self.wave_id.id,
            "bank_stratum_id": keeps_stratum and self.stratum_id.id,
            "bank_weight": self.weight if keeps_stratum else 1.0,
        }
