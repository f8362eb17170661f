"""What can be wrong with a row of a feed."""

from odoo.tools.translate import LazyGettext, LazyTranslate

_lt = LazyTranslate(__name__)

# Each message names the field, what is wrong with it and what to do. None may quote a value that says something about
# a person: they end in answers, on screens and in log files of other systems.
MESSAGES = {
    "batch_key_conflict": _lt(
        "%(field)s: this key was used for other rows already. Send these rows with a new key; to repeat the first "
        "batch, send its rows unchanged."
    ),
    "currency_mismatch": _lt(
        "%(field)s: the holding is kept in %(expected)s. Send the amount in this currency, or leave the field out."
    ),
    "customer_number_taken": _lt(
        "%(field)s: another customer has this number. Correct it, or leave it out to be given the next number."
    ),
    "duplicate_identity_document": _lt(
        "%(field)s: another customer has a document with this type, country and number. Check who it belongs to; two "
        "records of one person have to be merged first."
    ),
    "duplicate_key": _lt("%(field)s: row %(other)s of this batch has the same value. Send each one once in a batch."),
    "invalid_amount": _lt(
        "%(field)s: this is not an amount that can be kept. Send a finite number %(expected)s, as a JSON number or as "
        "a text with a decimal point."
    ),
    "invalid_date": _lt("%(field)s: this is not a possible date%(expected)s. Write it as YYYY-MM-DD."),
    "invalid_document_country": _lt(
        "%(field)s: this type of document is issued by China only. Send CN, leave the field out, or correct the type."
    ),
    "invalid_document_number": _lt(
        "%(field)s: no document of this type and country has such a number: its length, its characters or its check "
        "digit are wrong. Compare it with the document."
    ),
    "invalid_text": _lt(
        "%(field)s: the text has control characters, blanks around it where none may be, or no letters and digits at "
        "all. Correct it."
    ),
    "invalid_value": _lt("%(field)s: this value is not known. Use one of: %(expected)s."),
    "missing_balance_date": _lt("%(field)s: a balance needs its date. Send balance and balance_on together."),
    "no_owner": _lt("%(field)s: nobody owns the holding. Send at least one party with the role owner."),
    "required_field": _lt("%(field)s: the field is required and is missing or empty. Send a value."),
    "shares_not_100": _lt(
        "%(field)s: the shares of the owners and joint owners have to add up to 100 %%. Correct share_pct."
    ),
    "too_long": _lt("%(field)s: the text is longer than %(expected)s characters. Shorten it."),
    "unknown_branch": _lt("%(field)s: there is no branch with the code “%(value)s”. Create the branch or correct it."),
    "unknown_country": _lt("%(field)s: “%(value)s” is not a country. Send the two letters of ISO 3166, such as CN."),
    "unknown_currency": _lt(
        "%(field)s: “%(value)s” is not an active currency. Send the three letters of ISO 4217, such as CNY, or have "
        "the currency activated."
    ),
    "unknown_customer": _lt(
        "%(field)s: no customer with this external id was sent from this source. Push the customer first."
    ),
    "unknown_field": _lt("%(field)s: this key is not known. Known keys: %(expected)s."),
    "unknown_holding": _lt(
        "%(field)s: no holding with this external id was sent from this source. Push the holding first."
    ),
    "unknown_language": _lt(
        "%(field)s: “%(value)s” is not an installed language. Send a code such as zh_CN, or have it installed."
    ),
    "unknown_manager": _lt(
        "%(field)s: no active employee of this company has this login. Correct it or create the user."
    ),
    "unknown_product": _lt(
        "%(field)s: there is no product with the code “%(value)s”. Create the product or correct the code."
    ),
    "wrong_type": _lt("%(field)s: the value has the wrong type. Send %(expected)s."),
}


def printable(value, longest):
    """Return the beginning of ``value`` as a text that can be kept and shown, whatever a caller has sent."""
    return "".join(character if character.isprintable() else "?" for character in str(value)[:longest])


class Refusal(Exception):
    """A value cannot be taken: raised by converters, caught by the schema."""

    def __init__(self, code, **details):
        super().__init__(code)
        self.code = code
        self.details = details


class Problems:
    """The errors of one batch, in the order of their rows."""

    def __init__(self, env):
        self.env = env
        self.items = []
        self.rows = set()

    def add(self, row, field, code, **details):
        """Note that ``field`` of row number ``row`` (from 1; 0 is the batch itself) is wrong."""
        template = self.env._(MESSAGES[code])  # pylint: disable=prefer-env-translation
        message = template % {"field": field, **{name: self._text(value) for name, value in details.items()}}
        self.items.append({"row": row, "field": field, "code": code, "message": message})
        self.rows.add(row)

    def refuse(self, row, field, refusal):
        """Note a :class:`Refusal`."""
        self.add(row, field, refusal.code, **refusal.details)

    def _text(self, value):
        if isinstance(value, LazyGettext):
            return self.env._(value)  # pylint: disable=prefer-env-translation
        return str(value)

    def as_answer(self):
        """Return the list for the caller, sorted by row."""
        return sorted(self.items, key=lambda item: item["row"])
