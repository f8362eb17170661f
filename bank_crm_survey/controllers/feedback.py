from odoo.exceptions import UserError
from odoo.http import Controller, request, route

from ..tools import door_nonce
from . import door


class Feedback(Controller):
    """The link of an invitation.

    Opening it shows a page and changes nothing: mail gateways and messengers open links before people do.  What a
    person does is sent by forms, with Odoo's token against forged requests and a nonce of a page that was open.
    """

    @route("/feedback/<string:token>", type="http", auth="public", website=True, multilang=False, sitemap=False,
           methods=["GET"])  # fmt: skip
    def feedback(self, token, lang=None, score=None, **_params):
        """The page that asks; ``score`` of a link in a mail is shown and proposed, never stored."""
        invitation = self._invitation(token)
        if not invitation:
            return door.wrong_link()
        return self._landing(invitation, token, lang, score)

    @route("/feedback/<string:token>/opened", type="http", auth="public", website=True, multilang=False,
           sitemap=False, methods=["POST"])  # fmt: skip
    def opened(self, token, **post):
        """The script of the page reports that a browser shows it."""
        invitation = self._invitation(token)
        if invitation and not door.is_scanner() and door_nonce.is_fresh(request.env, token, post.get("nonce")):
            invitation._mark_opened()
        return request.make_response("", headers=list(door.HEADERS.items()), status=204)

    @route("/feedback/<string:token>/start", type="http", auth="public", website=True, multilang=False,
           sitemap=False, methods=["POST"])  # fmt: skip
    def start(self, token, lang=None, score=None, **post):
        """Begin the answer, or go on with it: a second window gets the same one."""
        invitation = self._invitation(token)
        if not invitation:
            return door.wrong_link()
        if not door.is_sent_by_a_person(token, post):
            return self._landing(invitation, token, lang, score, is_again=True)
        if invitation._door_state() != "open" or self._is_refused(invitation):
            return self._landing(invitation, token, lang, score)
        lang_code = door.speak(lang or invitation.lang, invitation.survey_id._door_langs())
        try:
            with request.env.cr.savepoint():
                answer = invitation._start(assisted_by=self._assistant(invitation))
        except UserError:  # closed since the page was opened
            invitation.invalidate_recordset()
            return self._landing(invitation, token, lang, score)
        if answer.state != "done" and answer.lang_id.code != lang_code:
            answer.write({"lang_id": request.env["res.lang"]._get_data(code=lang_code).id})
        path = answer._door_url(lang_code, invitation.survey_id._door_score(score))
        response = request.redirect(path)
        response.headers.update(door.HEADERS)
        return response

    # ------------------------------------------------------------------

    def _invitation(self, token):
        """Return the invitation of a link as superuser; none for links that were never sent to anybody."""
        invitations = request.env["bank.survey.invitation"]
        if door.is_slowed_down():
            return invitations
        invitation = invitations._find_by_token(token)
        # sudo: bank.survey.invitation - the secret is the right
        return invitation if invitation and invitation._door_state() != "unknown" else invitations.sudo()

    def _assistant(self, invitation):
        """Return the member of staff who opened a customer's link, or None."""
        user = request.env.user
        return user if user._is_internal() and user.partner_id != invitation.partner_id else None

    def _is_refused(self, invitation):
        """Whether the visitor is a member of staff who must not answer for this customer."""
        assistant = self._assistant(invitation)
        return bool(assistant and invitation._refusal_of_staff(assistant))

    def _landing(self, invitation, token, lang, score, is_again=False):
        survey = invitation.survey_id
        languages = survey._door_langs()
        lang_code = door.speak(lang or invitation.lang, languages)
        invitation = invitation.with_context(lang=lang_code)
        values = {"token": token, "lang_code": lang_code}
        state = invitation._door_state()
        if state != "open":
            return door.notice(state, invitation.company_id, languages, **values)
        if self._is_refused(invitation):
            return door.notice("staff", invitation.company_id, languages, **values)
        survey, program = invitation.survey_id, invitation.program_id
        values |= {
            **door.bank_values(invitation.company_id, languages, lang_code),
            "survey": survey,
            "program": program,
            # No name above the promise that nobody will know it.
            "customer": "" if program.anonymity == "anonymous" else invitation.partner_id.name,
            "minutes": survey._door_minutes(),
            "open_until": invitation._open_until(),
            "anonymity_words": program._anonymity_words(),
            "score": survey._door_score(score),
            "main_question": survey._bank_main_question(),
            "is_begun": invitation.state in ("started", "partial"),
            "is_assisted": bool(self._assistant(invitation)),
            "is_again": is_again,
            "nonce": door.nonce(token),
        }
        return door.page("bank_crm_survey.feedback_landing", values)
