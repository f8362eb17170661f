from odoo import fields, models


class BankTicket(models.Model):
    """The history of a ticket, what the customer's timeline learns of it, and the clocks that follow from it."""

    _inherit = "bank.ticket"

    def _log(self, kind, data=None, at=None):
        """Append one entry to the history of each ticket.

        :param kind: see ``bank.ticket.event``
        :param data: dictionary, or a function that gives it for a ticket
        :param at: naive UTC, default now
        """
        at = at or fields.Datetime.now()
        rows = [(ticket.id, kind, data(ticket) if callable(data) else data, at) for ticket in self]
        return self.env["bank.ticket.event"]._append(rows)

    def _fire(self, event, at=None, letter=None):
        """Tell the clocks that something happened: they start, stop and start anew by it.

        :param event: see ``bank.ticket.clock._on_event``
        :param at: naive UTC, default now; ``received`` and ``forwarded`` are counted from the tickets' own dates
        """
        self.env["bank.ticket.clock"]._on_event(self, event, at or fields.Datetime.now(), letter=letter)

    def _tell_customers(self, kind):
        """Write the event into the customers' timelines; who may not see a ticket may not learn of it there either."""
        told = self.filtered(lambda ticket: ticket.partner_id and ticket.confidentiality == "public")
        labels = {
            code: {
                lang: dict(self._fields["kind"]._description_selection(self.with_context(lang=lang).env))[code]
                for lang, _name in self.env["res.lang"].get_installed()
            }
            for code in set(told.mapped("kind"))
        }
        self.env["bank.customer.event"]._record(
            kind,
            [
                {
                    "partner_id": ticket.partner_id.id,
                    "source_model": self._name,
                    "source_id": ticket.id,
                    "payload": {"label": labels[ticket.kind], "kind": ticket.kind, "number": ticket.number},
                }
                for ticket in told
            ],
        )

    def action_verify_events(self):
        """Check the chain of the histories and say what was found, with the first entry that was tampered with."""
        self.check_access("read")
        broken = {ticket.number: seq for ticket in self if (seq := ticket._first_broken_event())}
        if broken:
            text = self.env._(
                "The history was tampered with: %(list)s",
                list=", ".join(f"{number} (no. {seq})" for number, seq in broken.items()),
            )
        else:
            text = self.env._("The history is complete and unchanged.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "danger" if broken else "success", "message": text, "sticky": bool(broken)},
        }

    def _first_broken_event(self):
        """Return the number of the first entry that does not fit the chain, 0 where all do."""
        self.ensure_one()
        self.env["bank.ticket.event"].invalidate_model()
        # sudo: bank.ticket.event - a check of the whole chain, of which the caller gets a number
        events = self.env["bank.ticket.event"].sudo().search([("ticket_id", "=", self.id)], order="seq")
        previous, expected = "", 1
        for event in events:
            if event.seq != expected or not event._is_intact(previous):
                return expected
            previous, expected = event.hash, expected + 1
        self.invalidate_recordset(["event_seq", "event_hash"])
        is_whole = (self.sudo().event_seq or 0, self.sudo().event_hash or "") == (expected - 1, previous)
        return 0 if is_whole else expected
