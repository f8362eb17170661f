from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools.translate import LazyTranslate

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

_lt = LazyTranslate(__name__)

LARGEST_ID = 2**31 - 1
LONGEST_SEARCH = 100
SORTINGS = {
    "date": (_lt("Newest"), "received_at desc, id desc"),
    "oldest": (_lt("Oldest"), "received_at, id"),
    "due": (_lt("Next date"), "next_statutory_due_at, id"),
    "number": (_lt("Number"), "number"),
}
FILTERS = {
    "all": (_lt("All"), Domain.TRUE),
    "open": (_lt("Open"), Domain("is_open", "=", True)),
    "closed": (_lt("Closed"), Domain("is_open", "=", False)),
}
SEARCH_IN = {
    "all": (_lt("Search in all"), ("number", "subject")),
    "number": (_lt("Search in numbers"), ("number",)),
    "subject": (_lt("Search in subjects"), ("subject",)),
}


class TicketPortal(CustomerPortal):
    """The customer's own tickets in the portal: counter and list; the base of the other pages.

    All of it works with the visitor's own rights, which the access rules narrow to his tickets.  No page that is
    opened changes anything: what changes something is sent by a form, with Odoo's token against forged requests.
    """

    _items_per_page = 20

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "ticket_count" in counters:
            tickets = request.env["bank.ticket"]
            values["ticket_count"] = (
                tickets.search_count(self._own_tickets_domain()) if tickets.has_access("read") else 0
            )
        return values

    def _own_tickets_domain(self):
        """The visitor's own: employees see more tickets than those, but not here."""
        return Domain("partner_id", "=", request.env.user.partner_id.id)

    def _own_ticket(self, ticket_id):
        """Return a ticket of the visitor, as superuser on his behalf.

        :raises NotFound: there is none, or it is somebody else's: both answers are the same
        """
        if not 0 < ticket_id <= LARGEST_ID:
            raise NotFound
        try:
            self._document_check_access("bank.ticket", ticket_id)
        except (AccessError, MissingError):
            raise NotFound from None
        # sudo: bank.ticket - the visitor may read it, and below it has to be his own
        ticket = request.env["bank.ticket"].browse(ticket_id).sudo()
        if ticket.partner_id != request.env.user.partner_id or not request.env.user.share:
            raise NotFound
        return ticket

    @http.route(
        ["/my/tickets", "/my/tickets/page/<int:page>"], type="http", auth="user", website=True, methods=["GET"]
    )
    def portal_my_tickets(self, page=1, sortby=None, filterby=None, search=None, search_in=None, **_params):
        """The list of the visitor's tickets; unknown sortings and filters are the usual ones."""
        sortby = sortby if sortby in SORTINGS else "date"
        filterby = filterby if filterby in FILTERS else "all"
        search_in = search_in if search_in in SEARCH_IN else "all"
        search = search.replace("\x00", "").strip()[:LONGEST_SEARCH] if isinstance(search, str) else ""
        domain = self._own_tickets_domain() & FILTERS[filterby][1] & self._search_domain(search, search_in)
        tickets = request.env["bank.ticket"]
        total = tickets.search_count(domain) if tickets.has_access("read") else 0
        pages = pager(
            url="/my/tickets",
            total=total,
            page=min(page, LARGEST_ID),
            step=self._items_per_page,
            url_args={"sortby": sortby, "filterby": filterby, "search_in": search_in, "search": search},
        )
        if total:
            order = SORTINGS[sortby][1]
            tickets = tickets.search(domain, order=order, limit=self._items_per_page, offset=pages["offset"])
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "tickets": tickets,
                "words": {ticket: ticket._customer_words() for ticket in tickets},
                "page_name": "tickets",
                "pager": pages,
                "default_url": "/my/tickets",
                "searchbar_sortings": self._labels(SORTINGS),
                "sortby": sortby,
                "searchbar_filters": self._labels(FILTERS),
                "filterby": filterby,
                "searchbar_inputs": {
                    key: {"input": key, "label": label["label"]} for key, label in self._labels(SEARCH_IN).items()
                },
                "search_in": search_in,
                "search": search,
                "may_register": request.env.user.share,
            }
        )
        return request.render("bank_crm_complaints.portal_my_tickets", values)

    def _labels(self, choices):
        return {
            key: {"label": request.env._(choice[0])}  # pylint: disable=prefer-env-translation
            for key, choice in choices.items()
        }

    def _search_domain(self, search, search_in):
        if not search:
            return Domain.TRUE
        return Domain.OR(Domain(name, "ilike", search) for name in SEARCH_IN[search_in][1])
