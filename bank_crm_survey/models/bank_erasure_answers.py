from odoo import api, models
from odoo.tools import SQL

# Words that are the figures' and name nobody.
KEPT = {
    "bank.survey.score": {"metric_code", "channel", "lang", "value_class"},
    "bank.survey.invitation": {"lang", "value_class", "suppress_reason", "touchpoint_ref"},
    "survey.user_input": {"bank_value_class"},
}


class BankErasure(models.AbstractModel):
    """Of an erased customer's answers the words go and the scores stay, without him."""

    _inherit = "bank.erasure"

    @api.model
    def _erase_steps(self, subjects):
        # sudo: survey.user_input - answers of the erased customer get new secrets, whoever may see them
        answers = self.env["survey.user_input"].sudo()
        found = answers.search([("partner_id", "in", subjects.ids), ("bank_program_id", "!=", False)])
        steps = super()._erase_steps(subjects)
        found._forget_tokens()  # the blanked ones could be guessed
        scores = self.env.execute_query(
            SQL("UPDATE bank_survey_score SET partner_id = NULL WHERE partner_id = ANY(%s) RETURNING id", subjects.ids)
        )
        self.env.invalidate_all(flush=False)
        if scores:
            steps.append(self._step("bank.survey.score", "anonymised", len(scores), ["partner_id"]))
        return steps

    @api.model
    def _blank(self, records, kept, whole=False):
        return super()._blank(records, kept | KEPT.get(records._name, set()), whole=whole)
