from odoo import SUPERUSER_ID, api, models
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

    def _bank_anonymize(self, keeps_dims=False):
        """Cut these answers from their customers and invitations. Their scores stay, without the customer.

        :param keeps_dims: scores stay what they are, for figures of the past; else the answers keep only what their
            programme says anonymous ones keep
        """
        if not self:
            return
        self.env.flush_all()
        invitations, partners = self.bank_invitation_id, self.partner_id
        self._forget_messages()
        self._forget_references()
        self._keep_what_counts()
        if not keeps_dims:
            self._forget_dims()
        self.write(self._anonymous_vals())
        self._forget_tokens()
        invitations._forget_answer()
        self._coarsen_lines()
        if keeps_dims:
            self._forget_customers_of_scores()
            partners._update_survey_figures()
        else:
            self._write_bank_scores()

    @api.model
    def _anonymous_vals(self):
        return {
            "partner_id": False,
            "email": False,
            "nickname": False,
            "deadline": False,
            "invite_token": False,
            "bank_invitation_id": False,
            "bank_duplicate_of_id": False,
            "bank_assisted_by_id": False,
            "bank_is_anonymous": True,
        }

    def _forget_tokens(self):
        """Give these answers new secrets: whoever knows the old ones finds nothing."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                "UPDATE survey_user_input SET access_token = gen_random_uuid()::text WHERE id = ANY(%s) RETURNING 1",
                self.ids,
            )
        )
        self.invalidate_recordset(["access_token"], flush=False)

    def _keep_what_counts(self):
        """Let what does not count stay so, though what it follows from goes: the first answer, the staff."""
        followers = self.search([("bank_duplicate_of_id", "in", self.ids)])
        duplicates = self.filtered("bank_duplicate_of_id") | followers
        assisted = self.filtered(
            lambda answer: answer.bank_assisted_by_id and not answer.bank_program_id.count_assisted
        )
        for reason, answers in (("duplicate", duplicates), ("assisted", assisted - duplicates)):
            answers.filtered("bank_kpi_ok").write(
                {"bank_kpi_ok": False, "bank_suspect_reason": reason, "bank_reviewed_by_id": SUPERUSER_ID}
            )
        followers.write({"bank_duplicate_of_id": False})

    def _forget_customers_of_scores(self):
        # sudo: bank.survey.score - rows are led by server code alone
        self.env["bank.survey.score"].sudo().search([("user_input_id", "in", self.ids)]).write({"partner_id": False})

    def _forget_references(self):
        """Events of customers that name these answers name them no more, nor the moment, which scores lead to."""
        if partners := self.partner_id:
            self.env.execute_query(
                SQL(
                    """UPDATE bank_customer_event
                          SET source_model = NULL, source_id = NULL, payload = payload - 'id',
                              occurred_at = date_trunc('month', occurred_at),
                              create_date = date_trunc('month', create_date),
                              write_date = date_trunc('month', write_date)
                        WHERE partner_id = ANY(%s) AND source_model = %s AND source_id = ANY(%s) RETURNING 1""",
                    partners.ids,
                    self._name,
                    self.ids,
                )
            )
            self.env["bank.customer.event"].invalidate_model(flush=False)
        # sudo: bank.survey.reopening - what was answered before leads to nobody either, and needs no copy
        self.env["bank.survey.reopening"].sudo()._unsealed().search([("user_input_id", "in", self.ids)]).unlink()

    def _forget_dims(self):
        for (program, wave), answers in self.grouped(
            lambda answer: (answer.bank_program_id, answer.bank_wave_id)
        ).items():
            kept = {
                "bank_tier_id": program.keeps_tier,
                "bank_branch_id": program.keeps_branch,
                "bank_point_id": program.keeps_branch,
                "bank_product_id": program.keeps_product,
                "bank_stratum_id": program._keeps_strata_of(wave),
            }
            vals = {name: False for name, keeps in kept.items() if not keeps}
            if not kept["bank_stratum_id"]:
                vals["bank_weight"] = 1.0
            answers.write(
                {**vals, "bank_manager_id": False, "bank_value_class": False, "lang_id": False}
            )

    def _forget_messages(self):
        for name in ("mail.activity", "mail.followers"):
            # sudo: mail.activity, mail.followers - nobody may keep what tells whose an answer was
            self.env[name].sudo().search([("res_model", "=", self._name), ("res_id", "in", self.ids)]).unlink()
        # sudo: mail.message - likewise
        messages = self.env["mail.message"].sudo()
        messages.search([("model", "=", self._name), ("res_id", "in", self.ids)]).unlink()
        self.env.flush_all()

    def _coarsen_lines(self):
        """Take the times of what was answered back to the week, and every trace of who was logged in."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """UPDATE survey_user_input_line SET create_date = date_trunc('week', create_date),
                          write_date = date_trunc('week', create_date), create_uid = %(uid)s, write_uid = %(uid)s
                    WHERE user_input_id = ANY(%(ids)s) RETURNING 1""",
                uid=SUPERUSER_ID,
                ids=self.ids,
            )
        )
        self.user_input_line_ids.invalidate_recordset(flush=False)

    def _coarsen(self):
        """Take the times of these answers back to the week, and every trace of who was logged in."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """UPDATE survey_user_input SET start_datetime = date_trunc('week', start_datetime),
                          end_datetime = date_trunc('week', end_datetime),
                          bank_answered_on = date_trunc('week', bank_answered_on)::date,
                          create_date = date_trunc('week', create_date), write_date = date_trunc('week', create_date),
                          create_uid = %(uid)s, write_uid = %(uid)s
                    WHERE id = ANY(%(ids)s) RETURNING 1""",
                uid=SUPERUSER_ID,
                ids=self.ids,
            )
        )
        self.invalidate_recordset(flush=False)
