import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

BATCH = 50
LATER = timedelta(minutes=30)
# Tickets that did not come from somebody who waits for an answer of today.
SILENT_INTAKES = ("import", "survey")


class BankTicket(models.Model):
    """The automatic acknowledgement: queued when a ticket is registered, written and sent by the server soon after.

    Registering is never slower or refused because of it.  What the queue holds is a time on the ticket, so a server
    that stands still loses nothing.
    """

    _inherit = "bank.ticket"

    acknowledge_at = fields.Datetime(
        string="Acknowledgement Queued", readonly=True, copy=False, groups="base.group_user"
    )

    _acknowledge_idx = models.Index("(acknowledge_at) WHERE acknowledge_at IS NOT NULL")

    @api.model
    def _guarded_fields(self):
        return {*super()._guarded_fields(), "acknowledge_at"}

    @api.model
    def _prepare_registrations(self, vals_list):
        vals_list = super()._prepare_registrations(vals_list)
        now = fields.Datetime.now()
        # sudo: res.company - the bank's settings
        companies = self.env["res.company"].sudo()
        for vals in vals_list:
            if self._wants_acknowledgement(vals) and companies.browse(vals["company_id"]).ticket_acknowledges:
                vals["acknowledge_at"] = now
        return vals_list

    @api.model
    def _wants_acknowledgement(self, vals):
        """Tell whether a new ticket is acknowledged by the server, from its values.

        Anonymous people and senders without an address cannot be, answers to surveys and files of old tickets need
        not be, and what a program sent must not be (it opens no ticket; ``bank_ticket_no_acknowledgement`` in the
        context is for whoever lets one do so).
        """
        return not (
            vals.get("is_anonymous")
            or self.env.context.get("bank_ticket_no_acknowledgement")
            or vals.get("intake") in SILENT_INTAKES
            or vals.get("state", "new") != "new"
            or not (vals.get("contact_email") or vals.get("partner_id"))
        )

    # ------------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------------

    @api.model
    def _cron_acknowledge(self, batch=BATCH):
        """Send the queued acknowledgements, in batches that are committed one by one."""
        domain = [("acknowledge_at", "<=", fields.Datetime.now())]
        crons = self.env["ir.cron"]
        crons._commit_progress(remaining=self.search_count(domain))
        while tickets := self.search(domain, order="acknowledge_at, id", limit=batch):
            tickets._acknowledge()
            if not crons._commit_progress(len(tickets)):
                break

    def _acknowledge(self):
        """Acknowledge these tickets and take them from the queue; one that cannot be is left to its handler."""
        due = self._still_to_acknowledge()
        (self - due)._unguarded().write({"acknowledge_at": False})
        for tickets in due.grouped("company_id").values():
            tickets._acknowledge_together()

    def _acknowledge_together(self):
        """Acknowledge tickets of one company: all of them, or each by itself where the text of one is incomplete."""
        try:
            with self.env.cr.savepoint():
                self._send_acknowledgements()
                self._unguarded().write({"acknowledge_at": False})
        except (UserError, OSError) as error:
            if not str(error).startswith("[letter_"):
                self._postpone_acknowledgements(error)
            elif len(self) == 1:
                self._drop_acknowledgement(error)
            else:
                for ticket in self:
                    ticket._acknowledge_together()

    def _postpone_acknowledgements(self, error):
        """The server cannot send now (no printer, no address of the bank): try again later."""
        _logger.warning("%s tickets are not acknowledged automatically for now: %s", len(self), error)
        self._unguarded().write({"acknowledge_at": fields.Datetime.now() + LATER})

    def _still_to_acknowledge(self):
        """Return the tickets that nobody has answered since, and that can be reached by email."""
        fresh = self.filtered(
            lambda ticket: ticket.state == "new" and not ticket.first_response_at and not ticket.is_anonymous
            and (ticket.contact_email or ticket.partner_id.email)
        )  # fmt: skip
        kind = self.env.ref("bank_crm_complaints.letter_kind_acknowledgement")
        domain = [("ticket_id", "in", fresh.ids), ("kind_id", "=", kind.id), ("state", "!=", "cancelled")]
        return fresh - self.env["bank.ticket.letter"].search(domain).ticket_id

    def _send_acknowledgements(self):
        kind = self.env.ref("bank_crm_complaints.letter_kind_acknowledgement")
        letters = self.env["bank.ticket.letter"]._unguarded()
        letters = letters.create(
            [{"ticket_id": ticket.id, "kind_id": kind.id, "channel": "email", "is_automatic": True} for ticket in self]
        )
        letters.with_env(self.env)._send()

    def _drop_acknowledgement(self, error):
        """Leave the acknowledgement to the handler: the server may not send what is incomplete."""
        self.ensure_one()
        _logger.info("Ticket %s is not acknowledged automatically: its text is incomplete", self.number)
        self._unguarded().write({"acknowledge_at": False})
        self._log("acknowledgement_dropped")
        self.message_post(
            body=self.env._("The acknowledgement was not sent automatically. %(reason)s", reason=str(error)),
            subtype_xmlid="mail.mt_note",
        )
