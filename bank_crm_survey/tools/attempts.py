"""How often an address tried something lately: slows down guessing and flooding, modestly.

Kept in the memory of each worker: a link has 160 bits of secret, so there is nothing to guess; this only keeps a
stranger from using the pages as a load test, without a write to the database for each try.
"""

import threading
import time
from collections import OrderedDict

from odoo.addons.bank_crm.tools.public_input import subscriber

WINDOW = 600.0
MOST_ADDRESSES = 10_000

_lock = threading.Lock()
_counts = OrderedDict()


def count(scope, address):
    """Count one attempt and return how many there were in this window of time, this one included."""
    key, now = (scope, subscriber(address)), time.monotonic()
    with _lock:
        begun, number = _counts.pop(key, (now, 0))
        if now - begun > WINDOW:
            begun, number = now, 0
        _counts[key] = (begun, number + 1)
        while len(_counts) > MOST_ADDRESSES:
            _counts.popitem(last=False)
    return number + 1


def number(scope, address):
    """Return how many attempts there were in this window of time."""
    begun, found = _counts.get((scope, subscriber(address)), (0.0, 0))
    return found if time.monotonic() - begun <= WINDOW else 0


def clear():
    """Forget everything; for tests."""
    with _lock:
        _counts.clear()
