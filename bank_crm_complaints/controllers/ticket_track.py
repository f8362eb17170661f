from odoo import http
from odoo.http import Controller, request
from odoo.tools.translate import LazyTranslate

from odoo.addons.bank_crm.tools.public_input import subscriber

_lt = LazyTranslate(__name__)

LONGEST = 40
PER_NUMBER, PER_ADDRESS = 10, 30
NOT_FOUND = _lt("We found nothing for this number and code. Check both on your receipt.")
TOO_OFTEN = _lt("There were too many attempts. Please wait an hour, or call us.")


class TicketTracking(Controller):
    """The state of one ticket for whoever holds its receipt: number and tracking code, no login, no personal data.

    A wrong number and a wrong code get the same answer, and both count: as many attempts for one number, and from one
    address, as a person needs.
    """

    @http.route("/ticket/track", type="http", auth="public", website=True, methods=["GET"], sitemap=False)
    def track_form(self, number="", **_params):
        """The form; the QR code of the receipt fills in the number, never the code."""
        return self._page(number=self._clean(number))

    @http.route("/ticket/track", type="http", auth="public", website=True, methods=["POST"], sitemap=False)
    def track(self, number="", code="", **_params):
        number, code = self._clean(number), self._clean(code)
        # sudo: bank.ticket.attempt - a counter
        attempts = request.env["bank.ticket.attempt"].sudo()
        address = subscriber(request.httprequest.remote_addr)
        counters = {"track.number": (number, PER_NUMBER), "track.address": (address, PER_ADDRESS)}
        counts = {scope: attempts._count(scope, value) for scope, (value, _most) in counters.items()}
        if any(counts[scope] > most for scope, (_value, most) in counters.items()):
            return self._page(number=number, problem=TOO_OFTEN, status=429)
        # sudo: bank.ticket - whoever has number and code may know the state
        ticket = request.env["bank.ticket"].sudo()._find_tracked(number, code)
        if not ticket:
            return self._page(number=number, problem=NOT_FOUND)
        attempts._take_back("track.number", number, everything=True)
        attempts._take_back("track.address", address)
        return self._page(number=number, status_of=self._status(ticket))

    def _page(self, number, problem=None, status_of=None, status=200):
        values = {
            "number": number,
            "problem": request.env._(problem) if problem else "",  # pylint: disable=prefer-env-translation
            "tracked": status_of,
            "page_name": "ticket_track",
        }
        response = request.render("bank_crm_complaints.ticket_track", values, status=status)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    def _status(self, ticket):
        """Return what the page shows: state and dates; not the subject, and nobody's name or time zone."""
        words = ticket._customer_words()
        return {
            "number": ticket.number,
            "words": words,
            "received_on": ticket._customer_time(ticket.received_at, date_only=True),
            "next_on": ticket._customer_time(words["next_at"], date_only=True),
            "closed_on": ticket._customer_time(ticket.closed_at, date_only=True),
        }

    def _clean(self, text):
        text = text.replace("\x00", "").strip().upper() if isinstance(text, str) else ""
        return text[:LONGEST]
