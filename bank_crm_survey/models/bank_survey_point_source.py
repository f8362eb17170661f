from odoo import models
from odoo.http import request


class BankSurveyPoint(models.Model):
    """Answers at a QR point note a digest of the device, so that many answers of one device are found."""

    _inherit = "bank.survey.point"

    def _start(self, lang_code=None):
        answer = super()._start(lang_code)
        if request:
            answer._bank_note_source(request.httprequest.remote_addr)
        return answer
