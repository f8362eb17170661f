from odoo import models
from odoo.tools import SQL


class SurveyUserInput(models.Model):
    """Customers' last scores follow their answers: when these are scored, taken back, or no longer count."""

    _inherit = "survey.user_input"

    def _write_bank_scores(self):
        result = super()._write_bank_scores()
        named = self.filtered(lambda answer: answer.partner_id and answer.bank_program_id.anonymity == "identified")
        named.partner_id._update_survey_figures()
        return result

    def _rewrite_counted(self, condition):
        result = super()._rewrite_counted(condition)
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT answer.partner_id FROM survey_user_input answer
                     JOIN bank_survey_program program ON program.id = answer.bank_program_id
                    WHERE answer.partner_id IS NOT NULL AND program.anonymity = 'identified' AND %s""",
                condition,
            )
        )
        # sudo: res.partner - figures that follow from the answers, whoever judged these
        self.env["res.partner"].sudo().browse(partner_id for (partner_id,) in rows)._update_survey_figures()
        return result
