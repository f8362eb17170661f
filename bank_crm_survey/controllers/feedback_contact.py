from odoo.http import Controller, request, route

from odoo.addons.bank_crm.tools.public_input import clean_text

from ..tools import attempts, door_nonce
from . import door

LONGEST_NAME, LONGEST_CONTACT, LONGEST_MESSAGE = 120, 120, 2000
MOST_WISHES = 20
HOUR = 3600


class FeedbackContact(Controller):
    """A wish to be called back behind an answer without a name: a page of its own that knows nothing of the answer."""

    @route("/feedback/contact/<int:program_id>/<string:nonce>", type="http", auth="public", website=True,
           multilang=False, sitemap=False, methods=["GET"])  # fmt: skip
    def contact(self, program_id, nonce, lang=None, **_params):
        program = self._program(program_id, nonce)
        return self._page(program, nonce, lang) if program else door.wrong_link()

    @route("/feedback/contact/<int:program_id>/<string:nonce>", type="http", auth="public", website=True,
           multilang=False, sitemap=False, methods=["POST"])  # fmt: skip
    def contact_sent(self, program_id, nonce, lang=None, **post):
        program = self._program(program_id, nonce)
        if not program:
            return door.wrong_link()
        if attempts.count("contact", request.httprequest.remote_addr) > MOST_WISHES:
            return door.notice("too_often", program.company_id)
        given = {
            "name": self._line(post.get("name"), LONGEST_NAME),
            "contact": self._line(post.get("contact"), LONGEST_CONTACT),
            "message": clean_text(post.get("message"))[:LONGEST_MESSAGE],
        }
        is_complete = bool(given["name"] and given["contact"])
        if not is_complete or post.get("website"):
            return self._page(program, nonce, lang, given=given, is_incomplete=not is_complete)
        request.env["bank.survey.contact.request"]._leave(program, **given)
        return self._page(program, nonce, lang, done=True)

    def _program(self, program_id, nonce):
        # sudo: bank.survey.program - the nonce of the thank-you page names it
        programs = request.env["bank.survey.program"].sudo()
        if not door_nonce.is_fresh(request.env, f"contact {program_id}", nonce, min_age=0, max_age=HOUR):
            return programs
        return programs.browse(program_id).exists()

    def _line(self, text, limit):
        return " ".join(clean_text(text).split())[:limit]

    def _page(self, program, nonce, lang, given=None, is_incomplete=False, done=False):
        languages = program.survey_id._door_langs()
        lang_code = door.speak(lang, languages)
        values = {
            **door.bank_values(program.company_id, languages, lang_code),
            "path": f"/feedback/contact/{program.id}/{nonce}",
            "given": given or {},
            "is_incomplete": is_incomplete,
            "done": done,
        }
        return door.page("bank_crm_survey.feedback_contact", values)
