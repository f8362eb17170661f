"""Encryption at rest, keyed hashes and masks of identity, account and card numbers.

Keys come from the environment (``BANK_CRM_KEYS``, ``BANK_CRM_HASH_KEY``) or from the section ``[bank_crm]``
(``keys``, ``hash_key``) of the server's configuration file; never from the database, so that a dump of the
database alone tells no number.  ``keys`` is a comma-separated list of Fernet keys: the first one encrypts, all of them
decrypt, which is what makes rotation possible.  A stored value is ``<mark of its key>:<Fernet token>``, so that
one can count what is left under a former key without decrypting anything.
"""

import configparser
import functools
import hashlib
import hmac
import os
import re

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from odoo.exceptions import UserError
from odoo.tools import config
from odoo.tools.translate import LazyTranslate

# In the language of the request, if there is one: these functions know no environment.
_lt = LazyTranslate(__name__, default_lang="en_US")

MASK = "****"
_SEPARATORS = re.compile(r"[\s\-./]+")


def _settings():
    """Return ``(keys, hash_key)`` as they stand in the environment or in the configuration file."""
    keys, hash_key = os.environ.get("BANK_CRM_KEYS", ""), os.environ.get("BANK_CRM_HASH_KEY", "")
    if not (keys and hash_key):
        # An own section and an own read: options that Odoo does not know draw a warning when they stand in [options].
        file_keys, file_hash_key = _settings_of_file(config["config"] or "")
        keys, hash_key = keys or file_keys, hash_key or file_hash_key
    return keys.strip(), hash_key.strip()


@functools.lru_cache(maxsize=4)
def _settings_of_file(path):
    """Read once, not for each of a feed's thousands of numbers: new keys ask for a restart anyway."""
    parser = configparser.RawConfigParser()
    parser.read(path)
    return parser.get("bank_crm", "keys", fallback=""), parser.get("bank_crm", "hash_key", fallback="")


@functools.lru_cache(maxsize=4)
def _cipher(keys):
    try:
        return MultiFernet([Fernet(key.strip()) for key in keys.split(",") if key.strip()])
    except ValueError as error:
        raise UserError(
            str(
                _lt(
                    "[encryption_key_invalid] A key in BANK_CRM_KEYS (or `keys` in section [bank_crm] of the server "
                    "configuration) is not a Fernet key: it has to be 32 bytes, URL-safe base64-encoded."
                )
            )
        ) from error


def is_configured():
    """Tell whether both the encryption keys and the hash key are set."""
    return all(_settings())


def _required(value):
    if not value:
        raise UserError(
            str(
                _lt(
                    "[encryption_key_missing] Identity, account and card numbers cannot be stored: set "
                    "BANK_CRM_KEYS and BANK_CRM_HASH_KEY in the server's environment (or keys and hash_key in its "
                    "configuration file, section [bank_crm]) and restart the server."
                )
            )
        )
    return value


def key_mark():
    """Return the mark (8 characters) of the key that encrypts: a digest, which tells nothing about the key.

    :raises UserError: ``[encryption_key_missing]``
    """
    return known_marks()[0]


def known_marks():
    """Return the marks of all configured keys, the one that encrypts first."""
    return _marks_of(_required(_settings()[0]))


@functools.lru_cache(maxsize=4)
def _marks_of(keys):
    keys = [key.strip() for key in keys.split(",") if key.strip()]
    return [hashlib.sha256(b"bank_crm:" + key.encode()).hexdigest()[:8] for key in keys]


def encrypt(text):
    """Return ``text`` encrypted under the first key: its mark, a colon and a Fernet token.

    :raises UserError: ``[encryption_key_missing]``, ``[encryption_key_invalid]``
    """
    token = _cipher(_required(_settings()[0])).encrypt(text.encode()).decode()
    return f"{key_mark()}:{token}"


def decrypt(stored):
    """Return the clear text of a value made by :func:`encrypt` under any of the configured keys.

    :raises UserError: ``[encryption_key_missing]``, ``[encryption_key_invalid]``, ``[encryption_key_unknown]``
    """
    token = stored.rpartition(":")[2]  # values of the first release have no mark
    try:
        return _cipher(_required(_settings()[0])).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise UserError(
            str(
                _lt(
                    "[encryption_key_unknown] This number was encrypted under a key that is not configured any more: "
                    "add the former key to the end of BANK_CRM_KEYS."
                )
            )
        ) from error


def normalize(text):
    """Return a number as it is compared: upper case, without blanks, hyphens, dots and slashes."""
    return _SEPARATORS.sub("", text or "").upper()


def keyed_hash(text):
    """Return the HMAC-SHA256 (hex, 64 characters) of a number, for exact search and for uniqueness.

    :raises UserError: ``[encryption_key_missing]``
    """
    return hmac_hex(_required(_settings()[1]), normalize(text))


def hmac_hex(key, text):
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def mask(text, head=0, tail=4):
    """Return ``text`` masked: ``head`` and ``tail`` characters around four asterisks, whatever was between them.

    The fixed width hides the length. Of a number of up to seven characters only the last one is shown.

    >>> mask("6222021234567890", head=6)
    '622202****7890'
    >>> mask("12345")
    '****5'
    """
    text = normalize(text)
    if not text:
        return ""
    if len(text) <= 7 or head + tail > len(text) - 3:
        return MASK + text[-1:]
    return text[:head] + MASK + (text[-tail:] if tail else "")
