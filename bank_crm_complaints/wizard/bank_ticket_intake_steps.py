from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from odoo.addons.bank_crm.tools import sealing

from .bank_ticket_intake import STEPS

COPIED = (
    "company_id",
    "received_at",
    "kind",
    "lang",
    "subject",
    "description",
    "incident_on",
    "requested_remedy",
    "holding_id",
    "product_taxon_id",
    "cause_taxon_id",
    "channel_id",
    "severity",
    "affected_count",
    "confidentiality",
)
ORDER = [step for step, _label in STEPS]


class BankTicketIntake(models.TransientModel):
    """The way through the steps, and the registration at its end."""

    _inherit = "bank.ticket.intake"

    def action_next(self):
        """Go on to the next step when this one is complete."""
        self.ensure_one()
        self._check_step()
        self.step = ORDER[ORDER.index(self.step) + 1]
        return self._reopen()

    def action_back(self):
        """Go back one step; what was entered stays."""
        self.ensure_one()
        if self.step != "done":
            self.step = ORDER[max(ORDER.index(self.step) - 1, 0)]
        return self._reopen()

    def action_register(self):
        """Register the ticket and go on to its receipt."""
        self.ensure_one()
        if self.ticket_id:  # a second click
            return self._reopen()
        self._check_all()
        tickets = self.env["bank.ticket"]
        tickets._check_may_register()
        # sudo: bank.ticket - whoever takes in a confidential report need not see it afterwards; the right to register
        # and to see the customer is checked
        [(ticket, _is_new)] = tickets.sudo()._register_many([self._prepare_ticket()], self.intake)
        if self.is_confirmed:
            ticket._log("read_back")
        self.write({"ticket_id": ticket.id, "number": ticket.number, "step": "done"})
        self._issue_code(ticket)
        return self._reopen()

    def _issue_code(self, ticket):
        if sealing.is_configured():
            # sudo: bank.ticket.intake - the field is closed to everybody; the code itself is computed for its clerk
            self.sudo().tracking_encrypted = sealing.encrypt(ticket._issue_tracking_code())

    def action_open_ticket(self):
        """Close the wizard and open the ticket."""
        self.ensure_one()
        ticket = self.ticket_id.with_env(self.env)
        ticket.check_access("read")
        self.sudo().tracking_encrypted = False  # sudo: bank.ticket.intake - the code was shown
        return {
            "type": "ir.actions.act_window",
            "res_model": "bank.ticket",
            "res_id": ticket.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def action_close(self):
        """Close the wizard; the code is gone."""
        self.sudo().tracking_encrypted = False  # sudo: bank.ticket.intake - the code was shown
        return {"type": "ir.actions.act_window_close"}

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Ticket"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    # ------------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------------

    def _check_all(self):
        for step in ("who", "what", "check"):
            self._check_step(step)

    def _check_step(self, step=None):
        """Refuse to go on while something is missing.

        :raises ValidationError: names the field and says what to do
        """
        self.ensure_one()
        if problem := getattr(self, f"_problem_{step or self.step}")():
            raise ValidationError(problem)

    def _problem_who(self):
        if self.complainant in ("customer", "behalf") and not self.partner_id:
            return self.env._("Customer: choose the customer, or say that it is not a customer.")
        if self.complainant in ("behalf", "other") and not self.contact_name:
            return self.env._("Name: enter the name of the person who speaks.")
        if self.complainant in ("behalf", "other") and not (self.contact_phone or self.contact_email):
            return self.env._("Telephone, Email: enter one of them, so that this person can be answered.")
        if self.partner_id:
            self.partner_id.check_access("read")
        if self.received_at > fields.Datetime.now():
            return self.env._("Received: this lies in the future. Enter when it reached the bank.")
        return None

    def _problem_what(self):
        if not (self.subject or "").strip():
            return self.env._("Subject: say in a few words what it is about.")
        if not (self.description or "").strip():
            return self.env._("What Happened: enter what the customer says.")
        if self.holding_id and self.partner_id not in self.holding_id.party_ids.partner_id:
            return self.env._("Account or Contract: the customer is no party of it. Choose one of his.")
        if self.affected_count < 1:
            return self.env._("Persons: enter how many persons are affected, at least one.")
        return None

    def _problem_check(self):
        if self.intake in ("branch", "phone") and not self.is_confirmed:
            return self.env._(
                "Read Out and Confirmed: read the text to the customer, correct what was not meant, and tick the box."
            )
        return None

    # ------------------------------------------------------------------
    # Values
    # ------------------------------------------------------------------

    def _prepare_ticket(self):
        """Return the values of the ticket."""
        vals = {name: self._fields[name].convert_to_write(self[name], self) for name in COPIED}
        vals = {name: value for name, value in vals.items() if value}
        if self.branch_id:
            vals["branch_id"] = self.branch_id.id
        if self.complainant == "anonymous":
            return {**vals, "is_anonymous": True}
        contact = {name: self[name] for name in ("contact_name", "contact_phone", "contact_email") if self[name]}
        if self.complainant == "other":
            return {**vals, **contact}
        vals["partner_id"] = self.partner_id.id
        if self.complained_user_ids:
            vals["complained_user_ids"] = [Command.set(self.complained_user_ids.ids)]
        if self.complainant == "behalf":
            vals["party_ids"] = [Command.create(self._prepare_party())]
        return vals

    def _prepare_party(self):
        return {
            "role": self.party_role or "agent",
            "name": self.contact_name,
            "phone": self.contact_phone,
            "email": self.contact_email,
            "authority_attachment_ids": [Command.set(self.authority_ids.ids)],
        }

    # ------------------------------------------------------------------
    # Reading back
    # ------------------------------------------------------------------

    @api.depends("step", "subject", "description", "requested_remedy", "incident_on", "kind", "lang")
    def _compute_read_back(self):
        for intake in self:
            intake.read_back = intake.with_context(lang=intake.lang)._prepare_read_back()

    def _prepare_read_back(self):
        """Return what the clerk reads to the customer, in the customer's language."""
        kinds = dict(self.env["bank.ticket"]._fields["kind"]._description_selection(self.env))
        lines = [
            self.env._("I read to you what I have noted. Please correct me."),
            self.env._("%(kind)s: %(subject)s", kind=kinds[self.kind], subject=self.subject or ""),
        ]
        if self.incident_on:
            lines.append(self.env._("It happened on %(date)s.", date=format_date(self.env, self.incident_on)))
        lines.append(self.description or "")
        if self.requested_remedy:
            lines.append(self.env._("You ask for this: %(remedy)s", remedy=self.requested_remedy))
        if self.product_taxon_id:
            lines.append(self.env._("It is about: %(product)s.", product=self.product_taxon_id.complete_name))
        return "\n".join([*lines, self.env._("Is this right, and have you told us everything?")])
