import uuid

from odoo import SUPERUSER_ID, models
from odoo.tools import SQL


class SurveyUserInput(models.Model):
    """Making answers anonymous, for good: nothing that is left tells whose they are, times and logs included.

    Times of the answer are kept to the week, those of the invitation to the month, so that neither is found by the
    other.
    """

    _inherit = "survey.user_input"

    def write(self, vals):
        result = super().write(vals)
        if cut := self.filtered(lambda answer: answer.bank_is_anonymous and not answer.bank_invitation_id):
            cut._coarsen()  # the write has left its time and its user behind
        return result

    def _bank_anonymize(self):
        """Cut these answers from their customers and invitations. Their scores stay, without the customer."""
        if not self:
            return
        self.env.flush_all()
        invitations = self.bank_invitation_id
        self._forget_messages()
        programs = self.bank_program_id
        for program in programs:
            self.filtered(lambda answer, program=program: answer.bank_program_id == program)._forget_dims(program)
        for answer in self:
            super(SurveyUserInput, answer).write(
                {
                    "partner_id": False,
                    "email": False,
                    "nickname": False,
                    "lang_id": False,
                    "deadline": False,
                    "access_token": str(uuid.uuid4()),
                    "invite_token": False,
                    "bank_invitation_id": False,
                    "bank_manager_id": False,
                    "bank_value_class": False,
                    "bank_source_hash": False,
                    "bank_duplicate_of_id": False,
                    "bank_is_anonymous": True,
                }
            )
        invitations._forget_answer()
        self._coarsen()
        self._write_bank_scores()

    def _forget_dims(self, program):
        kept = {
            "bank_tier_id": program.keeps_tier,
            "bank_branch_id": program.keeps_branch,
            "bank_product_id": program.keeps_product,
        }
        vals = {name: False for name, keeps in kept.items() if not keeps}
        for wave, answers in self.grouped("bank_wave_id").items():
            more = {} if program._keeps_strata_of(wave) else {"bank_stratum_id": False, "bank_weight": 1.0}
            super(SurveyUserInput, answers).write({**vals, **more})

    def _forget_messages(self):
        # sudo: mail.message, mail.activity, mail.followers - nobody may keep what tells whose an answer was
        for name in ("mail.activity", "mail.followers"):
            self.env[name].sudo().search([("res_model", "=", self._name), ("res_id", "in", self.ids)]).unlink()
        messages = self.env["mail.message"].sudo()
        messages.search([("model", "=", self._name), ("res_id", "in", self.ids)]).unlink()
        self.env.flush_all()

    def _coarsen(self):
        """Take the times of these answers back to the week, and every trace of who was logged in."""
        self.env.flush_all()
        ids = self.ids
        self.env.execute_query(
            SQL(
                """UPDATE survey_user_input SET start_datetime = date_trunc('week', start_datetime),
                          end_datetime = date_trunc('week', end_datetime),
                          bank_answered_on = date_trunc('week', bank_answered_on)::date,
                          create_date = date_trunc('week', create_date), write_date = date_trunc('week', create_date),
                          create_uid = %(uid)s, write_uid = %(uid)s
                    WHERE id = ANY(%(ids)s) RETURNING 1""",
                uid=SUPERUSER_ID,
                ids=ids,
            )
        )
        self.env.execute_query(
            SQL(
                """UPDATE survey_user_input_line SET create_date = date_trunc('week', create_date),
                          write_date = date_trunc('week', create_date), create_uid = %(uid)s, write_uid = %(uid)s
                    WHERE user_input_id = ANY(%(ids)s) RETURNING 1""",
                uid=SUPERUSER_ID,
                ids=ids,
            )
        )
        self.invalidate_recordset(flush=False)
        self.user_input_line_ids.invalidate_recordset(flush=False)
