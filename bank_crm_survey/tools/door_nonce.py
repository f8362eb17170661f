"""Nonces of public pages: signed times, so that a form counts only when it comes from a page that somebody opened.

Nothing is stored: a nonce is the time in milliseconds and a keyed hash of it and of what the page is about.
"""

import time

from odoo.tools import consteq, hmac

SCOPE = "bank_crm_survey.door"
# A person needs longer than this to read a page; programs that follow every link do not wait.
MIN_AGE = 0.8
MAX_AGE = 24 * 3600
DIGITS = 16


def make(env, purpose):
    """Return a nonce for ``purpose``, a text such as the secret of the link."""
    moment = str(int(time.time() * 1000))
    return f"{moment}.{_sign(env, purpose, moment)}"


def is_fresh(env, purpose, nonce, min_age=None, max_age=MAX_AGE):
    """Whether ``nonce`` was made by :func:`make` for ``purpose``, long enough ago and not too long ago."""
    moment, _dot, signature = nonce.partition(".") if isinstance(nonce, str) else ("", "", "")
    if not (moment.isascii() and moment.isdigit() and len(moment) < DIGITS and signature.isascii()):
        return False
    if not consteq(signature, _sign(env, purpose, moment)):
        return False
    age = time.time() - int(moment) / 1000
    return (MIN_AGE if min_age is None else min_age) <= age <= max_age


def sign(env, purpose, value):
    """Return ``value`` with its signature, for cookies."""
    return f"{value}.{_sign(env, purpose, value)}"


def unsign(env, purpose, signed):
    """Return the value that :func:`sign` signed for ``purpose``, or None."""
    value, _dot, signature = signed.rpartition(".") if isinstance(signed, str) else ("", "", "")
    if not value or not signature.isascii() or not consteq(signature, _sign(env, purpose, value)):
        return None
    return value


def _sign(env, purpose, value):
    # sudo: ir.config_parameter - the secret of the database
    return hmac(env(su=True), SCOPE, f"{purpose} {value}")
