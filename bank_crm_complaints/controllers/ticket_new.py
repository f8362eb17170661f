import hashlib
import json
import logging
import secrets

from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import single_email_re
from odoo.tools.translate import LazyTranslate

from .ticket_form import MISSING, NAME, SUBJECT, TEXT, Form, token
from .ticket_page import TicketPage

_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)

TICKETS_PER_HOUR = 10
CODES_KEPT = 3
BEHALF_ROLES = ("agent", "heir")
TOO_OFTEN = _lt(
    "You sent several tickets within the last hour. Add to one of them, or wait a little before you send another one."
)
OLD_FORM = _lt("This form was not opened here. Please check what you wrote and send it again.")
NO_EMAIL = _lt("This is no email address. Please correct it.")
NO_CONTACT = _lt("Please enter a telephone number or an email address of the person.")


class TicketNew(TicketPage):
    """The form by which customers file a complaint, a request, a question, a suggestion or a compliment.

    It asks for nothing that the bank has already (China: Order 2020 No. 3, art. 13): who writes is known.
    """

    @http.route("/my/tickets/new", type="http", auth="user", website=True, methods=["GET"])
    def portal_new_ticket(self, **params):
        self._check_is_customer()
        form = Form(request.env, params)
        # A link may say which kind: it is chosen in the form, and the customer may choose another one.
        form.choice("kind", self._kinds())
        form.errors.clear()
        return self._form_page(form)

    def _check_is_customer(self):
        if not request.env.user.share:
            raise NotFound

    def _form_page(self, form, problem="", status=200):
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "form": form,
                "problem": problem,
                "form_token": token(form.params) or secrets.token_urlsafe(24),
                "page_name": "ticket_new",
                "kinds": self._kinds(),
                "products": self._products(),
                "holdings": self._holdings(),
                "services": self._services(),
                "today": fields.Date.context_today(request.env.user),
                "open_tickets": request.env["bank.ticket"].search(
                    self._own_tickets_domain() & Domain("is_open", "=", True), limit=5
                ),
            }
        )
        return request.render("bank_crm_complaints.portal_new_ticket", values, status=status)

    # ------------------------------------------------------------------
    # What may be chosen
    # ------------------------------------------------------------------

    def _kinds(self):
        """Return ``{code: label}``."""
        return dict(request.env["bank.ticket"]._fields["kind"]._description_selection(request.env))

    def _products(self):
        # sudo: bank.ticket.taxon - names of products, which are no secret
        return request.env["bank.ticket.taxon"].sudo().search([("axis", "=", "product")])

    def _holdings(self):
        """Return the visitor's own running accounts and contracts, of which he reads the product and the mask."""
        # sudo: bank.holding - his own, found by the visitor himself
        holdings = request.env["bank.holding"].sudo()
        own = [("party_ids.partner_id", "=", request.env.user.partner_id.id), ("closed_on", "=", False)]
        return holdings.search(own)

    def _services(self):
        # sudo: bank.ticket.service - what the bank offers in the portal
        return request.env["bank.ticket.service"].sudo().search([("is_in_portal", "=", True)])

    # ------------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------------

    @http.route("/my/tickets/new", type="http", auth="user", website=True, methods=["POST"])
    def portal_send_ticket(self, **params):
        """Register what was sent; the same form with the same words counts once, however often it comes."""
        self._check_is_customer()
        form = Form(request.env, params, request.httprequest.files)
        key = token(params)
        files, behalf = self._read(form)
        if not key:
            return self._form_page(form, request.env._(OLD_FORM), 422)
        if form.errors:
            return self._form_page(form, status=422)
        # sudo: bank.ticket.attempt - a counter; requests of one user side by side wait for each other here
        attempts = request.env["bank.ticket.attempt"].sudo()
        count = attempts._count("portal.new", request.env.uid)
        message_key = f"{request.env.uid}-{key}-{self._digest(form.values, behalf)}"
        # sudo: bank.ticket - whether this form was sent before
        is_known = request.env["bank.ticket"].sudo().search_count([("message_key", "=", f"portal:{message_key}")])
        if count > TICKETS_PER_HOUR and not is_known:
            return self._form_page(form, request.env._(TOO_OFTEN), 429)
        try:
            with request.env.cr.savepoint():
                ticket, is_new = request.env["bank.ticket"]._register_from_portal(
                    form.values, message_key, files, behalf
                )
        except UserError as error:
            return self._form_page(form, self._without_code(error), 422)
        if is_new:
            self._keep_code(ticket)
        else:
            attempts._take_back("portal.new", request.env.uid)
        return request.redirect(f"/my/tickets/{ticket.id}?done=registered")

    def _digest(self, values, behalf):
        """Return a digest of the words: who goes back, changes them and sends again means something else."""
        words = [values, {name: text for name, text in (behalf or {}).items() if name != "files"}]
        return hashlib.sha256(json.dumps(words, sort_keys=True, default=str).encode()).hexdigest()[:16]

    def _keep_code(self, ticket):
        """Keep the tracking code for the page that follows: the database has its hash only."""
        try:
            code = ticket._issue_tracking_code()
        except UserError as error:
            # Without the server's keys there are no codes; a complaint is taken in all the same.
            _logger.warning("No tracking code: %s", error)
            return
        codes = dict(list((request.session.get("bank_ticket_codes") or {}).items())[1 - CODES_KEPT :])
        request.session["bank_ticket_codes"] = {**codes, str(ticket.id): code}

    def _read(self, form):
        form.choice("kind", self._kinds(), required=True)
        form.text("subject", SUBJECT, required=True)
        form.text("description", TEXT, required=True)
        form.text("requested_remedy", TEXT)
        form.past_date("incident_on", fields.Date.context_today(request.env.user))
        form.record("product_taxon_id", self._products())
        form.record("holding_id", self._holdings())
        form.record("service_id", self._services())
        if form.values.get("kind") != "service_request":
            form.values.pop("service_id", None)
        files = form.files()
        return files, self._read_behalf(form)

    def _read_behalf(self, form):
        """Read for whom the visitor writes, None where it is for himself."""
        form.choice("behalf_role", BEHALF_ROLES)
        for name in ("behalf_name", "behalf_phone", "behalf_email"):
            form.text(name, NAME)
        files = form.files("behalf_files")
        taken = {
            name.removeprefix("behalf_"): form.values.pop(name)
            for name in ("behalf_role", "behalf_name", "behalf_phone", "behalf_email")
            if name in form.values
        }
        if "role" not in taken:
            return None
        if "name" not in taken:
            form.errors.setdefault("behalf_name", request.env._(MISSING))
        if "email" in taken and not single_email_re.match(taken["email"]):
            form.refuse("behalf_email", NO_EMAIL)
        if taken["role"] == "agent" and not (taken.get("phone") or taken.get("email")):
            form.errors.setdefault("behalf_phone", request.env._(NO_CONTACT))
        return {**taken, "files": files}
