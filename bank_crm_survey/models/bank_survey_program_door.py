from odoo import models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# What each mode means for the customer, in his words.
ANONYMITY_WORDS = {
    "identified": _lt(
        "Your answers are stored with your name. The people who look after you at the bank see them, so that they can "
        "do better and call you back if something went wrong."
    ),
    "confidential": _lt(
        "Your answers are stored with your name, but the people who look after you do not see them. Only the small "
        "team for customer satisfaction knows who said what."
    ),
    "anonymous": _lt(
        "Your answers are anonymous. We store them without your name, and nobody can find out later who gave them, "
        "not even we."
    ),
}


class BankSurveyProgram(models.Model):
    """What a customer is told before he answers."""

    _inherit = "bank.survey.program"

    def _anonymity_words(self):
        """Return what becomes of the answers, in plain words."""
        self.ensure_one()
        return self.env._(ANONYMITY_WORDS[self.anonymity])  # pylint: disable=prefer-env-translation

    def _nameless_words(self):
        """Return what becomes of answers by a QR code, where nobody says who he is."""
        self.ensure_one()
        return self.env._(ANONYMITY_WORDS["anonymous"])  # pylint: disable=prefer-env-translation
