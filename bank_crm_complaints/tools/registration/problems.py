"""What can be wrong with what another system tells about a ticket, besides what can be wrong with any row."""

from odoo.tools.translate import LazyTranslate

from odoo.addons.bank_crm.models.exchange.feed import problems

_lt = LazyTranslate(__name__)

# As those of the exchange: field, what is wrong, what to do; no value that says something about a person.
MESSAGES = {
    "already_answered": _lt("%(field)s: the ticket has been answered otherwise. Have it opened again first."),
    "ambiguous_holding": _lt(
        "%(field)s: several holdings of the customer have this id, from different systems. Leave it out and name the "
        "holding in the text."
    ),
    "before_receipt": _lt("%(field)s: the ticket had not been received by then. Correct the time."),
    "conflicting_fields": _lt(
        "%(field)s: an anonymous ticket has no customer and no address. Leave out anonymous, or all of: %(expected)s."
    ),
    "external_ref_taken": _lt(
        "%(field)s: a ticket that you may not see has this reference. Ask the complaints office, or send your own."
    ),
    "in_future": _lt("%(field)s: this lies in the future. Send when it happened; without an offset it is local time."),
    "invalid_email": _lt("%(field)s: this is no email address. Correct it."),
    "invalid_number": _lt("%(field)s: send a whole number from %(lowest)s to %(highest)s."),
    "invalid_time": _lt(
        "%(field)s: this is not a possible time. Write it as 2026-11-24, 2026-11-24T14:30:00 (local time) or "
        "2026-11-24T14:30:00+08:00."
    ),
    "missing_contact": _lt("%(field)s: send a phone number or an email address by which this person is reached."),
    "missing_customer": _lt(
        "%(field)s: it is not said whose ticket this is. Send customer_number, email, or anonymous with true."
    ),
    "no_reference": _lt("%(field)s: send number or external_ref, so that it is clear which ticket is meant."),
    "outcome_or_progress": _lt("%(field)s: send an outcome, or in_progress with true, not both."),
    "too_many_representatives": _lt(
        "%(field)s: a group is represented by at most %(expected)s persons. Name fewer, and the number of persons in "
        "affected_count."
    ),
    "unknown_code": _lt(
        "%(field)s: no active place of the classification has the code “%(value)s”. Take one from the list under "
        "Configuration, Classification."
    ),
    "unknown_customer": _lt(
        "%(field)s: you have no customer with this number. Check the number, or register the ticket with the email "
        "address."
    ),
    "unknown_holding": _lt("%(field)s: the customer has no holding with this id. Correct it, or leave it out."),
    "unknown_ticket": _lt(
        "%(field)s: you have no ticket with this number or reference. Check it, or register the ticket first."
    ),
    "unknown_regime": _lt(
        "%(field)s: there is no regime of deadlines with the code “%(value)s”. Take one from the list under "
        "Configuration."
    ),
}


class TicketProblems(problems.Problems):
    """The errors of one call, in the order of its rows."""

    def add(self, row, field, code, **details):
        if code not in MESSAGES:
            return super().add(row, field, code, **details)
        template = self.env._(MESSAGES[code])  # pylint: disable=prefer-env-translation
        message = template % {"field": field, **{name: self._text(value) for name, value in details.items()}}
        self.items.append({"row": row, "field": field, "code": code, "message": message})
        self.rows.add(row)
        return None

    def as_text(self):
        """Return one line for each error, beginning with its code in square brackets."""
        return "\n".join(f"[{item['code']}] {item['message']}" for item in self.as_answer())
