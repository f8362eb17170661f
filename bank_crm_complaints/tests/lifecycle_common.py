"""What the tests of a ticket's life share: a bank in China, letters that count as sent, tickets that are closed."""

from odoo import fields, models
from odoo.tests import Form

from .common import TicketCase

REASONS = "Facts: a fee was booked. Rule: the price list. So the fee was wrong."


class LifecycleCase(TicketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"country_id": cls.env.ref("base.cn").id, "email": "complaints@bank.example"})
        regimes = {regime.code: regime for regime in cls.env["bank.ticket.regime"].search([])}
        cls.nfra, cls.disp, cls.psr = (regimes[code] for code in ("CN-NFRA", "UK-DISP", "UK-PSR"))

    def agent(self, ticket):
        return self.as_user("agent", ticket)

    def send(self, ticket, code):
        """Let a letter of the kind ``code`` count as sent now; how letters are written is for other tests."""
        kind = self.env["bank.ticket.letter.kind"].search([("code", "=", code)])
        letter = self.env["bank.ticket.letter"].create({"ticket_id": ticket.id, "kind_id": kind.id, "lang": "en_US"})
        letter._unguarded().write({"state": "sent", "sent_at": fields.Datetime.now(), "sha256": "0" * 64})
        ticket.sudo()._on_letter_sent(letter)
        return letter

    def close(self, ticket, outcome="not_upheld"):
        """Decide, answer and close a complaint as an agent does."""
        agent = self.agent(ticket)
        agent.write({"outcome": outcome, "outcome_reason": REASONS})
        self.send(ticket, "final")
        self.send(ticket, "decision")
        agent.action_close()
        return ticket

    def clocks(self, ticket, kind="statutory"):
        """Return ``{code of the rule: state}``."""
        ticket.invalidate_recordset(["clock_ids"])
        clocks = ticket.sudo().clock_ids.filtered(lambda clock: clock.kind == kind)
        return {clock.rule_id.code: clock.state for clock in clocks.sorted("id")}

    def due(self, ticket):
        ticket.invalidate_recordset(["next_statutory_due_at"])
        return ticket.next_statutory_due_at

    def event(self, ticket, kind):
        """Return the contents of the last entry of a kind in the history."""
        ticket.invalidate_recordset(["event_ids"])
        return ticket.sudo().event_ids.filtered(lambda event: event.kind == kind).sorted("seq")[-1:].data

    def apply(self, wizard, role, tickets, **values):
        """Fill in the form of a wizard for ``tickets`` as the user of ``role`` and press its button."""
        model = self.env[wizard].with_user(self.users[role])
        context = {"active_model": "bank.ticket", "active_ids": tickets.ids, "active_id": tickets.ids[0]}
        with Form(model.with_context(**context)) as form:
            for name, value in values.items():
                if isinstance(value, models.BaseModel) and model._fields[name].type == "many2many":
                    getattr(form, name).set(value)
                else:
                    setattr(form, name, value)
        return form.record.action_apply()
