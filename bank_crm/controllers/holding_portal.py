import datetime

from werkzeug.exceptions import BadRequest, NotFound

from odoo import http
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.http import content_disposition, request
from odoo.tools import date_utils
from odoo.tools.translate import LazyTranslate

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

_lt = LazyTranslate(__name__)

LARGEST_ID = 2**31 - 1
TRANSACTIONS_PER_PAGE = 40
HOLDINGS_PER_PAGE = 40
PERIODS = {
    "month": _lt("This month"),
    "last_month": _lt("Last month"),
    "year": _lt("This year"),
    "last_year": _lt("Last year"),
    "all": _lt("All"),
}


class HoldingPortal(CustomerPortal):
    """The customer's own accounts in the portal: list, transactions, statements as PDF.

    Visitors have no rights on holdings and transactions. What is theirs is decided here, in one place: holdings of
    which the visitor is an owner, alone or with others. Whoever is restricted or has died sees none.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "bank_holding_count" in counters:
            values["bank_holding_count"] = self._own_holdings().search_count(self._own_holdings_domain())
        return values

    def _own_holdings(self):
        # sudo: bank.holding - visitors have no rights of their own; always together with _own_holdings_domain
        return request.env["bank.holding"].sudo()

    def _own_holdings_domain(self):
        """Return the domain of the visitor's holdings; employees have theirs in the web client."""
        # sudo: res.partner - the visitor himself
        partner = request.env.user.partner_id.sudo()
        if not request.env.user.share or not partner._sees_holdings_in_portal():
            return Domain.FALSE
        return partner._owned_holdings_domain()

    def _own_holding(self, holding_id):
        """Return a holding of the visitor, as superuser on his behalf.

        :raises NotFound: there is none, or it is somebody else's: both answers are the same
        """
        if not 0 < holding_id <= LARGEST_ID:
            raise NotFound
        holding = self._own_holdings().search(self._own_holdings_domain() & Domain("id", "=", holding_id))
        if not holding:
            raise NotFound
        return holding

    @http.route(
        ["/my/holdings", "/my/holdings/page/<int:page>"], type="http", auth="user", website=True, methods=["GET"]
    )
    def portal_my_holdings(self, page=1, **_params):
        """The list of the visitor's accounts."""
        holdings, domain = self._own_holdings(), self._own_holdings_domain()
        total = holdings.search_count(domain)
        pages = pager(url="/my/holdings", total=total, page=self._bank_page(page), step=HOLDINGS_PER_PAGE)
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "holdings": holdings.search(domain, limit=HOLDINGS_PER_PAGE, offset=pages["offset"]),
                "page_name": "bank_holdings",
                "pager": pages,
                "default_url": "/my/holdings",
                "years": self._statement_years(),
            }
        )
        return request.render("bank_crm.portal_my_holdings", values)

    @http.route(
        ["/my/holdings/<int:holding_id>", "/my/holdings/<int:holding_id>/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def portal_my_holding(self, holding_id, page=1, filterby=None, **_params):
        """An account with its transactions; an unknown period is this month."""
        holding = self._own_holding(holding_id)
        filterby = filterby if filterby in PERIODS else "month"
        first, last = self._period_of(filterby)
        domain = Domain("holding_id", "=", holding.id)
        if first:
            domain &= Domain("booked_on", ">=", first) & Domain("booked_on", "<=", last)
        # sudo: bank.transaction - of the visitor's own holding
        transactions = request.env["bank.transaction"].sudo()
        pages = pager(
            url=f"/my/holdings/{holding.id}",
            total=transactions.search_count(domain),
            page=self._bank_page(page),
            step=TRANSACTIONS_PER_PAGE,
            url_args={"filterby": filterby},
        )
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "holding": holding,
                "transactions": transactions.search(domain, limit=TRANSACTIONS_PER_PAGE, offset=pages["offset"]),
                "page_name": "bank_holding",
                "pager": pages,
                "default_url": f"/my/holdings/{holding.id}",
                "searchbar_filters": {
                    key: {"label": request.env._(label)}  # pylint: disable=prefer-env-translation
                    for key, label in PERIODS.items()
                },
                "filterby": filterby,
                "statement_period": self._period_of("last_month"),
            }
        )
        return request.render("bank_crm.portal_my_holding", values)

    def _bank_page(self, page):
        """Return the number of a page; one that stands behind the question mark comes as a text."""
        page = int(page) if str(page).isascii() and str(page).isdigit() else 1
        return min(page, LARGEST_ID)

    def _period_of(self, name):
        """Return the first and the last day of a period; two None for all of it."""
        today = self._bank_today()
        month, year = today.replace(day=1), today.replace(month=1, day=1)
        day = datetime.timedelta(days=1)
        return {
            "month": (month, date_utils.end_of(today, "month")),
            "last_month": ((month - day).replace(day=1), month - day),
            "year": (year, date_utils.end_of(today, "year")),
            "last_year": ((year - day).replace(month=1, day=1), year - day),
            "all": (None, None),
        }[name]

    def _statement_years(self):
        year = self._bank_today().year
        return [year, year - 1, year - 2]

    def _bank_today(self):
        # sudo: bank.run - the date in the company's time zone, which stands on its contact
        return request.env["bank.run"].sudo()._today()

    # ------------------------------------------------------------------
    # Statements
    # ------------------------------------------------------------------

    @http.route("/my/holdings/<int:holding_id>/statement", type="http", auth="user", website=True, methods=["GET"])
    def portal_my_holding_statement(self, holding_id, date_from=None, date_to=None, **_params):
        """The statement of an account as PDF.

        :param date_from: first day, ISO 8601
        :param date_to: last day, ISO 8601
        """
        holding = self._own_holding(holding_id)
        try:
            first, last = datetime.date.fromisoformat(date_from or ""), datetime.date.fromisoformat(date_to or "")
        except ValueError:
            raise BadRequest from None
        return self._statement_file({"kind": "account", "holding_id": holding.id, "date_from": first, "date_to": last})

    @http.route("/my/holdings/yearly", type="http", auth="user", website=True, methods=["GET"])
    def portal_my_yearly_statement(self, year=None, **_params):
        """Interest and fees of a year as PDF."""
        if not self._own_holdings().search_count(self._own_holdings_domain(), limit=1):
            raise NotFound
        if not (isinstance(year, str) and len(year) == 4 and year.isascii() and year.isdigit()):
            raise BadRequest
        return self._statement_file({"kind": "yearly", "year": int(year)})

    def _statement_file(self, values):
        """Return the response with the PDF; the visitor is whom it is for."""
        # sudo: bank.statement.request - visitors have no rights on it; what it is about was checked to be theirs
        requests = request.env["bank.statement.request"].sudo()
        try:
            statement = requests.create({**values, "partner_id": request.env.user.partner_id.id})
        except ValidationError:
            raise BadRequest from None
        # sudo: ir.actions.report - the same
        reports = request.env["ir.actions.report"].sudo().with_context(lang=statement.lang)
        content, _kind = reports._render_qweb_pdf(statement._report().report_name, res_ids=statement.ids)
        name = statement.with_context(lang=statement.lang)._file_name()
        return request.make_response(
            content,
            [
                ("Content-Type", "application/pdf"),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(f"{name}.pdf")),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
