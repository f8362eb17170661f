from odoo import fields, models


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    def _after_bank_answers(self):
        """Keep when customers answered: contact rules leave them in peace for a while.

        Whoever broke off before the main question has not answered.
        """
        result = super()._after_bank_answers()
        times = {}
        for answer in self.filtered(lambda answer: answer.partner_id and answer.bank_disposition != "break_off"):
            partner_id, at = answer.partner_id.id, answer._bank_last_entry_at()
            times[partner_id] = max(times.get(partner_id, at), at)
        # sudo: bank.survey.contact.state - led by server code alone
        self.env["bank.survey.contact.state"].sudo()._note_answers(times)
        return result

    def _bank_last_entry_at(self):
        """Return when the customer answered last: when he sent it off, else when he left it."""
        self.ensure_one()
        entries = [line.write_date for line in self.user_input_line_ids if line.write_date]
        return self.end_datetime or max(entries, default=fields.Datetime.now())
