from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools.translate import LazyTranslate

from .ticket_form import MESSAGE, MISSING, Form
from .ticket_portal import TicketPortal

_lt = LazyTranslate(__name__)

MESSAGES_PER_HOUR = 60
DONE = {
    "registered": _lt("Thank you. We have what you sent us."),
    "message": _lt("Your message was sent."),
    "accepted": _lt("Thank you. We noted that you accept our answer."),
    "rejected": _lt("We noted that you do not accept our answer, and look into the matter again."),
    "withdrawn": _lt("You withdrew this. We do not go on with it."),
    "reopen": _lt("We got your request. A person decides whether to open the matter again and tells you."),
}
NEED_WORDS = {"message", "rejected", "reopen"}
TOO_OFTEN = _lt("You sent many messages within the last hour. Please wait a little.")


class TicketPage(TicketPortal):
    """One ticket: what its customer sees, gets and does."""

    @http.route("/my/tickets/<int:ticket_id>", type="http", auth="user", website=True, methods=["GET"])
    def portal_my_ticket(self, ticket_id, done=None, **_params):
        return self._ticket_page(self._own_ticket(ticket_id), done=DONE.get(done), is_new=done == "registered")

    def _ticket_page(self, ticket, done=None, is_new=False, form=None, problem=None, status=200):
        values = self._prepare_portal_layout_values()
        codes = request.session.get("bank_ticket_codes") or {}
        values.update(
            {
                "ticket": ticket,
                "words": ticket._customer_words(),
                "may": ticket._customer_may(),
                "ticket_messages": ticket._customer_visible_messages(),
                "letters": ticket._customer_visible_letters(),
                "page_name": "ticket",
                "done": request.env._(done) if done else "",  # pylint: disable=prefer-env-translation
                "is_new": is_new,
                "tracking_code": codes.get(str(ticket.id)) if is_new else None,
                "form": form or Form(request.env, {}),
                "problem": problem,
            }
        )
        return request.render("bank_crm_complaints.portal_my_ticket", values, status=status)

    # ------------------------------------------------------------------
    # Files
    # ------------------------------------------------------------------

    @http.route("/my/tickets/<int:ticket_id>/files/<int:file_id>", type="http", auth="user", methods=["GET"])
    def portal_my_ticket_file(self, ticket_id, file_id, **_params):
        """A file of a message or letter that the customer may read; every other one does not exist for him."""
        files = self._own_ticket(ticket_id)._customer_visible_attachments()
        return self._send_file(files.filtered(lambda file: file.id == file_id))

    @http.route("/my/tickets/<int:ticket_id>/letters/<int:letter_id>", type="http", auth="user", methods=["GET"])
    def portal_my_ticket_letter(self, ticket_id, letter_id, **_params):
        letters = self._own_ticket(ticket_id)._customer_visible_letters()
        return self._send_file(letters.filtered(lambda letter: letter.id == letter_id).attachment_id)

    def _send_file(self, file):
        if not file:
            raise NotFound
        # Saved, never shown by the browser inside of the bank's own pages: people outside sent some of these.
        return request.env["ir.binary"]._get_stream_from(file).get_response(
            as_attachment=True, content_security_policy="default-src 'none'; sandbox"
        )

    # ------------------------------------------------------------------
    # What the customer does
    # ------------------------------------------------------------------

    @http.route("/my/tickets/<int:ticket_id>/message", type="http", auth="user", website=True, methods=["POST"])
    def portal_my_ticket_message(self, ticket_id, **params):
        return self._do(ticket_id, params, "message", lambda ticket, *words: ticket._customer_writes(*words))

    @http.route("/my/tickets/<int:ticket_id>/reopen", type="http", auth="user", website=True, methods=["POST"])
    def portal_my_ticket_reopen(self, ticket_id, **params):
        return self._do(ticket_id, params, "reopen", lambda ticket, *words: ticket._customer_asks_to_reopen(*words))

    @http.route("/my/tickets/<int:ticket_id>/accept", type="http", auth="user", website=True, methods=["POST"])
    def portal_my_ticket_accept(self, ticket_id, **params):
        return self._do(ticket_id, params, "accepted", lambda ticket, *words: ticket._customer_accepts(*words))

    @http.route("/my/tickets/<int:ticket_id>/reject", type="http", auth="user", website=True, methods=["POST"])
    def portal_my_ticket_reject(self, ticket_id, **params):
        return self._do(ticket_id, params, "rejected", lambda ticket, *words: ticket._customer_rejects(*words))

    @http.route("/my/tickets/<int:ticket_id>/withdraw", type="http", auth="user", website=True, methods=["POST"])
    def portal_my_ticket_withdraw(self, ticket_id, **params):
        return self._do(ticket_id, params, "withdrawn", lambda ticket, *words: ticket._customer_withdraws(*words))

    def _do(self, ticket_id, params, what, action):
        """Read a form of the page, act, and lead back to the page; what is wrong is shown beside the form.

        :param what: key of :data:`DONE`
        :param action: called with the ticket, the text and the files
        """
        ticket = self._own_ticket(ticket_id)
        form = Form(request.env, params, request.httprequest.files)
        form.text("text", MESSAGE)
        files = form.files()
        if what in NEED_WORDS and not form.errors and not form.values and not files:
            form.refuse("text", MISSING)
        if form.errors:
            return self._refused(ticket, what, form)
        # sudo: bank.ticket.attempt - a counter
        attempts = request.env["bank.ticket.attempt"].sudo()
        if attempts._count("portal.message", request.env.uid) > MESSAGES_PER_HOUR:
            form.refuse("text", TOO_OFTEN)
            return self._refused(ticket, what, form, status=429)
        try:
            with request.env.cr.savepoint():
                action(ticket, form.values.get("text", ""), files)
        except UserError as error:
            ticket.invalidate_recordset()
            return self._ticket_page(ticket, form=form, problem=self._without_code(error), status=422)
        return request.redirect(f"/my/tickets/{ticket.id}?done={what}")

    def _refused(self, ticket, what, form, status=422):
        form.sent = what
        return self._ticket_page(ticket, form=form, problem=" ".join(form.errors.values()), status=status)

    def _without_code(self, error):
        """Return the text of a refusal without the code for integrations."""
        text = str(error)
        return text.partition("] ")[2] if text.startswith("[") else text
