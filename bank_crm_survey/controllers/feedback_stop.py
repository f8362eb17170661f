from werkzeug.exceptions import BadRequest

from odoo.http import request, route

from . import door
from .feedback import Feedback

# RFC 8058: what the mail program of the customer sends, without any session.
ONE_CLICK = ("List-Unsubscribe", "One-Click")


class FeedbackStop(Feedback):
    """The way out: no more of this survey, or of all."""

    @route("/feedback/<string:token>/stop", type="http", auth="public", website=True, multilang=False, sitemap=False,
           methods=["GET"])  # fmt: skip
    def stop(self, token, lang=None, **_params):
        """Ask what the customer does not want any more; nothing changes."""
        invitation = self._invitation(token)
        if not invitation:
            return door.wrong_link()
        return self._stop_page(invitation, token, lang)

    # Without the token against forged requests only where a mail program sends it; checked below in all other cases.
    @route("/feedback/<string:token>/stop", type="http", auth="public", website=True, multilang=False, sitemap=False,
           methods=["POST"], csrf=False)  # fmt: skip
    def stop_confirmed(self, token, lang=None, what=None, csrf_token=None, **post):
        """The customer declines; a mail program's one click means all surveys, as his mail says."""
        is_one_click = post.get(ONE_CLICK[0]) == ONE_CLICK[1]
        if not is_one_click and not request.validate_csrf(csrf_token):
            raise BadRequest("Session expired (invalid CSRF token)")
        invitation = self._invitation(token)
        if not invitation:
            return door.wrong_link()
        if not is_one_click and what not in ("this", "all"):
            return self._stop_page(invitation, token, lang)
        everything = is_one_click or what == "all"
        invitation._decline(everything=everything)
        if is_one_click:
            return request.make_response("", headers=list(door.HEADERS.items()))
        return self._stop_page(invitation, token, lang, done="all" if everything else "this")

    def _stop_page(self, invitation, token, lang, done=None):
        languages = invitation.survey_id._door_langs()
        lang_code = door.speak(lang or invitation.lang, languages)
        invitation = invitation.with_context(lang=lang_code)
        values = {
            **door.bank_values(invitation.company_id, languages, lang_code),
            "token": token,
            "survey": invitation.survey_id,
            "is_open": invitation._door_state() == "open",
            "done": done,
        }
        return door.page("bank_crm_survey.feedback_stop", values)
