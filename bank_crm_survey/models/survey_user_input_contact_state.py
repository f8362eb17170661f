from odoo import fields, models


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    def _after_bank_answers(self):
        """Keep when customers answered: contact rules leave them in peace for a while."""
        result = super()._after_bank_answers()
        answers = self.filtered("partner_id")
        # sudo: bank.survey.contact.state - led by server code alone
        states = self.env["bank.survey.contact.state"].sudo()
        states._note_answers(answers.partner_id.ids, fields.Datetime.now())
        return result
