from pytz import timezone

from odoo import api, fields, models
from odoo.tools import format_amount, format_date

# What texts may name. None: a text, a truth value or a list of codes; else the names that the items of a list have.
TICKET_NAMES = dict.fromkeys(
    (
        "customer_name", "ticket_number", "subject", "kind", "received_on", "incident_on", "product", "regimes",
        "outcome", "relief", "due_on", "today", "bank_name", "bank_phone", "bank_email", "bank_website",
        "branch_name", "team_name", "handler_name", "adr_name", "adr_contact", "mediation_body", "review_body",
    )
)  # fmt: skip
LETTER_NAMES = TICKET_NAMES | {
    **dict.fromkeys(
        ("facts", "reasons", "offer", "delay_reason", "expected_on", "effect_on", "amount", "waives"),
    ),
    "points": {"raised", "answer"},
}


class BankTicket(models.Model):
    """The values that letters and canned answers may name."""

    _inherit = "bank.ticket"

    def _text_values(self, langs=None):
        """Return ``{ticket id: {name: value}}`` for the names of :data:`TICKET_NAMES`.

        Dates are written as the language writes them, in the time zone of the branch.

        :param langs: {ticket id: code of the language}; the language of the ticket where none is given
        """
        langs = langs or {}
        due_at = self._answer_due_at()
        now = fields.Datetime.now()
        values = {}
        for ticket in self:
            lang = langs.get(ticket.id) or ticket._letter_lang()

            def day(moment, ticket=ticket, lang=lang):
                return self._format_day(moment, lang, ticket._letter_timezone()) if moment else None

            values[ticket.id] = {
                "ticket_number": ticket.number,
                "subject": ticket.subject,
                "kind": ticket.kind,
                "received_on": day(ticket.received_at),
                "incident_on": day(ticket.incident_on),
                "due_on": day(due_at.get(ticket.id)),
                "today": day(now),
                "outcome": ticket.outcome or None,
                "relief": ticket.relief or None,
                **ticket._text_people_values(lang),
                **ticket._text_bank_values(),
            }
        return values

    @api.model
    def _format_day(self, moment, lang, tz):
        """Return a date, or the local date of a moment, as the language writes it in full."""
        if hasattr(moment, "hour"):
            moment = timezone("UTC").localize(moment).astimezone(timezone(tz)).date()
        pattern = "y年M月d日" if (lang or "").startswith("zh") else "d MMMM y"
        return format_date(self.env, moment, lang_code=lang, date_format=pattern)

    def _text_people_values(self, lang):
        self.ensure_one()
        ticket = self.with_context(lang=lang)
        # sudo: res.users, bank.ticket.regime, bank.ticket.taxon - names that the letter tells the customer
        sudo = ticket.sudo()
        return {
            "customer_name": ticket.contact_name or sudo.partner_id.name or None,
            "handler_name": sudo.user_id.name or None,
            "team_name": sudo.team_id.name or None,
            "product": sudo.product_taxon_id.name or None,
            "regimes": sudo.regime_ids.mapped("code"),
        }

    def _text_bank_values(self):
        self.ensure_one()
        # sudo: res.company, bank.branch - how the bank presents itself to customers
        company, branch = self.sudo().company_id, self.sudo().branch_id
        return {
            "bank_name": company.name,
            "bank_phone": company.phone or None,
            "bank_email": company.email or None,
            "bank_website": company.website or None,
            "branch_name": branch.name or None,
            "adr_name": company.ticket_adr_name or None,
            "adr_contact": company.ticket_adr_contact or None,
            "mediation_body": company.ticket_mediation_body or None,
            "review_body": company.ticket_review_body or None,
        }

    def _letter_lang(self):
        """Return the language of letters about this ticket: the one agreed on, else the bank's."""
        self.ensure_one()
        # sudo: res.company - the language of the bank
        return self.lang or self.sudo().company_id.partner_id.lang or self.env.lang or "en_US"

    def _letter_timezone(self):
        """Return the name of the time zone in which the customer reads dates: that of the branch."""
        self.ensure_one()
        # sudo: resource.calendar - time zones only
        calendar = self.sudo().branch_id.calendar_id or self.sudo().company_id.resource_calendar_id
        return calendar.tz or "UTC"

    def _answer_due_at(self):
        """Return ``{ticket id: when the legal deadline for the answer ends}`` for the tickets that have one."""
        # sudo: bank.ticket.clock - the deadline is told to the customer
        clocks = self.env["bank.ticket.clock"].sudo()
        domain = [
            ("ticket_id", "in", self.ids),
            ("is_open", "=", True),
            ("kind", "=", "statutory"),
            # Ended by an answer, and not by telling the customer that his complaint arrived.
            ("rule_id.stop_letter_kind_ids", "any", [("needs_points", "=", True)]),
            ("rule_id.stop_letter_kind_ids", "not any", [("is_automatic", "=", True)]),
        ]
        found = clocks._read_group(domain, ["ticket_id"], ["due_at:min"])
        return {ticket.id: due_at for ticket, due_at in found}


class BankTicketLetter(models.Model):
    """What the templates of letters may name besides what the ticket gives."""

    _inherit = "bank.ticket.letter"

    def _letter_values(self):
        """Return ``{letter id: {name: value}}`` for the names of :data:`LETTER_NAMES`."""
        tickets = self.ticket_id
        of_tickets = tickets._text_values({letter.ticket_id.id: letter.lang for letter in self})
        return {letter.id: {**of_tickets[letter.ticket_id.id], **letter._own_values()} for letter in self}

    def _own_values(self):
        self.ensure_one()
        tz = self.ticket_id._letter_timezone()

        def day(date):
            return self.ticket_id._format_day(date, self.lang, tz) if date else None

        return {
            **{name: self[name] or None for name in ("facts", "reasons", "offer", "delay_reason")},
            "customer_name": self.recipient_name or None,
            "expected_on": day(self.expected_on),
            "effect_on": day(self.effect_on),
            "amount": format_amount(self.env, self.amount, self.currency_id, self.lang) if self.amount else None,
            "waives": self.waives,
            "points": [{"raised": point.raised, "answer": point.answer} for point in self.point_ids],
        }
