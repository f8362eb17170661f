from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..models.bank_survey_invitation import OPEN_STATES

LARGEST_PAGE = 2**31 - 1


class SurveyPortal(CustomerPortal):
    """The customer's own surveys in the portal: what he can answer, and when he answered."""

    _surveys_per_page = 20

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "bank_survey_count" in counters:
            values["bank_survey_count"] = len(self._open_invitations())
        return values

    def _own_invitations(self):
        # sudo: bank.survey.invitation - portal users have no right to the model; the domain keeps to the visitor
        return request.env["bank.survey.invitation"].sudo()

    def _own_domain(self):
        return Domain("partner_id", "=", request.env.user.partner_id.id)

    def _open_invitations(self):
        """Return the visitor's invitations that he can answer: sent in any way, or waiting for him in the portal."""
        domain = self._own_domain() & Domain("state", "in", OPEN_STATES)
        domain &= Domain("sent_at", "!=", False) | Domain("channel", "=", "portal")
        found = self._own_invitations().search(domain, order="expires_at, id", limit=100)
        return found.filtered(lambda invitation: invitation._door_state() == "open")

    @route(["/my/surveys", "/my/surveys/page/<int:page>"], type="http", auth="user", website=True, methods=["GET"])
    def portal_my_surveys(self, page=1, **_params):
        """The list; of surveys that were answered the day alone."""
        domain = self._own_domain() & Domain("state", "=", "completed")
        invitations = self._own_invitations()
        total = invitations.search_count(domain)
        pages = pager(url="/my/surveys", total=total, page=min(page, LARGEST_PAGE), step=self._surveys_per_page)
        answered = invitations.search(
            domain, order="completed_at desc, id desc", limit=self._surveys_per_page, offset=pages["offset"]
        )
        values = {
            **self._prepare_portal_layout_values(),
            "open_invitations": self._open_invitations(),
            "answered": answered,
            "page_name": "bank_surveys",
            "pager": pages,
            "default_url": "/my/surveys",
        }
        return request.render("bank_crm_survey.portal_my_surveys", values)
