from babel.dates import get_timezone_name

from odoo import fields, models
from odoo.tools import format_date, get_lang
from odoo.tools.misc import babel_locale_parse
from odoo.tools.translate import LazyTranslate

from .bank_ticket import FINAL_STATES

_lt = LazyTranslate(__name__)

# What the customer reads of a state: a label and what it means for him. A kind of ticket without words of its own
# uses those of `None`.
WORDS = {
    "new": {
        None: (_lt("Received"), _lt("Your message has reached us and is being assigned to a person.")),
        "complaint": (_lt("Received"), _lt("Your complaint has reached us. We confirm it and then look into it.")),
        "service_request": (_lt("Received"), _lt("Your request has reached us and is being assigned to a person.")),
    },
    "ack": {
        None: (_lt("Confirmed"), _lt("We confirmed that your message has reached us and will look into it.")),
        "complaint": (_lt("Confirmed"), _lt("We confirmed your complaint and will look into it.")),
    },
    "investigating": {
        None: (_lt("We are working on it"), _lt("The person in charge is preparing the answer.")),
        "complaint": (_lt("We are looking into it"), _lt("We are gathering the facts and may ask you for more.")),
        "suggestion": (_lt("Being considered"), _lt("The department in charge is considering your suggestion.")),
        "service_request": (_lt("In progress"), _lt("Your request is being carried out.")),
    },
    "decision": {
        None: (_lt("Almost done"), _lt("The answer is being checked before we send it.")),
        "complaint": (_lt("We are deciding"), _lt("The facts are clear. The decision is being written and checked.")),
        "service_request": (_lt("In progress"), _lt("What was done is being checked.")),
    },
    "responded": {
        None: (_lt("Answered"), _lt("You have our answer. Tell us if it is not what you need.")),
        "complaint": (
            _lt("Answered"),
            _lt("You have our answer. Tell us whether it settles the matter for you."),
        ),
        "service_request": (_lt("Done"), _lt("Your request has been carried out. Tell us if something is missing.")),
    },
    "closed": {
        None: (_lt("Closed"), _lt("The matter is closed. If something is still open, ask us to open it again.")),
    },
    "withdrawn": {
        None: (_lt("Withdrawn"), _lt("You withdrew this. If something is still open, ask us to open it again.")),
    },
    "forwarded": {
        None: (_lt("Passed on"), _lt("We passed this on to whoever is responsible. Our letter says to whom.")),
    },
}
ACCEPTED = _lt("You accepted our answer. Write to us if something is still open.")
TONES = {"new": "info", "ack": "info", "investigating": "primary", "decision": "primary", "responded": "warning"}
OUTCOMES = {
    "upheld": _lt("We agree with your complaint."),
    "partly": _lt("We agree with your complaint in part."),
    "not_upheld": _lt("We do not agree with your complaint; our letter says why."),
    "out_of_scope": _lt("This is outside of what we may decide; our letter says who can."),
    "forwarded": _lt("We passed this on to whoever is responsible."),
    "duplicate": _lt("You had told us of this before; the earlier ticket goes on."),
    "no_response": _lt("We did not get the information that we had asked you for."),
}
# What the bank owes next, by what ends the deadline.
NEXT_CONFIRMATION = _lt("We confirm that we received it")
NEXT_NEWS = _lt("You hear from us how far we are")
NEXT_ANSWER = _lt("You get our answer")
NEXT_DONE = _lt("Your request is carried out")


class BankTicket(models.Model):
    """What the customer is told of a ticket: its state in his words, and what the bank owes him next and when.

    Meant for the portal, the tracking page and letters; none of it reads anything that is the staff's.
    """

    _inherit = "bank.ticket"

    def _customer_words(self):
        """Return the ticket's state for its customer.

        :return: dictionary of ``label``, ``explanation``, ``tone`` (a colour of Bootstrap), ``outcome`` (one
            sentence, empty while the customer has no answer), ``next_what`` and ``next_at`` (naive UTC; both empty
            where the bank owes nothing) and ``is_late`` (the date has passed)
        """
        self.ensure_one()
        # sudo: bank.ticket - deadlines of service are the staff's field, the customer is told the earliest only
        ticket = self.sudo()
        by_kind = WORDS[ticket.state]
        label, explanation = by_kind.get(ticket.kind) or by_kind[None]
        if ticket.state == "responded" and ticket._is_accepted_by_customer():
            explanation = ACCEPTED
        next_what, next_at = ticket._customer_next()
        return {
            "label": self.env._(label),  # pylint: disable=prefer-env-translation
            "explanation": self.env._(explanation),  # pylint: disable=prefer-env-translation
            "tone": TONES.get(ticket.state, "secondary"),
            "outcome": ticket._customer_outcome(),
            "next_what": self.env._(next_what) if next_what else "",  # pylint: disable=prefer-env-translation
            "next_at": next_at,
            "is_late": bool(next_at and next_at < fields.Datetime.now()),
        }

    def _customer_outcome(self):
        """Return how a complaint was decided, once the customer was told so by the answer."""
        if self.kind != "complaint" or self.state not in ("responded", "closed", "forwarded"):
            return ""
        outcome = OUTCOMES.get(self.outcome)
        return self.env._(outcome) if outcome else ""  # pylint: disable=prefer-env-translation

    def _customer_next(self):
        """Return what the bank owes the customer next and by when: the earliest deadline, legal ones first."""
        if self.state in FINAL_STATES:
            return "", False
        at = self.next_statutory_due_at or (self.state != "responded" and self.next_service_due_at)
        if not at:
            return "", False
        return self._customer_next_by_clocks(at) or self._customer_next_by_state(), at

    def _customer_next_by_clocks(self, at):
        """Return what ends the clock that is due at ``at``, as far as it says so."""
        # Read by way of the tickets: for all tickets of a list at once.
        clocks = self.clock_ids.filtered(lambda clock: clock.is_open and clock.kind != "option" and clock.due_at == at)
        kinds = clocks.rule_id.stop_letter_kind_ids
        # An answer ends most clocks; of what may end one, the least is promised.
        if any(kind.code == "acknowledgement" for kind in kinds):
            return NEXT_CONFIRMATION
        if any(kind.needs_outcome or kind.needs_points for kind in kinds):
            return NEXT_ANSWER
        return NEXT_NEWS if kinds else ""

    def _customer_next_by_state(self):
        if self.kind == "service_request":
            return NEXT_DONE
        return NEXT_CONFIRMATION if self.state == "new" and self.kind == "complaint" else NEXT_ANSWER

    def _customer_tz(self):
        """Return the name of the time zone in which the customer reads dates: his own, else that of the bank."""
        self.ensure_one()
        # sudo: res.partner - his own time zone
        return self.sudo().partner_id.tz or self._letter_timezone()

    def _customer_time(self, at, date_only=False, with_zone=True):
        """Return a moment for the customer, in the language of the environment and in his time zone.

        A deadline at the end of a day is that day: nobody reads 23:59:59.

        :param at: naive UTC, or empty
        :param with_zone: name the time zone, as whoever keeps a date needs it
        """
        self.ensure_one()
        if not at:
            return ""
        tz = self._customer_tz()
        local = fields.Datetime.context_timestamp(self.with_context(tz=tz), at)
        if date_only or (local.hour, local.minute) == (23, 59):
            return format_date(self.env, local.date(), date_format="long")
        text = f"{format_date(self.env, local.date(), date_format='long')} {local:%H:%M}"
        zone = get_timezone_name(local, locale=babel_locale_parse(get_lang(self.env).code))
        return f"{text} ({zone})" if with_zone else text
